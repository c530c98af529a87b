package settings

import (
	"context"
	"errors"
	"reflect"

	"callas"
	"callas/state"
)

// A Selection names agents: by their ids, or by a filter.
//
//	{"ids":["anna","ben"]}
//	{"filter":{"unit":"london"}}
type Selection struct {
	IDs    []string
	Filter *Filter // nil: by IDs
}

// ParseSelection reads a selection from JSON, strictly.
func ParseSelection(body []byte) (Selection, []callas.Problem) {
	parsed, problems := parse(body)
	if problems != nil {
		return Selection{}, problems
	}
	object, ok := parsed.(map[string]any)
	if !ok {
		return Selection{}, problem("", "wants an object, not %s", named(parsed))
	}
	var in struct {
		IDs    []string `json:"ids"`
		Filter struct{} `json:"filter"` // read by itself
	}
	filter, said := object["filter"]
	if said {
		object["filter"] = nil
	}
	b := &binder{}
	b.value(object, reflect.ValueOf(&in).Elem(), "")
	s := Selection{IDs: in.IDs}
	problems = b.problems
	if filter != nil {
		f, found := filterOf(callas.KindAgent, filter)
		s.Filter = &f
		problems = append(problems, below("/filter", found)...)
	}
	if len(problems) == 0 {
		problems = Bulk{IDs: s.IDs, Filter: s.Filter}.unnamed()
	}
	return s, problems
}

// A Tally is what a selection of agents has already.
type Tally struct {
	Matched     int                       `json:"matched"`
	Owned       int                       `json:"owned"` // by an importer, in at least one field
	Directions  map[callas.Direction]int  `json:"directions"`
	Enabled     int                       `json:"enabled"`
	Profiles    map[string]int            `json:"profiles"`             // who have this profile
	Responsible map[string]int            `json:"responsible"`          // who are responsible for this service, under any profile
	Under       map[string]map[string]int `json:"responsible_profiles"` // by profile
}

// Tally counts what the agents of a selection have, of those that the asker may see.
// It needs a planner's Menus and Visible.
func (p Planner) Tally(ctx context.Context, sn *state.Snapshot, s Selection) (Tally, error) {
	if p.Menus == nil {
		return Tally{}, errors.New("planner: menus are needed")
	}
	agents, err := p.agents(ctx, sn, Bulk{IDs: s.IDs, Filter: s.Filter})
	if err != nil {
		return Tally{}, err
	}
	t := Tally{Matched: len(agents), Directions: map[callas.Direction]int{}, Profiles: map[string]int{},
		Responsible: map[string]int{}, Under: map[string]map[string]int{}}
	for _, a := range agents {
		t.add(a)
	}
	return t, nil
}

func (t *Tally) add(a *callas.Agent) {
	t.Directions[a.Direction]++
	if a.Enabled {
		t.Enabled++
	}
	if len(a.Locked) > 0 {
		t.Owned++
	}
	for _, profile := range a.Profiles {
		t.Profiles[profile]++
	}
	once := map[string]bool{}
	for profile, services := range a.Responsible {
		if t.Under[profile] == nil {
			t.Under[profile] = map[string]int{}
		}
		for _, service := range services {
			t.Under[profile][service]++
			if !once[service] {
				once[service] = true
				t.Responsible[service]++
			}
		}
	}
}
