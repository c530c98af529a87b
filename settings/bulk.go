package settings

import (
	"fmt"
	"reflect"
	"slices"

	"callas"
)

// A Bulk is a request to edit many agents in one change, or to apply what was planned.
//
//	{"ids":["anna","ben"], "set":{...}, "reason":"...", "dry_run":true}
//	{"filter":{"unit":"london"}, "set":{...}}
//	{"plan":"<id>", "reason":"..."}
type Bulk struct {
	IDs    []string
	Filter *Filter // nil: by IDs
	Set    Set
	Reason string
	DryRun bool
	Plan   string // the id of a plan to apply: then nothing else but the reason is said
}

// ParseBulk reads a bulk request from JSON, strictly.
func ParseBulk(body []byte) (Bulk, []callas.Problem) {
	parsed, problems := parse(body)
	if problems != nil {
		return Bulk{}, problems
	}
	object, ok := parsed.(map[string]any)
	if !ok {
		return Bulk{}, problem("", "wants an object, not %s", named(parsed))
	}
	var in struct {
		IDs    []string `json:"ids"`
		Filter struct{} `json:"filter"` // read by itself, as is the set
		Set    struct{} `json:"set"`
		Reason string   `json:"reason"`
		DryRun bool     `json:"dry_run"`
		Plan   string   `json:"plan"`
	}
	filter, set := object["filter"], object["set"]
	for _, apart := range []string{"filter", "set"} {
		if _, said := object[apart]; said {
			object[apart] = nil
		}
	}
	problems = bind(object, &in)
	b := Bulk{IDs: in.IDs, Reason: in.Reason, DryRun: in.DryRun, Plan: in.Plan}
	if filter != nil {
		f, found := filterOf(callas.KindAgent, filter)
		b.Filter = &f
		problems = append(problems, below("/filter", found)...)
	}
	if set != nil {
		var found []callas.Problem
		b.Set, found = setOf(set)
		problems = append(problems, below("/set", found)...)
	}
	if len(problems) == 0 {
		problems = b.unclear()
	}
	return b, problems
}

// unclear finds requests that could be meant in two ways, or in none.
func (b Bulk) unclear() []callas.Problem {
	switch {
	case b.Plan != "" && (b.IDs != nil || b.Filter != nil || !b.Set.empty() || b.DryRun):
		return problem("/plan", "is applied as it was planned: leave out ids, filter, set and dry_run")
	case b.Plan != "":
		return nil
	}
	problems := b.unnamed()
	if len(problems) == 0 && b.Set.empty() {
		problems = problem("/set", "changes nothing: give direction, enabled, unit, profiles or responsible")
	}
	return problems
}

// unnamed finds requests that do not name their agents in just one way.
func (b Bulk) unnamed() []callas.Problem {
	switch {
	case b.IDs != nil && b.Filter != nil:
		return problem("/filter", "is given beside ids: give one of the two")
	case b.Filter == nil && len(b.IDs) == 0:
		return problem("", "names no agents: give \"ids\", or a \"filter\" ({} is every agent)")
	case len(b.IDs) > MaxBulk:
		return problem("/ids", "names %d agents: at most %d at once", len(b.IDs), MaxBulk)
	}
	return nil
}

// setOf reads a set from parsed JSON.
func setOf(parsed any) (Set, []callas.Problem) {
	object, ok := parsed.(map[string]any)
	if !ok {
		return Set{}, problem("", "wants an object, not %s", named(parsed))
	}
	var in struct {
		Direction   *callas.Direction `json:"direction"`
		Enabled     *bool             `json:"enabled"`
		Unit        *string           `json:"unit"`
		Profiles    Moves             `json:"profiles"`
		Responsible struct{}          `json:"responsible"` // read by itself
	}
	responsible := object["responsible"]
	if _, said := object["responsible"]; said {
		object["responsible"] = nil
	}
	problems := bind(object, &in)
	s := Set{Direction: in.Direction, Enabled: in.Enabled, Unit: in.Unit, Profiles: in.Profiles}
	if s.Direction != nil {
		r := rules{found: &findings{}}
		oneOf(r, *s.Direction, callas.Directions, "/direction")
		problems = append(problems, Problems(r.found.list)...)
	}
	if responsible != nil {
		problems = append(problems, below("/responsible", s.responsibleOf(responsible))...)
	}
	problems = append(problems, s.Profiles.both("/profiles")...)
	problems = append(problems, s.Everywhere.both("/responsible")...)
	for profile, moves := range s.Responsible {
		problems = append(problems, moves.both("/responsible/"+escape(profile))...)
	}
	slices.SortStableFunc(problems, byPointer)
	return s, problems
}

// responsibleOf reads both forms of a set's responsibilities. A list under "add" or
// "remove" is the form without a profile, so a profile may bear these names too.
func (s *Set) responsibleOf(parsed any) []callas.Problem {
	object, ok := parsed.(map[string]any)
	if !ok {
		return problem("", "wants an object, not %s", named(parsed))
	}
	everywhere := map[string]any{}
	b := &binder{}
	for key, value := range object {
		if _, list := value.([]any); list && (key == "add" || key == "remove") {
			everywhere[key] = value
			continue
		}
		var moves Moves
		b.value(value, reflect.ValueOf(&moves).Elem(), "/"+escape(key))
		if !moves.empty() {
			if s.Responsible == nil {
				s.Responsible = map[string]Moves{}
			}
			s.Responsible[key] = moves
		}
	}
	b.value(everywhere, reflect.ValueOf(&s.Everywhere).Elem(), "")
	return b.problems
}

// both finds what is to be added and removed at once.
func (m Moves) both(pointer string) []callas.Problem {
	for _, id := range m.Add {
		if slices.Contains(m.Remove, id) {
			return problem(pointer, "%q is both added and removed", id)
		}
	}
	return nil
}

// below puts a pointer in front of each problem's.
func below(pointer string, problems []callas.Problem) []callas.Problem {
	for i := range problems {
		problems[i].Pointer = fmt.Sprint(pointer, problems[i].Pointer)
	}
	return problems
}
