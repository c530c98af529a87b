package settings

import (
	"context"

	"callas"
	"callas/dialplan"
	"callas/giveway"
	"callas/source"
	"callas/state"
)

// An Outlook is what some writes would do, worked out but not made. Its lists hold the
// first ShownOfPlan entries, its numbers count all, of the agents that the asker may see.
type Outlook struct {
	Base            callas.Token `json:"base"`    // the moment it was worked out at
	Follow          int          `json:"follow"`  // further rows that change along with it
	Allowed         int          `json:"allowed"` // pairs of agent and service that become available
	Blocked         int          `json:"blocked"` // pairs that are no longer available
	Pairs           []Pair       `json:"pairs"`
	CallingNow      []Calling    `json:"calling_now"` // whose calls go out as a service now and would not after
	CallingNowTotal int          `json:"calling_now_total"`
}

// A Forecast works out what writes would do, for one asker.
type Forecast struct {
	Numbers *dialplan.Plan
	Menus   Menus
	Visible Sight
}

// Outlook compares the menus of all agents who may be concerned, before the writes and
// after them and what follows from them. Writes that break a rule are findings.
func (f Forecast) Outlook(ctx context.Context, sn *state.Snapshot, writes []source.Write) (*Outlook, []Finding, error) {
	full, found := admit(sn, f.Numbers, f.Visible, writes)
	if found.total > 0 {
		return nil, found.list, nil
	}
	edits := make([]callas.Edit, 0, len(full))
	for _, w := range full {
		edits = append(edits, callas.Edit{Kind: w.Kind, ID: w.ID, Before: sn.Row(w.Kind, w.ID), After: w.Row})
	}
	next, err := sn.With(edits)
	if err != nil {
		return nil, nil, err
	}
	out := &Outlook{Base: sn.Token(), Follow: len(full) - len(writes), Pairs: []Pair{}, CallingNow: []Calling{}}
	agents := f.concerned(sn, next, writes)
	before, after := f.Menus.Menus(sn), f.Menus.Menus(next)
	effects := make([]effect, len(agents))
	err = giveway.InParallel(ctx, len(agents), func(i int) error {
		was, err := before(ctx, agents[i].ID)
		if err != nil {
			return err
		}
		is, err := after(ctx, agents[i].ID)
		if err == nil {
			effects[i] = compared(next, agents[i], was, is)
		}
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	for i, e := range effects {
		out.add(agents[i], e)
	}
	return out, nil, nil
}

func (o *Outlook) add(a *callas.Agent, e effect) {
	for _, pair := range e.pairs {
		if pair.Becomes == PairAllowed {
			o.Allowed++
		} else {
			o.Blocked++
		}
		show(&o.Pairs, pair)
	}
	if e.loses != "" {
		o.CallingNowTotal++
		show(&o.CallingNow, Calling{a.ID, e.loses, a.Name})
	}
}

// concerned are the agents whose menus the writes can change: of services alone those
// whose menus can list them, else all whose menus can list anything.
func (f Forecast) concerned(sn, next *state.Snapshot, writes []source.Write) (out []*callas.Agent) {
	wanted := anyService
	if services := onlyServices(writes); services != nil {
		wanted = func(id string) bool { return services[id] }
	}
	offering := profilesOffering(sn, wanted)
	for id := range profilesOffering(next, wanted) {
		offering[id] = true
	}
	var walk stroll
	for row := range sn.Rows(callas.KindAgent) {
		walk.step()
		if a := row.(*callas.Agent); f.Visible.Covers(a) && (lists(sn, a, offering, wanted) || lists(sn, next.Agent(a.ID), offering, wanted)) {
			out = append(out, a)
		}
	}
	return out
}

// onlyServices are the services that writes are about; nil where they are about more.
func onlyServices(writes []source.Write) map[string]bool {
	out := map[string]bool{}
	for _, w := range writes {
		if w.Kind != callas.KindService {
			return nil
		}
		out[w.ID] = true
	}
	return out
}

// lists reports whether an agent's menu can hold a service that is wanted.
func lists(sn *state.Snapshot, a *callas.Agent, offering map[string]bool, wanted func(string) bool) bool {
	if a == nil {
		return false
	}
	if s := sn.Session(a.ID); s != nil && s.CallAs != "" && wanted(s.CallAs) {
		return true
	}
	for _, services := range a.Responsible {
		for _, id := range services {
			if wanted(id) {
				return true
			}
		}
	}
	for _, id := range a.Profiles {
		if offering[id] {
			return true
		}
	}
	return false
}
