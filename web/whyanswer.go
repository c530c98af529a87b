package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"callas"
	"callas/client"
)

// A whyAnswer is what the law says, in words.
type whyAnswer struct {
	Yes       bool
	Emergency bool
	Title     string
	Line      string
	Gates     []whyGate
	Target    string // as the dial plan understood it
	Hue       string // of the stage: a service's, or self
	Seen      *callas.Identity
	Policy    string
	Revision  int64
	Took      int // µs
	Stale     bool
	Otherwise bool // of a recorded moment: the policy of now decides it otherwise
}

// A whyGate is one condition, and how it came out.
type whyGate struct {
	State   string // ok, ko, na
	Title   string
	Fact    string // what decided it, or why it was not asked
	Who     string // who can open it
	Fix     string // where its reader can
	FixIt   string // what that link says
	AtAgent bool   // it is on the agent's own page
	File    string
	Place   string // file:line
	Source  string // where the line is shown
}

func (v *visit) whyAnswered(p *whyPage) error {
	q := client.Question{Agent: p.Agent, Modality: p.Modality, CallAs: p.Service}
	if p.Service == whySelected {
		q.CallAs = ""
	}
	if q.Target = p.Typed(); q.Target == "" {
		q.Class = callas.Class(p.Target)
	}
	e, _, err := v.api.Explain(v.r.Context(), q)
	if err != nil {
		return err
	}
	facts := &whyFacts{visit: v, page: p, asked: e}
	if err := facts.read(); err != nil {
		return err
	}
	p.Answer = v.whyVerdict(e.Decision, "why.line")
	p.Answer.Took = int(e.Latency.Microseconds())
	p.Answer.Hue = facts.hue()
	p.Answer.Gates = facts.gates()
	return nil
}

// gates are all of them: what stands in the way, then the rest in the law's order.
func (f *whyFacts) gates() (gates []whyGate) {
	for _, g := range f.asked.Gates {
		gates = append(gates, f.gate(g))
	}
	slices.SortStableFunc(gates, func(a, b whyGate) int { return a.rank() - b.rank() })
	return gates
}

// rank is lower for what stands in the way.
func (g whyGate) rank() int {
	if g.State == "ko" {
		return 0
	}
	return 1
}

// whyVerdict is what a decision says before its gates do.
func (v *visit) whyVerdict(d callas.Decision, line string) *whyAnswer {
	a := &whyAnswer{Yes: d.As == callas.AsService, Emergency: d.Target.Class == callas.Emergency, Seen: d.Identity,
		Target: v.whyTarget(d.Target), Policy: whyShort(d.Policy), Revision: d.Revision.Revision, Stale: d.Stale, Hue: "self"}
	a.Title = v.say("why.no")
	switch {
	case a.Yes:
		a.Title, a.Line = v.say("why.yes"), v.say("why.all_hold")
	case a.Emergency:
		a.Line = v.say("why.emergency")
	default:
		a.Line = v.say(line, len(d.Reasons))
		if len(d.Reasons) == 1 {
			a.Line = v.say(line + "_one")
			switch d.Reasons[0] {
			case callas.ReasonTimeout, callas.ReasonEngineError, callas.ReasonUnrecorded:
				a.Line = v.reason(d.Reasons[0])
			}
		}
	}
	return a
}

// whyTarget tells what a target is, as the dial plan understood it.
func (v *visit) whyTarget(t callas.Target) string {
	shown := t.URI
	if t.Number != "" {
		shown = v.web.Spell(t.Number)
	}
	kind := v.say("why.class." + string(t.Class))
	if t.Country != "" {
		kind = v.say("why.class.in", kind, t.Country)
	}
	if shown == "" {
		return kind
	}
	return shown + " · " + kind
}

// whyShort is the beginning of a digest, which people compare.
func whyShort(digest string) string {
	_, hex, _ := strings.Cut(digest, ":")
	return hex[:min(len(hex), 12)]
}

func whyNumber(n int) string { return strconv.Itoa(n) }

// unseen reports whether something is not there or not to be seen, which a page shows by
// leaving it out.
func unseen(err error) bool {
	var p *client.Problem
	return errors.As(err, &p) && (p.Status == http.StatusNotFound || p.Status == http.StatusForbidden)
}

// cannotTell reports whether the API has no explanation of a moment: its settings are kept
// no more, or the policy reads what the record hides.
func cannotTell(err error) bool {
	var p *client.Problem
	return errors.As(err, &p) && (p.Status == http.StatusBadRequest || p.Status == http.StatusConflict || p.Status == http.StatusNotFound)
}

// whyRecorded answers for a moment that is on record: what was decided then, and why.
func (v *visit) whyRecorded(p *whyPage, id string) error {
	raw, err := v.api.Decision(v.r.Context(), id)
	if err != nil {
		return err
	}
	var d client.Recorded
	if err := json.Unmarshal(raw, &d); err != nil {
		return err
	}
	rows, err := v.decisionRows([]json.RawMessage{raw})
	if err != nil {
		return err
	}
	p.At, p.Recorded = id, &rows[0]
	p.Agent, p.Name, p.Modality = d.Agent, rows[0].Who, rows[0].Modality
	p.Service, p.Target = rows[0].Asked, string(d.Target.Class)
	if p.Service == "" {
		p.Service = whySelected
	}
	if !slices.Contains(whyClasses, d.Target.Class) {
		p.Target = d.Target.Number + d.Target.URI
		if d.Target.Number != "" {
			p.Target = d.Target.Number
		}
	}
	if p.Agent != "" {
		if err := v.whyServices(p, p.Service); err != nil && !unseen(err) {
			return err
		}
	}
	a := v.whyVerdict(d.Decision, "why.line_then")
	if a.Yes {
		a.Line = v.say("why.held_then")
	}
	a.Took, a.Hue = int(rows[0].Took/time.Microsecond), rows[0].Hue
	again, err := v.api.ExplainAgain(v.r.Context(), id)
	switch {
	case err == nil && len(again.Gates) > 0:
		facts := &whyFacts{visit: v, page: p, asked: again}
		if err := facts.read(); err != nil {
			return err
		}
		a.Gates = facts.gates()
		a.Otherwise = again.As != d.As
	case err == nil || cannotTell(err): // then the record alone is told
		p.Bare = true
		for _, reason := range d.Reasons {
			a.Gates = append(a.Gates, whyGate{State: "ko", Title: v.reason(reason)})
		}
	default:
		return err
	}
	p.Answer = a
	return nil
}

// Now is the same question of this moment.
func (p *whyPage) Now() string {
	q := p.whyQuestion
	q.At = ""
	return q.Link()
}

// whyPolicyLink is where a line of the law is shown.
func whyPolicyLink(file string, line int) string {
	return "/why/policy?" + url.Values{"file": {file}, "line": {strconv.Itoa(line)}}.Encode()
}
