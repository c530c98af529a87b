package server

import (
	"context"
	"slices"

	"callas"
	"callas/state"
)

// wholeMenu is an agent's menu with all that a page shows of it.
func (s *Server) wholeMenu(ctx context.Context, sn *state.Snapshot, agent string) (callas.Menu, error) {
	menu, err := s.Engine.Menu(ctx, sn, agent)
	if err == nil {
		err = s.complete(ctx, sn, &menu)
	}
	return menu, err
}

// complete adds to a menu what a page shows beside it, since agents may read neither
// services nor profiles nor units: whom each network shows, names, colours, and under which
// of their duty profiles a service is theirs. None of it says whether it is available;
// policy does.
func (s *Server) complete(ctx context.Context, sn *state.Snapshot, menu *callas.Menu) error {
	if err := s.Engine.Preview(ctx, sn, menu); err != nil {
		return err
	}
	if a := sn.Agent(menu.Agent); a != nil {
		menu.Name, menu.Units = a.Name, unitNames(sn, a.Unit)
		furnish(sn, a, menu)
	}
	return nil
}

func furnish(sn *state.Snapshot, a *callas.Agent, menu *callas.Menu) {
	menu.Items = slices.Clone(menu.Items)
	for i := range menu.Items {
		if row := sn.Service(menu.Items[i].Service); row != nil {
			menu.Items[i].Hue = row.Hue
		}
	}
	for _, id := range a.Profiles {
		p := sn.Profile(id)
		if p == nil {
			continue
		}
		menu.Profiles = append(menu.Profiles, callas.MenuProfile{Profile: id, Name: p.Name, OffDuty: p.OffDuty})
		if p.OffDuty {
			continue
		}
		for i := range menu.Items {
			item := &menu.Items[i]
			if slices.Contains(p.Services, item.Service) && slices.Contains(a.Responsible[id], item.Service) {
				item.Profiles = append(item.Profiles, id)
			}
		}
	}
}

// unitNames are the names of a unit and of those above it, the topmost first.
func unitNames(sn *state.Snapshot, id string) (names []string) {
	for u := sn.Unit(id); u != nil; u = sn.Unit(u.Parent) {
		names = append(names, u.Name)
	}
	slices.Reverse(names)
	return names
}
