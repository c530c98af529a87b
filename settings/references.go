package settings

import (
	"maps"
	"slices"

	"callas"
)

// checkReferences finds what the batch's rows refer to and is not there.
func (a *after) checkReferences(found *findings) {
	for i, w := range a.writes {
		a.work.Step()
		need := func(k callas.Kind, id, pointer string) {
			if id != "" && !a.has(k, id) {
				found.add(i, pointer, func() string { return a.missing(k, id) })
			}
		}
		switch row := w.Row.(type) {
		case *callas.Unit:
			need(callas.KindUnit, row.Parent, "/parent")
		case *callas.Service:
			need(callas.KindUnit, row.Unit, "/unit")
		case *callas.Profile:
			need(callas.KindUnit, row.Unit, "/unit")
			for _, id := range row.Services {
				need(callas.KindService, id, "/services")
			}
		case *callas.Agent:
			need(callas.KindUnit, row.Unit, "/unit")
			for _, id := range row.Profiles {
				need(callas.KindProfile, id, "/profiles")
			}
			// Any profile and any service may be named: what a responsibility is worth
			// under which profile is policy, and it may be set up before the profile is given.
			for _, profile := range slices.Sorted(maps.Keys(row.Responsible)) {
				at := "/responsible/" + escape(profile)
				need(callas.KindProfile, profile, at)
				for _, id := range row.Responsible[profile] {
					need(callas.KindService, id, at)
				}
			}
		case *callas.Session:
			need(callas.KindAgent, row.Agent, "/agent")
			need(callas.KindProfile, row.Profile, "/profile")
			need(callas.KindService, row.CallAs, "/call_as")
		case *callas.AccessToken:
			need(callas.KindAgent, row.Principal.Agent, "/principal/agent")
			need(callas.KindToken, row.Parent, "/parent")
			for _, id := range row.Principal.Units {
				need(callas.KindUnit, id, "/principal/units")
			}
		}
	}
}
