package engine

import (
	"context"
	"fmt"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"callas"
	"callas/state"
)

// Menu answers what an agent may select under Call As, and why not the rest. Preview
// is left empty: it takes three decisions more. An unknown agent has an empty menu.
func (e *Engine) Menu(ctx context.Context, sn *state.Snapshot, agent string) (callas.Menu, error) {
	menu := callas.Menu{Agent: agent, Items: []callas.MenuItem{}, Revision: sn.Token()}
	var input writing
	input.text("agent", agent)
	input.flag("stale", e.Stale(e.Now()))
	answer, err := e.menu.ask(ctx, &e.facts, e.at(sn), input.object(), adminDeadline)
	if err != nil {
		return menu, err
	}
	if err := ast.As(answer, &menu); err != nil {
		return menu, fmt.Errorf("%s: malformed answer: %w", menuQuery, err)
	}
	for i := range menu.Items {
		if menu.Items[i].Reasons == nil {
			menu.Items[i].Reasons = []callas.Reason{}
		}
		sortReasons(menu.Items[i].Reasons)
	}
	slices.SortStableFunc(menu.Items, func(a, b callas.MenuItem) int { return rank(a) - rank(b) })
	if session := sn.Session(agent); session != nil {
		menu.Ended = session.EndedBecause
		if past(session.ExpiresAt, e.Now()) && session.CallAs != "" {
			menu.Ended = "expired"
			return menu, nil
		}
		if session.CallAs != "" {
			menu.Selection, err = e.selection(ctx, sn, session, menu.Items)
		}
	}
	return menu, err
}

func rank(i callas.MenuItem) int {
	if i.Available {
		return 0
	}
	return 1
}

// selection tells whether what an agent has picked works now. A service that is none
// of the agent's business any more is not in the menu: then the resolver says why.
func (e *Engine) selection(ctx context.Context, sn *state.Snapshot, s *callas.Session, items []callas.MenuItem) (*callas.Selection, error) {
	sel := &callas.Selection{Service: s.CallAs, ExpiresAt: s.ExpiresAt, Reasons: []callas.Reason{}}
	for _, item := range items {
		if item.Service == s.CallAs {
			sel.Withdrawn, sel.Reasons = !item.Available, item.Reasons
			return sel, nil
		}
	}
	d, err := e.judge(ctx, e.at(sn), &callas.Call{Agent: s.Agent, Modality: callas.Audio, CallAs: s.CallAs, Target: callas.Target{Class: callas.Internal}}, adminDeadline)
	sel.Withdrawn = true
	sel.Reasons = slices.DeleteFunc(d.Reasons, func(r callas.Reason) bool { return r == callas.ReasonDirection })
	return sel, err
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
		d, _, _, err := e.answer(ctx, sn, &call, now, e.State.Age(now))
		if err != nil { // a person can wait longer than a call
			d, err = e.judge(ctx, e.at(sn), &call, adminDeadline)
		}
		if err != nil {
			return err
		}
		menu.Preview[class], menu.PreviewAs[class] = d.Identity, d.As
	}
	return nil
}
