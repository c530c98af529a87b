package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"

	"callas"
)

// agentPageRoutes are one agent: in the drawer over the table, and as a page.
func (w *Web) agentPageRoutes(mux *http.ServeMux) {
	mux.Handle("GET /agents/{id}", w.page(w.agent))
	mux.Handle("POST /agents/{id}", w.page(w.saveAgent))
	mux.Handle("GET /agents/{id}/delete", w.page(w.deleteAgentForm))
	mux.Handle("POST /agents/{id}/delete", w.page(w.deleteAgent))
	mux.Handle("GET /agent/new", w.page(w.newAgent))
	mux.Handle("POST /agent/new", w.page(w.createAgent))
}

// An agentSheet is all that is shown of an agent.
type agentSheet struct {
	callas.Agent
	Where     string // the unit's path
	Line      string
	Fixed     bool // the visitor changes nothing here
	MayDelete bool
	Dirs      []option // the allowed direction
	Menu      []agentService
	Able      int // of those, how many work now
	Has       []option
	Under     []responsibility
	Active    string // the active duty profile's name; empty: none
	OffDuty   bool
	Chosen    *chosen // nil: None
	Ended     string  // why the last selection ended
	History   []pastChange
	Details   agentForm

	Saved    string // when it was saved just now
	Conflict *agentConflict
	Undone   string // what was just undone

	names *directory
}

// Keeps reports whether an importer keeps a field.
func (s *agentSheet) Keeps(field string) bool { return slices.Contains(s.Locked, field) }

// Frozen reports whether the visitor cannot change a field.
func (s *agentSheet) Frozen(field string) bool { return s.Fixed || s.Keeps(field) }

// A chosen service is what the agent selected under Call As.
type chosen struct {
	*callas.Service
	Withdrawn bool
	Reasons   []callas.Reason
}

// A responsibility is what the agent answers for under one duty profile.
type responsibility struct {
	*callas.Profile
	Active   bool
	Services []serviceOption
}

// A serviceOption is a service to tick.
type serviceOption struct {
	*callas.Service
	On      bool
	Outside bool // not part of the profile: it has no effect there
}

// agent shows one.
func (w *Web) agent(v *visit) (view, error) {
	s, err := v.agentSheet(v.r.PathValue("id"))
	if err != nil {
		return view{}, err
	}
	return v.agentView(s), nil
}

func (v *visit) agentView(s *agentSheet) view {
	return view{page: "agent-page", part: "agent", title: s.Name, nav: "agents", body: s}
}

func (v *visit) agentSheet(id string) (*agentSheet, error) {
	a, err := v.staffed(id)
	if err != nil {
		return nil, err
	}
	d, err := v.directory()
	if err != nil {
		return nil, err
	}
	menu, err := v.api.Menu(v.r.Context(), id)
	if err != nil {
		return nil, err
	}
	s := &agentSheet{Agent: a.Agent, Where: d.where(a.Unit), Line: lineOf(a.Agent, v.web.Spell), Fixed: !v.does(callas.Update, callas.KindAgent), MayDelete: v.does(callas.Delete, callas.KindAgent), Ended: menu.Ended, names: d}
	for _, dir := range callas.Directions {
		s.Dirs = append(s.Dirs, option{string(dir), v.direction(dir), a.Direction == dir})
	}
	s.duties(d, a.active())
	if menu.Selection != nil {
		s.Chosen = &chosen{d.service(menu.Selection.Service), menu.Selection.Withdrawn, menu.Selection.Reasons}
	}
	if s.Menu, err = v.agentServices(d, a, menu.Menu); err != nil {
		return nil, err
	}
	for _, item := range s.Menu {
		if item.Available {
			s.Able++
		}
	}
	s.Details = v.detailsOf(d, &s.Agent)
	s.History, err = v.agentHistory(d, id)
	return s, err
}

// duties are the profiles that the agent may have, and what they answer for under each.
func (s *agentSheet) duties(d *directory, active string) {
	for _, p := range d.Profiles {
		s.Has = append(s.Has, option{p.ID, p.Name, slices.Contains(s.Profiles, p.ID)})
	}
	under := slices.Clone(s.Profiles)
	for _, id := range sortedKeys(s.Responsible) {
		if !slices.Contains(under, id) {
			under = append(under, id)
		}
	}
	for _, id := range under {
		p := d.profile(id)
		if d.profiles[id] == nil && slices.Contains(s.Profiles, id) {
			s.Has = append(s.Has, option{id, id, true}) // one that is not the visitor's to see stays
		}
		if id == active {
			s.Active, s.OffDuty = p.Name, p.OffDuty
		}
		if p.OffDuty {
			continue
		}
		held := s.Responsible[id]
		r := responsibility{Profile: p, Active: id == active}
		for _, service := range d.Services {
			if part := slices.Contains(p.Services, service.ID); part || slices.Contains(held, service.ID) {
				r.Services = append(r.Services, serviceOption{service, slices.Contains(held, service.ID), !part})
			}
		}
		for _, service := range held {
			if d.services[service] == nil {
				r.Services = append(r.Services, serviceOption{d.service(service), true, !slices.Contains(p.Services, service)})
			}
		}
		s.Under = append(s.Under, r)
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// agentPath is where an agent's page is.
func agentPath(id string) string { return "/agents/" + url.PathEscape(id) }
