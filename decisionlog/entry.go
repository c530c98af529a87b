package decisionlog

import (
	"strconv"
	"time"

	"callas"
)

// An Entry is one decision to be recorded. The log keeps nothing of it after Append.
type Entry struct {
	At       time.Time       // the moment that the policy was told
	Latency  time.Duration   // how long the answer took
	Call     callas.Call     // as asked
	Agent    string          // the id of the agent that Call.Agent named; empty for an unknown one
	Decision callas.Decision // as answered
	Mask     Mask            // how to write the callee

	Stale bool           // input.stale
	Age   time.Duration  // of the facts, against a service's serve_stale
	Zone  *time.Location // of input.time; UTC where nil
}

// append writes e as one JSON object, but for what the log adds when the record has its
// place: its number before all of it, the identity between before and after, and its
// surroundings in the end.
func (l *line) append(e *Entry) {
	c, d := &e.Call, &e.Decision
	l.terms = l.terms[:0]
	b := l.clock.instant(append(l.before[:0], `"at":"`...), e.At)
	b = append(b, `","latency_ns":`...)
	b = strconv.AppendInt(b, int64(e.Latency), 10)
	b = l.term(b, `,"decision":`, ofDecision, d.ID)
	b = option(b, `,"call_id":`, c.CallID)
	if e.Agent != "" {
		b = l.term(b, `,"agent":`, ofAgent, e.Agent)
	}
	if c.Agent != e.Agent {
		b = l.term(b, `,"asked":`, ofAgent, c.Agent)
	}
	b = l.target(b, &c.Target, e.Mask)
	b = field(b, `,"modality":`, string(c.Modality))
	b = option(b, `,"call_as":`, c.CallAs)
	b = field(b, `,"as":`, string(d.As))
	if d.Service != "" {
		b = l.term(b, `,"service":`, ofService, d.Service)
	}
	l.before = b
	b = append(l.after[:0], `,"reasons":[`...)
	for i, r := range d.Reasons {
		if i > 0 {
			b = append(b, ',')
		}
		b = l.term(b, "", ofReason, string(r))
	}
	b = append(b, `],"age_ns":`...)
	l.after = strconv.AppendInt(b, int64(e.Age), 10)
}

// term writes a field that searches look for, and notes what they will find.
func (l *line) term(b []byte, field string, of subject, value string) []byte {
	b = append(b, field...)
	at := len(b)
	b = callas.AppendQuoted(b, value)
	l.terms = append(l.terms, termOf(of, b[at:]))
	return b
}

// target writes whom the call was for, no clearer than mask allows.
func (l *line) target(b []byte, t *callas.Target, mask Mask) []byte {
	b = l.term(b, `,"target":{"class":`, ofClass, string(t.Class))
	if t.Class == callas.Emergency {
		mask = Clear // the number of a public service, never a person's
	}
	if mask == Pseudonym && l.mac == nil {
		mask = Drop // a plain hash of a telephone number is no secret
	}
	if t.Number != "" && mask != Drop {
		b = l.callee(append(b, `,"number":"`...), t.Number, mask)
		b = append(b, '"')
	}
	if t.URI != "" && mask != Drop {
		b = l.callee(append(b, `,"uri":"`...), t.URI, mask)
		b = append(b, '"')
	}
	b = option(b, `,"country":`, t.Country)
	b = append(b, '}')
	if mask != Clear && (t.Number != "" || t.URI != "") {
		b = field(b, `,"masked":`, mask.String())
	}
	return b
}
