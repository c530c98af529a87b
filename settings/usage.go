package settings

import (
	"context"
	"slices"
	"time"

	"callas"
	"callas/giveway"
	"callas/state"
)

// A ServiceUsage tells who has to do with a service.
type ServiceUsage struct {
	Responsible int       `json:"responsible"` // agents, under any profile
	MayCallAs   int       `json:"may_call_as"` // agents to whom it is available now
	CallingAs   int       `json:"calling_as"`  // agents whose calls go out as it now
	Profiles    int       `json:"profiles"`    // that it is part of
	Warnings    []Warning `json:"warnings"`
}

// A ProfileUsage tells who has a profile.
type ProfileUsage struct {
	Agents   int `json:"agents"` // who have it
	Active   int `json:"active"` // of those, who have it active
	Services int `json:"services"`
}

// A UnitUsage tells what is in a unit.
type UnitUsage struct {
	Agents   int `json:"agents"`   // in it or below it
	Services int `json:"services"` // in it or below it
	Units    int `json:"units"`    // right below it
}

// A Warning is what keeps a service from being of use, or soon will.
type Warning struct {
	Warning string     `json:"warning"`
	Number  string     `json:"number,omitempty"`  // of WarnNumberExpires
	Expires *time.Time `json:"expires,omitempty"` // of WarnNumberExpires
}

// The warnings.
const (
	WarnNobodyResponsible = "nobody_responsible" // no agent at all, whoever may be seen
	WarnNoUsableNumber    = "no_usable_number"   // none with a right of use that is verified and has not expired
	WarnNumberExpires     = "number_expires"     // a right of use ends within expiresSoon
)

// expiresSoon is how long before its end a right of use is warned of: a carrier takes
// weeks to renew one.
const expiresSoon = 30 * 24 * time.Hour

// A Survey counts what hangs on rows, of what its asker may see.
type Survey struct {
	Menus   Menus
	Visible Sight
	Now     time.Time
}

// Services surveys services, in their order. It goes through all agents once.
func (v Survey) Services(ctx context.Context, sn *state.Snapshot, services []*callas.Service) ([]ServiceUsage, error) {
	out := make([]ServiceUsage, len(services))
	place, offering := map[string]int{}, map[string]bool{}
	for i, s := range services {
		place[s.ID], out[i].Warnings = i, v.numbers(s)
	}
	for row := range sn.Rows(callas.KindProfile) {
		p, seen := row.(*callas.Profile), v.Visible.Covers(row)
		for _, id := range p.Services {
			i, ok := place[id]
			if offering[p.ID] = offering[p.ID] || ok; ok && seen {
				out[i].Profiles++
			}
		}
	}
	anyone := make([]bool, len(services))
	var concerned []string
	var walk stroll
	for row := range sn.Rows(callas.KindAgent) {
		walk.step()
		a, seen := row.(*callas.Agent), v.Visible.Covers(row)
		mine := responsibilities(a, place)
		for _, i := range mine {
			if anyone[i] = true; seen {
				out[i].Responsible++
			}
		}
		if seen && (len(mine) > 0 || slices.ContainsFunc(a.Profiles, func(p string) bool { return offering[p] }) || picked(sn, a, place)) {
			concerned = append(concerned, a.ID)
		}
	}
	for i := range out {
		if !anyone[i] {
			out[i].Warnings = append([]Warning{{Warning: WarnNobodyResponsible}}, out[i].Warnings...)
		}
	}
	return out, v.menus(ctx, sn, concerned, place, out)
}

// responsibilities are the places of the services that an agent answers for, each once.
func responsibilities(a *callas.Agent, place map[string]int) (out []int) {
	for _, services := range a.Responsible {
		for _, id := range services {
			if i, ok := place[id]; ok && !slices.Contains(out, i) {
				out = append(out, i)
			}
		}
	}
	return out
}

// picked reports whether an agent has selected one of the services.
func picked(sn *state.Snapshot, a *callas.Agent, place map[string]int) bool {
	s := sn.Session(a.ID)
	if s == nil || s.CallAs == "" {
		return false
	}
	_, ok := place[s.CallAs]
	return ok
}

// menus counts what is available to agents, and what they call as.
func (v Survey) menus(ctx context.Context, sn *state.Snapshot, agents []string, place map[string]int, out []ServiceUsage) error {
	menu, menus := v.Menus.Menus(sn), make([]callas.Menu, len(agents))
	err := giveway.InParallel(ctx, len(agents), func(i int) (err error) {
		menus[i], err = menu(ctx, agents[i])
		return err
	})
	if err != nil {
		return err
	}
	for _, menu := range menus {
		for _, item := range menu.Items {
			if i, ok := place[item.Service]; ok && item.Available {
				out[i].MayCallAs++
			}
		}
		if i, ok := place[calling(menu)]; ok {
			out[i].CallingAs++
		}
	}
	return nil
}

// numbers warns of a service's numbers.
func (v Survey) numbers(s *callas.Service) []Warning {
	out, usable := []Warning{}, false
	for _, n := range s.Numbers {
		right := n.RightOfUse
		if right.Status != callas.RightVerified || right.Expires != nil && !right.Expires.After(v.Now) {
			continue
		}
		usable = true
		if right.Expires != nil && right.Expires.Before(v.Now.Add(expiresSoon)) {
			out = append(out, Warning{WarnNumberExpires, n.E164, right.Expires})
		}
	}
	if !usable {
		out = append(out, Warning{Warning: WarnNoUsableNumber})
	}
	return out
}

// Profiles surveys profiles, in their order.
func (v Survey) Profiles(sn *state.Snapshot, profiles []*callas.Profile) []ProfileUsage {
	out, place := make([]ProfileUsage, len(profiles)), map[string]int{}
	for i, p := range profiles {
		place[p.ID] = i
		for _, id := range p.Services {
			if s := sn.Service(id); s != nil && v.Visible.Covers(s) {
				out[i].Services++
			}
		}
	}
	var walk stroll
	for row := range sn.Rows(callas.KindAgent) {
		walk.step()
		if !v.Visible.Covers(row) {
			continue
		}
		a, active := row.(*callas.Agent), ""
		if s := sn.Session(row.Key()); s != nil && v.Visible.Covers(s) {
			active = s.Profile
		}
		for _, id := range a.Profiles {
			if i, ok := place[id]; ok {
				if out[i].Agents++; id == active {
					out[i].Active++
				}
			}
		}
	}
	return out
}

// Units surveys units, in their order.
func (v Survey) Units(sn *state.Snapshot, units []*callas.Unit) []UnitUsage {
	agents, services := map[string]int{}, map[string]int{}
	var walk stroll
	for row := range sn.Rows(callas.KindAgent) {
		walk.step()
		if v.Visible.Covers(row) {
			agents[row.(*callas.Agent).Unit]++
		}
	}
	for row := range sn.Rows(callas.KindService) {
		if v.Visible.Covers(row) {
			services[row.(*callas.Service).Unit]++
		}
	}
	out := make([]UnitUsage, len(units))
	for i, u := range units {
		for _, id := range sn.Below(u.ID) {
			out[i].Agents += agents[id]
			out[i].Services += services[id]
		}
		for child := range sn.Children(u.ID) {
			if v.Visible.Covers(child) {
				out[i].Units++
			}
		}
	}
	return out
}
