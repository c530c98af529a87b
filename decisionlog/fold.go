package decisionlog

import (
	"strconv"

	"callas"
)

// Most records of a group are alike in much: the policy, the revision, the time of the
// day, and the identities of a few services. What was written in full in one record is
// only pointed to from those after it, by that record's number: "like" for all of the
// surroundings, "identity" for the identity. No record points out of its group, so that
// each group can be read by itself.

// A surrounding is what a record says besides the call and its decision.
type surrounding struct {
	platform, policy string
	revision         callas.Token
	stale, told      bool  // input.stale, and what the decision said
	minute           int64 // of input.time, Unix
	zone             string
}

func surroundingOf(e *Entry) surrounding {
	s := surrounding{platform: e.Call.Platform, policy: e.Decision.Policy, revision: e.Decision.Revision,
		stale: e.Stale, told: e.Decision.Stale, minute: e.At.Unix() / 60}
	if e.Zone != nil {
		s.zone = e.Zone.String()
	}
	return s
}

// seenIdentities is how many identities a group points back to: more than most
// installations have services. Two that share a place push each other out.
const seenIdentities = 256

// A folding is what was written in full in a group, by the number of the record.
type folding struct {
	around    surrounding
	aroundSeq uint64
	seen      [seenIdentities]struct {
		identity callas.Identity
		seq      uint64
	}
}

// place is where an identity is kept.
func place(i *callas.Identity) int {
	n := uint(len(i.Name))*31 + uint(len(i.URI))
	for _, s := range []string{i.Number, i.URI, i.Name} {
		if len(s) >= 3 {
			n = n*31 + uint(s[len(s)-1]) + uint(s[len(s)-2])*7 + uint(s[len(s)-3])*61
		}
	}
	return int(n % seenIdentities)
}

// fold adds a record, that has its number, to the group.
func (g *group) fold(l *line, e *Entry, seq uint64) {
	b := append(g.buf, l.before...)
	b = append(b, `,"identity":`...)
	if id := e.Decision.Identity; id == nil {
		b = append(b, "null"...)
	} else if seen := &g.folding.seen[place(id)]; seen.seq >= g.first && seen.identity == *id {
		b = strconv.AppendUint(b, seen.seq, 10)
	} else {
		seen.identity, seen.seq = *id, seq
		b = appendIdentity(b, id)
	}
	b = append(b, l.after...)
	if around := surroundingOf(e); g.folding.aroundSeq >= g.first && g.folding.around == around {
		b = strconv.AppendUint(append(b, `,"like":`...), g.folding.aroundSeq, 10)
	} else {
		g.folding.around, g.folding.aroundSeq = around, seq
		b = l.appendSurrounding(b, e)
	}
	g.buf = append(b, "}\n"...)
}

func appendIdentity(b []byte, id *callas.Identity) []byte {
	b = field(b, `{"name":`, id.Name)
	b = option(b, `,"number":`, id.Number)
	b = option(b, `,"uri":`, id.URI)
	b = option(b, `,"asserted":`, id.Asserted)
	return append(b, '}')
}

func (l *line) appendSurrounding(b []byte, e *Entry) []byte {
	d := &e.Decision
	b = option(b, `,"platform":`, e.Call.Platform)
	b = append(b, `,"revision":"`...)
	b = strconv.AppendInt(b, d.Revision.Revision, 10)
	if d.Revision.Chain != "" {
		b = callas.AppendEscaped(append(b, '.'), d.Revision.Chain)
	}
	b = field(b, `","policy":`, d.Policy)
	if d.Stale {
		b = append(b, `,"stale":true`...)
	}
	b = append(b, `,"input":{"stale":`...)
	b = strconv.AppendBool(b, e.Stale)
	return append(l.clock.local(append(b, `,"time":`...), e.At, e.Zone), '}')
}

// size is about what fold writes at most.
func (l *line) size(e *Entry) int {
	n := len(l.before) + len(l.after) + 256 + len(e.Call.Platform) + len(e.Decision.Policy) + len(e.Decision.Revision.Chain)
	if id := e.Decision.Identity; id != nil {
		n += 64 + len(id.Name) + len(id.Number) + len(id.URI) + len(id.Asserted)
	}
	return n
}
