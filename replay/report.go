package replay

import (
	"cmp"
	"encoding/json"
	"slices"

	"callas"
	"callas/decisionlog"
)

// A Report is what a replay has found.
type Report struct {
	Calls   int      `json:"calls"`   // decisions looked at
	Same    int      `json:"same"`    // decided again as recorded
	Differ  int      `json:"differ"`  // decided otherwise
	Changes []Change `json:"changes"` // of those that differ, the most frequent first

	// What was not decided again, and why. Unanswered calls had no answer from a policy
	// then either: a deadline or an error. Of the others it is not known.
	Unanswered int                  `json:"unanswered"`
	Masked     int                  `json:"masked"`           // the policy reads the callee, whom the record hides
	Elsewhere  int                  `json:"elsewhere"`        // their revision is not of the source's log
	Lost       uint64               `json:"lost"`             // decisions that the record itself says are missing
	Broken     []*decisionlog.Break `json:"broken,omitempty"` // where the record is damaged

	Policies []Policy `json:"policies"` // that had decided the calls compared, the most frequent first
}

// Whole reports whether everything that was decided then could be decided again.
func (r *Report) Whole() bool { return r.Masked == 0 && r.Elsewhere == 0 && len(r.Broken) == 0 }

// A Policy had decided so many of the calls.
type Policy struct {
	Digest string `json:"digest"`
	Calls  int    `json:"calls"`
}

// A Change is what calls of one agent to one class of target came to, and would come to.
type Change struct {
	Agent     string       `json:"agent"` // the id or, of an unknown agent, what the platform called it
	Class     callas.Class `json:"class"`
	Was       Outcome      `json:"was"`
	WouldBe   Outcome      `json:"would_be"`
	Calls     int          `json:"calls"`
	Decisions []string     `json:"decisions"` // the first maxExamples of them, by id
}

// maxExamples is how many decisions a change names.
const maxExamples = 10

// An Outcome is what of a decision can differ.
type Outcome struct {
	As       callas.As        `json:"as"`
	Service  string           `json:"service,omitempty"`
	Identity *callas.Identity `json:"identity"`
	Reasons  []callas.Reason  `json:"reasons"`
}

func outcomeOf(d *callas.Decision) Outcome {
	return Outcome{As: d.As, Service: d.Service, Identity: d.Identity, Reasons: d.Reasons}
}

func (o Outcome) equal(other Outcome) bool {
	same := (o.Identity == nil) == (other.Identity == nil) && (o.Identity == nil || *o.Identity == *other.Identity)
	return same && o.As == other.As && o.Service == other.Service && slices.Equal(o.Reasons, other.Reasons)
}

// A tally is a report in the making.
type tally struct {
	Report
	changes  map[string]*Change // by everything but calls and decisions
	policies map[string]int
}

func (t *tally) count(r *decisionlog.Record, now callas.Decision) {
	t.policies[r.Policy]++
	then := r.Decision()
	c := Change{Agent: cmp.Or(r.Agent, r.Asked), Class: r.Target.Class, Was: outcomeOf(&then), WouldBe: outcomeOf(&now)}
	if c.Was.equal(c.WouldBe) {
		t.Same++
		return
	}
	t.Differ++
	key, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings all the way down
	}
	known := t.changes[string(key)]
	if known == nil {
		known = &c
		t.changes[string(key)] = known
	}
	if known.Calls++; known.Calls <= maxExamples {
		known.Decisions = append(known.Decisions, r.ID)
	}
}

// report is the report so far.
func (t *tally) report() Report {
	r := t.Report
	r.Changes, r.Policies = []Change{}, []Policy{}
	for _, c := range t.changes {
		r.Changes = append(r.Changes, *c)
	}
	slices.SortFunc(r.Changes, func(a, b Change) int {
		return cmp.Or(b.Calls-a.Calls, cmp.Compare(a.Agent, b.Agent), cmp.Compare(a.Class, b.Class), cmp.Compare(a.Decisions[0], b.Decisions[0]))
	})
	for digest, n := range t.policies {
		r.Policies = append(r.Policies, Policy{digest, n})
	}
	slices.SortFunc(r.Policies, func(a, b Policy) int { return cmp.Or(b.Calls-a.Calls, cmp.Compare(a.Digest, b.Digest)) })
	return r
}
