package engine

import (
	"context"
	"slices"
	"time"

	"callas"
	"callas/state"
)

// Menu answers what an agent may select under Call As, and why not the rest. Preview
// is left empty: it takes three decisions more. An unknown agent has an empty menu. Items
// and reasons are shared with other callers: constants.
func (e *Engine) Menu(ctx context.Context, sn *state.Snapshot, agent string) (callas.Menu, error) {
	return e.listings(sn).menu(ctx, agent)
}

// Menus answers Menu for many agents of one snapshot at one moment. Agents who are alike
// to the policy need one evaluation, of facts that would be too. It may be called from
// several goroutines at once.
func (e *Engine) Menus(sn *state.Snapshot) func(ctx context.Context, agent string) (callas.Menu, error) {
	l := e.listings(sn)
	l.near = sn.Near()
	if e.menu.repeats {
		l.known = map[string]*listing{}
	}
	return l.menu
}

func (l *listings) menu(ctx context.Context, agent string) (callas.Menu, error) {
	menu := callas.Menu{Agent: agent, Items: []callas.MenuItem{}, Revision: l.sn.Token()}
	o := l.own(agent)
	found, err := l.find(ctx, o)
	if err != nil {
		return menu, err
	}
	menu.Profile, menu.Items = found.profile, found.items
	if o.session != nil {
		menu.Ended = ended(o.session, l.now)
		if selected(o.session, l.now) != "" {
			menu.Selection, err = l.selection(ctx, o.session, menu.Items)
		}
	}
	return menu, err
}

// selection tells whether what an agent has picked works now. A service that is none
// of the agent's business any more is not in the menu: then the resolver says why.
func (l *listings) selection(ctx context.Context, s *callas.Session, items []callas.MenuItem) (*callas.Selection, error) {
	sel := &callas.Selection{Service: s.CallAs, ExpiresAt: s.ExpiresAt, Reasons: []callas.Reason{}}
	for i := range items {
		if items[i].Service == s.CallAs {
			sel.Withdrawn, sel.Reasons = !items[i].Available, items[i].Reasons
			return sel, nil
		}
	}
	d, err := l.judge(ctx, l.moment(), &callas.Call{Agent: s.Agent, Modality: callas.Audio, CallAs: s.CallAs, Target: callas.Target{Class: callas.Internal}}, adminDeadline)
	sel.Withdrawn = true
	sel.Reasons = slices.DeleteFunc(d.Reasons, func(r callas.Reason) bool { return r == callas.ReasonDirection })
	return sel, err
}

// selected is what a session has picked, at a time: until it expires.
func selected(s *callas.Session, now time.Time) string {
	if past(s.ExpiresAt, now) {
		return ""
	}
	return s.CallAs
}

// ended is why the last selection ended.
func ended(s *callas.Session, now time.Time) string {
	if s.CallAs != "" && past(s.ExpiresAt, now) {
		return "expired"
	}
	return s.EndedBecause
}

// Preview fills in whom the callee would see now, for each class of target that can be
// called as a service. A phone number is taken to be of the home country. The snapshot is
// one that the store published: what calls have been answered is remembered here too.
func (e *Engine) Preview(ctx context.Context, sn *state.Snapshot, menu *callas.Menu) error {
	menu.Preview, menu.PreviewAs = map[callas.Class]*callas.Identity{}, map[callas.Class]callas.As{}
	for _, class := range []callas.Class{callas.PSTN, callas.Internal, callas.Federated} {
		call := callas.Call{Agent: menu.Agent, Target: callas.Target{Class: class}, Modality: callas.Audio}
		if class == callas.PSTN {
			call.Target.Country = e.HomeCountry
		}
		now := e.Now()
		d, _, _, err := e.answer(ctx, sn, &call, now, e.State.Age(now), adminDeadline) // a person can wait longer than a call
		if err != nil {
			return err
		}
		menu.Preview[class], menu.PreviewAs[class] = d.Identity, d.As
	}
	return nil
}
