package settings

import (
	"context"
	"slices"

	"callas"
	"callas/giveway"
	"callas/state"
)

// preview compares the menus of the agents that change, before and after all of it. A
// menu shows the services of an agent's profiles and responsibilities and the one that
// is selected: where there are none, on either side, no menu is asked for.
func (d *draft) preview(ctx context.Context, p *Plan) error {
	edits := make([]callas.Edit, len(d.moves))
	for i, m := range d.moves {
		edits[i] = callas.Edit{Kind: callas.KindAgent, ID: m.after.ID, Before: m.before, After: m.after}
	}
	next, err := d.sn.With(edits)
	if err != nil {
		return err
	}
	before, after := d.Menus.Menus(d.sn), d.Menus.Menus(next)
	effects := make([]effect, len(d.moves))
	offering := profilesOffering(d.sn, anyService)
	err = giveway.InParallel(ctx, len(d.moves), func(i int) error {
		m := d.moves[i]
		if !mentions(m.before, offering) && !mentions(m.after, offering) && !selects(d.sn.Session(m.before.ID)) {
			return nil
		}
		was, err := before(ctx, m.before.ID)
		if err != nil {
			return err
		}
		is, err := after(ctx, m.after.ID)
		if err == nil {
			effects[i] = compared(next, m.after, was, is)
		}
		return err
	})
	if err != nil {
		return err
	}
	for i, e := range effects {
		for _, pair := range e.pairs {
			if pair.Becomes == PairAllowed {
				p.Allowed++
			} else {
				p.Blocked++
			}
			show(&p.Pairs, pair)
		}
		if e.loses != "" {
			p.CallingNowTotal++
			show(&p.CallingNow, Calling{d.moves[i].after.ID, e.loses, d.moves[i].after.Name})
		}
	}
	return nil
}

// effect is what one agent's move does.
type effect struct {
	pairs []Pair
	loses string // the service that the agent calls as now and would not after
}

// compared tells two menus of one agent apart.
func compared(next *state.Snapshot, a *callas.Agent, was, is callas.Menu) effect {
	var e effect
	for _, item := range is.Items {
		if old, _ := offer(was, item.Service); item.Available && !old.Available {
			e.pairs = append(e.pairs, Pair{a.ID, item.Service, PairAllowed, []callas.Reason{}})
		}
	}
	for _, old := range was.Items {
		item, listed := offer(is, old.Service)
		if !old.Available || item.Available {
			continue
		}
		if !listed {
			item.Reasons = unlisted(next, a, was.Profile)
		}
		e.pairs = append(e.pairs, Pair{a.ID, old.Service, PairBlocked, item.Reasons})
	}
	if now := calling(was); now != "" && calling(is) != now {
		e.loses = now
	}
	return e
}

// profilesOffering are the profiles that are part of a service that is wanted.
func profilesOffering(sn *state.Snapshot, wanted func(service string) bool) map[string]bool {
	out := map[string]bool{}
	for row := range sn.Rows(callas.KindProfile) {
		if p := row.(*callas.Profile); slices.ContainsFunc(p.Services, wanted) {
			out[p.ID] = true
		}
	}
	return out
}

func anyService(string) bool { return true }

// mentions reports whether an agent's menu can hold anything.
func mentions(a *callas.Agent, offering map[string]bool) bool {
	return len(a.Responsible) > 0 || slices.ContainsFunc(a.Profiles, func(p string) bool { return offering[p] })
}

func selects(s *callas.Session) bool { return s != nil && s.CallAs != "" }
