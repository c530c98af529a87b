package settings

import (
	"context"
	"errors"
	"time"

	"callas"
	"callas/dialplan"
	"callas/source"
	"callas/state"
)

// Allowed tells why a principal may not change an agent so; nothing where it may. It is
// called from several goroutines at once.
type Allowed func(ctx context.Context, before, after *callas.Agent) ([]callas.Reason, error)

// A Plan is a bulk edit worked out but not made: exactly which agents become what, and
// who may then call as a service and who no longer. Its lists hold the first
// ShownOfPlan entries, its numbers count all.
type Plan struct {
	ID        string       `json:"plan"` // set by Plans.Keep
	Base      callas.Token `json:"base"` // the moment it was worked out at
	ExpiresAt time.Time    `json:"expires_at"`

	Matched   int `json:"matched"`   // = Changed + Unchanged + LockedTotal + RefusedTotal
	Changed   int `json:"changed"`   // agents that the plan writes
	Unchanged int `json:"unchanged"` // agents that are so already

	Locked       []LockedAgent  `json:"locked"` // left alone: an importer keeps a field
	LockedTotal  int            `json:"locked_total"`
	Refused      []RefusedAgent `json:"refused"` // left alone: the principal may not
	RefusedTotal int            `json:"refused_total"`

	Allowed         int       `json:"allowed"` // pairs of agent and service that become available
	Blocked         int       `json:"blocked"` // pairs that are no longer available
	Pairs           []Pair    `json:"pairs"`
	CallingNow      []Calling `json:"calling_now"` // whose calls go out as a service now and would not after
	CallingNowTotal int       `json:"calling_now_total"`

	writes []source.Write
	owner  string
}

// A LockedAgent has fields that only its importer may change.
type LockedAgent struct {
	ID     string   `json:"id"`
	Fields []string `json:"fields"`
	Source string   `json:"source"`
}

// A RefusedAgent is one that the principal may not change so.
type RefusedAgent struct {
	ID      string          `json:"id"`
	Reasons []callas.Reason `json:"reasons"`
}

// A Pair is an agent and a service that a plan brings together or parts.
type Pair struct {
	Agent   string          `json:"agent"`
	Service string          `json:"service"`
	Becomes string          `json:"becomes"` // PairAllowed or PairBlocked
	Reasons []callas.Reason `json:"reasons"` // why it is blocked
}

// What becomes of a pair.
const (
	PairAllowed = "allowed"
	PairBlocked = "blocked"
)

// A Calling is an agent who calls as a service.
type Calling struct {
	Agent   string `json:"agent"`
	Service string `json:"service"`
	Name    string `json:"name"` // the agent's
}

// Writes returns what applying the plan commits, each conditional on its agent being as
// it was planned. Hold them to Admit again: what they refer to may have gone.
func (p *Plan) Writes() []source.Write { return p.writes }

// Outdated lists the agents that have changed since the plan was made. The source says
// the same with a *source.Conflict, of the first.
func (p *Plan) Outdated(sn *state.Snapshot) []string {
	var out []string
	for _, w := range p.writes {
		a := sn.Agent(w.ID)
		if a == nil || source.At(a.Rev) != w.If {
			out = append(out, w.ID)
		}
	}
	return out
}

// A Planner works out bulk edits for one asker.
type Planner struct {
	Numbers *dialplan.Plan
	Menus   Menus
	Allowed Allowed
	Visible Sight
}

// Plan works out a bulk edit on a snapshot. The agents are frozen: who matches the
// filter later is not in the plan. What names nothing, more than MaxBulk agents, and
// agents that would break a rule are *Invalid.
func (p Planner) Plan(ctx context.Context, sn *state.Snapshot, b Bulk) (*Plan, error) {
	if p.Numbers == nil || p.Menus == nil || p.Allowed == nil {
		return nil, errors.New("planner: numbers, menus and who is allowed are needed")
	}
	problems := b.unclear()
	if len(problems) == 0 {
		problems = b.Set.check(sn, p.Visible)
	}
	if len(problems) > 0 {
		return nil, &Invalid{problems}
	}
	agents, err := p.agents(ctx, sn, b)
	if err != nil {
		return nil, err
	}
	d := draft{Planner: p, sn: sn, set: b.Set}
	if err := d.judge(ctx, agents); err != nil {
		return nil, err
	}
	plan := d.plan()
	full, found := admit(sn, p.Numbers, p.Visible, plan.writes)
	if found.total > 0 {
		return nil, &Invalid{ofAgents(plan.writes, found.list)}
	}
	plan.writes = full
	if err := d.preview(ctx, plan); err != nil {
		return nil, err
	}
	return plan, nil
}

// ofAgents tells findings by the agents they are about.
func ofAgents(writes []source.Write, list []Finding) []callas.Problem {
	out := make([]callas.Problem, len(list))
	for i, f := range list {
		out[i] = callas.Problem{Pointer: "/agents/" + escape(writes[f.Write].ID) + f.Pointer, Detail: f.Detail}
	}
	return out
}
