package settings

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"

	"callas"
	"callas/giveway"
	"callas/hint"
	"callas/source"
	"callas/state"
)

// agents finds whom a bulk edit is about, each once, in the order of their ids.
func (p Planner) agents(ctx context.Context, sn *state.Snapshot, b Bulk) ([]*callas.Agent, error) {
	var out []*callas.Agent
	if b.Filter != nil {
		m, err := newMatcher(sn, Query{Kind: callas.KindAgent, Filter: *b.Filter, Visible: p.Visible})
		if err != nil {
			return nil, &Invalid{below("/filter", err.(*Invalid).Problems)}
		}
		rows, err := m.all(ctx, p.Menus.Menus(sn))
		if err != nil {
			return nil, err
		}
		if len(rows) > MaxBulk {
			return nil, &Invalid{problem("/filter", "matches %d agents: at most %d at once: narrow it, by a unit for instance", len(rows), MaxBulk)}
		}
		for _, row := range rows {
			out = append(out, row.(*callas.Agent))
		}
		return out, nil
	}
	var problems []callas.Problem
	known := sync.OnceValue(func() []string { return slices.Collect(p.Visible.ids(sn, callas.KindAgent)) })
	for i, id := range b.IDs {
		a := sn.Agent(id)
		if a == nil || !p.Visible.Covers(a) {
			if len(problems) < MaxFindings {
				problems = append(problems, problem("/ids/"+strconv.Itoa(i), "there is no agent %q%s", id, hint.DidYouMean(id, slices.Values(known())))...)
			}
			continue
		}
		out = append(out, a)
	}
	if len(problems) > 0 {
		return nil, &Invalid{problems}
	}
	slices.SortFunc(out, func(a, b *callas.Agent) int { return strings.Compare(a.ID, b.ID) })
	return slices.Compact(out), nil
}

// draft is a plan being worked out.
type draft struct {
	Planner
	sn    *state.Snapshot
	set   Set
	moves []move
}

// move is what becomes of one agent.
type move struct {
	before, after *callas.Agent
	locked        []string        // fields
	refused       []callas.Reason // by policy
}

// judge works out every agent's move, on all cores but one.
func (d *draft) judge(ctx context.Context, agents []*callas.Agent) error {
	d.moves = make([]move, len(agents))
	return giveway.InParallel(ctx, len(agents), func(i int) (err error) {
		m := &d.moves[i]
		m.before, m.after = agents[i], d.set.On(d.sn, agents[i])
		if Same(m.before, m.after) {
			m.after = nil
			return nil
		}
		for _, p := range Locked(m.before, m.after) {
			m.locked = append(m.locked, p.Pointer[1:])
		}
		if m.locked == nil {
			m.refused, err = d.Allowed(ctx, m.before, m.after)
		}
		return err
	})
}

// plan counts the moves and takes over those that are to be made.
func (d *draft) plan() *Plan {
	p := &Plan{
		Base: d.sn.Token(), Matched: len(d.moves),
		Locked: []LockedAgent{}, Refused: []RefusedAgent{}, Pairs: []Pair{}, CallingNow: []Calling{},
	}
	kept := d.moves[:0]
	for _, m := range d.moves {
		switch {
		case m.after == nil:
			p.Unchanged++
		case m.locked != nil:
			p.LockedTotal++
			show(&p.Locked, LockedAgent{m.before.ID, m.locked, m.before.Source})
		case len(m.refused) > 0:
			p.RefusedTotal++
			show(&p.Refused, RefusedAgent{m.before.ID, m.refused})
		default:
			kept = append(kept, m)
			p.writes = append(p.writes, source.Write{Kind: callas.KindAgent, ID: m.after.ID, Row: m.after, If: source.At(m.before.Rev)})
		}
	}
	d.moves = kept
	p.Changed = len(kept)
	return p
}

// show adds to a list of a plan while it is short.
func show[T any](list *[]T, item T) {
	if len(*list) < ShownOfPlan {
		*list = append(*list, item)
	}
}
