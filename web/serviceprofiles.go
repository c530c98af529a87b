package web

import (
	"net/url"
	"slices"

	"callas"
)

// A profileRow is a duty profile, and what hangs on it where that was asked for.
type profileRow struct {
	callas.Profile
	Usage struct {
		Agents   int `json:"agents"`
		Active   int `json:"active"`
		Services int `json:"services"`
	} `json:"usage"`
}

// A profileOffering is a profile that a service is part of, or may become part of.
type profileOffering struct {
	profileRow
	Place  string // empty: offered everywhere
	Offers bool
	May    bool
}

func (v *visit) profileOfferings(s serviceRow, tree *unitTree) ([]profileOffering, error) {
	rows, _, err := listed[profileRow](v, callas.KindProfile, withUsage, 0)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b profileRow) int { return byName(a.Name, b.Name) })
	var out []profileOffering
	for _, p := range rows {
		if p.OffDuty {
			continue // nobody answers for a service off duty
		}
		out = append(out, profileOffering{p, v.offeredIn(tree, p.Unit), slices.Contains(p.Services, s.ID),
			v.may(callas.Update, callas.KindProfile, tree, p.Unit) && !slices.Contains(p.Locked, "services")})
	}
	return out, nil
}

// offeredIn is a unit's name; of no unit, that it is everywhere.
func (v *visit) offeredIn(tree *unitTree, unit string) string {
	if unit == "" {
		return v.say("profiles.everywhere")
	}
	return tree.Name(unit)
}

// offerService makes a service part of a duty profile, or takes it out.
func (w *Web) offerService(v *visit) (view, error) {
	f, err := v.form()
	if err != nil {
		return view{}, err
	}
	p, err := rowOf[callas.Profile](v, callas.KindProfile, f.Get("profile"), nil)
	if err != nil {
		return view{}, err
	}
	id := v.r.PathValue("id")
	services := slices.DeleteFunc(slices.Clone(p.Services), func(s string) bool { return s == id })
	if f.Get("offer") == "1" {
		services = append(services, id)
	}
	// Only this one service moves: whatever else was changed since the page was made is in
	// the list that was just read, and If-Match holds it still until it is written.
	row, err := v.api.Patch(v.r.Context(), callas.KindProfile, p.ID, map[string]any{"services": services}, ifMatch(p.Rev), "")
	if err != nil {
		return view{}, err
	}
	return w.after(v, row, "/services/"+url.PathEscape(id)+"?tab=profiles")
}
