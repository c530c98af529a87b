package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"

	"callas"
)

func (w *Web) profileRoutes(mux *http.ServeMux) {
	mux.Handle("GET /profiles", w.page(w.profileList))
	mux.Handle("GET /new/profile", w.page(w.newProfile))
	mux.Handle("POST /new/profile", w.page(w.createProfile))
	mux.Handle("GET /profiles/{id}", w.page(w.profile))
	mux.Handle("POST /profiles/{id}", w.page(w.saveProfile))
	mux.Handle("GET /profiles/{id}/delete", w.page(w.deleteProfile))
	mux.Handle("POST /profiles/{id}/delete", w.page(w.deleteProfile))
}

// A profileLine is one profile of the list.
type profileLine struct {
	profileRow
	Place    string
	Services []callas.Service // those that the visitor may see
	Hidden   int              // and how many more
}

// profileList is the list.
func (w *Web) profileList(v *visit) (view, error) {
	query := v.r.URL.Query()
	tree, err := v.units(nil)
	if err != nil {
		return view{}, err
	}
	ask := url.Values{"with": {"usage"}}
	for _, key := range []string{"q", "unit", "service"} {
		if query.Get(key) != "" {
			ask.Set(key, query.Get(key))
		}
	}
	rows, _, err := listed[profileRow](v, callas.KindProfile, ask, 0)
	if err != nil {
		return view{}, err
	}
	services, err := v.servicesByID()
	if err != nil {
		return view{}, err
	}
	slices.SortFunc(rows, func(a, b profileRow) int { return cmp.Or(byName(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	body := struct {
		pager
		Lines     []profileLine
		Q         string
		Filters   []filter
		Total     int
		Filtered  bool
		MayCreate bool
		Done      *done
		Query     string
	}{Q: query.Get("q"), MayCreate: v.mayCreate(callas.KindProfile, tree)}
	if body.Total, err = v.count(callas.KindProfile, nil); err != nil {
		return view{}, err
	}
	rows, body.pager = paged(rows, "/profiles", without(query, "done"))
	body.Query = onPage(without(query, "done"), body.Page)
	for _, row := range rows {
		line := profileLine{profileRow: row, Place: v.offeredIn(tree, row.Unit)}
		for _, id := range row.Profile.Services {
			if s, ok := services[id]; ok {
				line.Services = append(line.Services, s)
			} else {
				line.Hidden++
			}
		}
		slices.SortFunc(line.Services, func(a, b callas.Service) int { return byName(a.Name, b.Name) })
		body.Lines = append(body.Lines, line)
	}
	body.Filters = []filter{{"unit", v.say("services.unit"), tree.choices(query.Get("unit"), nil)},
		{"service", v.say("profiles.service"), serviceChoices(services, query.Get("service"))}}
	body.Filtered = query.Get("q")+query.Get("unit")+query.Get("service") != ""
	body.Done, err = v.doneBy(query.Get("done"), "/profiles")
	return view{page: "profiles", part: "profile-results", title: v.say("nav.profiles"), nav: "profiles", body: body}, err
}

func (v *visit) servicesByID() (map[string]callas.Service, error) {
	rows, _, err := listed[callas.Service](v, callas.KindService, nil, 0)
	out := make(map[string]callas.Service, len(rows))
	for _, s := range rows {
		out[s.ID] = s
	}
	return out, err
}

// serviceChoices are services as options, by name.
func serviceChoices(services map[string]callas.Service, chosen ...string) []choice {
	out := make([]choice, 0, len(services))
	for id, s := range services {
		out = append(out, choice{id, s.Name, slices.Contains(chosen, id)})
	}
	slices.SortFunc(out, func(a, b choice) int { return cmp.Or(byName(a.Label, b.Label), cmp.Compare(a.Value, b.Value)) })
	return out
}

// deleteProfile shows whom deleting a profile concerns, and deletes it.
func (w *Web) deleteProfile(v *visit) (view, error) {
	f, err := v.asked()
	if err != nil {
		return view{}, err
	}
	row, err := rowOf[profileRow](v, callas.KindProfile, v.r.PathValue("id"), withUsage)
	if err != nil {
		return view{}, err
	}
	p := v.newPlan("delete", callas.KindProfile, row.ID, row.Name, f)
	if confirmed(f) {
		out, err := v.remove(callas.KindProfile, row.ID, f, "/profiles")
		if p.Moved = moved(err); !p.Moved {
			return out, err
		}
	}
	foreseen, err := v.foresee(p, row.Rev, nil)
	if err != nil {
		return view{}, err
	}
	if err := v.name(p, url.Values{"on_duty": {row.ID}}); err != nil {
		return view{}, err
	}
	p.Head = v.say("plan.on_duty", p.Total)
	if p.Total == 0 {
		p.Head = v.say("plan.on_duty_none")
	}
	p.fact(foreseen.Calling, v.say("plan.profile_calling", foreseen.Calling), "/agents?on_duty="+url.QueryEscape(row.ID)+"&calling_as=any")
	p.fact(row.Usage.Agents, v.say("plan.profile_agents", row.Usage.Agents), "/agents?profile="+url.QueryEscape(row.ID))
	p.Notes = []string{v.say("plan.delete_note")}
	return w.planned(v, p, "profiles"), nil
}
