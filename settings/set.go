package settings

import (
	"slices"

	"callas"
	"callas/state"
)

// A Set is what a bulk edit does to each of its agents. What is nil or empty stays.
//
//	{"direction":"external", "enabled":true, "unit":"care",
//	 "profiles":{"add":["day"],"remove":[]},
//	 "responsible":{"day":{"add":["help"],"remove":[]}}}
//
// Under "responsible", {"add":["help"],"remove":["claims"]} without a profile means
// every profile: adding goes to those of the agent's profiles that offer the service,
// removing to all.
type Set struct {
	Direction   *callas.Direction
	Enabled     *bool
	Unit        *string
	Profiles    Moves
	Responsible map[string]Moves // by profile
	Everywhere  Moves            // responsible, whatever the profile
}

// Moves are the members that a list gains and loses.
type Moves struct {
	Add    []string `json:"add"`
	Remove []string `json:"remove"`
}

func (m Moves) empty() bool { return len(m.Add) == 0 && len(m.Remove) == 0 }

// applied returns a list with the moves made.
func (m Moves) applied(list []string) []string {
	out := slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(m.Remove, s) })
	return append(out, m.Add...)
}

func (s Set) empty() bool {
	return s.Direction == nil && s.Enabled == nil && s.Unit == nil && s.Profiles.empty() &&
		len(s.Responsible) == 0 && s.Everywhere.empty()
}

// On returns what an agent becomes, in its normal form. The agent itself is not touched.
func (s Set) On(sn *state.Snapshot, agent *callas.Agent) *callas.Agent {
	a := *agent
	if s.Direction != nil {
		a.Direction = *s.Direction
	}
	if s.Enabled != nil {
		a.Enabled = *s.Enabled
	}
	if s.Unit != nil {
		a.Unit = *s.Unit
	}
	if !s.Profiles.empty() {
		a.Profiles = s.Profiles.applied(a.Profiles)
	}
	if len(s.Responsible) > 0 || !s.Everywhere.empty() {
		a.Responsible = s.responsibilities(sn, &a)
	}
	return normalAgent(a)
}

func (s Set) responsibilities(sn *state.Snapshot, a *callas.Agent) map[string][]string {
	out := make(map[string][]string, len(a.Responsible)+len(s.Responsible))
	for profile, services := range a.Responsible {
		out[profile] = Moves{Remove: s.Everywhere.Remove}.applied(services)
	}
	for _, service := range s.Everywhere.Add {
		for _, id := range a.Profiles {
			if p := sn.Profile(id); p != nil && slices.Contains(p.Services, service) {
				out[id] = append(out[id], service)
			}
		}
	}
	for profile, moves := range s.Responsible {
		out[profile] = moves.applied(out[profile])
	}
	return out
}

// check finds what a set names and is not there: the first MaxFindings, since looking for what
// was meant takes a moment each.
func (s Set) check(sn *state.Snapshot, see Sight) []callas.Problem {
	var out []callas.Problem
	need := func(k callas.Kind, pointer string, names ...string) {
		for _, id := range names {
			if sn.Row(k, id) == nil && len(out) < MaxFindings {
				out = append(out, problem(pointer, "%s", see.missing(sn, k, id))...)
			}
		}
	}
	if s.Unit != nil {
		need(callas.KindUnit, "/set/unit", *s.Unit)
	}
	need(callas.KindProfile, "/set/profiles/add", s.Profiles.Add...)
	need(callas.KindProfile, "/set/profiles/remove", s.Profiles.Remove...)
	need(callas.KindService, "/set/responsible/add", s.Everywhere.Add...)
	need(callas.KindService, "/set/responsible/remove", s.Everywhere.Remove...)
	for profile, moves := range s.Responsible {
		at := "/set/responsible/" + escape(profile)
		need(callas.KindProfile, at, profile)
		need(callas.KindService, at+"/add", moves.Add...)
		need(callas.KindService, at+"/remove", moves.Remove...)
	}
	slices.SortStableFunc(out, byPointer)
	return out
}
