package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"time"

	"callas"
)

// serviceRoutes are the services: the list, one of them, and what is done to it.
func (w *Web) serviceRoutes(mux *http.ServeMux) {
	mux.Handle("GET /services", w.page(w.services))
	mux.Handle("GET /new/service", w.page(w.newService))
	mux.Handle("POST /new/service", w.page(w.createService))
	mux.Handle("GET /services/{id}", w.page(w.service))
	mux.Handle("POST /services/{id}", w.page(w.saveService))
	mux.Handle("POST /services/{id}/switch", w.page(w.switchService))
	mux.Handle("GET /services/{id}/delete", w.page(w.deleteService))
	mux.Handle("POST /services/{id}/delete", w.page(w.deleteService))
	mux.Handle("POST /services/{id}/profiles", w.page(w.offerService))
}

// A serviceRow is a service, and what hangs on it where that was asked for.
type serviceRow struct {
	callas.Service
	Usage struct {
		Responsible int       `json:"responsible"`
		MayCallAs   int       `json:"may_call_as"`
		CallingAs   int       `json:"calling_as"`
		Profiles    int       `json:"profiles"`
		Warnings    []warning `json:"warnings"`
	} `json:"usage"`
}

// A warning is what keeps a service from being of use, or soon will.
type warning struct {
	Warning string     `json:"warning"`
	Number  string     `json:"number"`
	Expires *time.Time `json:"expires"`
}

// warnings in the order that a filter offers them.
var warnings = []string{"nobody_responsible", "no_usable_number", "number_expires"}

// Shown is the number that stands for a service: its default one, else the first.
func (s serviceRow) Shown() string {
	for _, n := range s.Numbers {
		if n.Default {
			return n.E164
		}
	}
	if len(s.Numbers) > 0 {
		return s.Numbers[0].E164
	}
	return ""
}

// A serviceList is what the list of services shows.
type serviceList struct {
	pager
	Lines       []serviceLine
	Q           string
	Filters     []filter
	Total, Open int // of all that the visitor may see
	Units       int
	Filtered    bool
	MayCreate   bool
	Done        *done
	Query       string // the list's own, to come back to
}

// A serviceLine is one service of the list.
type serviceLine struct {
	serviceRow
	Place, Above string // its unit, and the units above that
	Offered      []string
	MaySwitch    bool
	Back         string
}

// A filter is one list of options above a table.
type filter struct {
	Name, Label string
	Options     []choice
}

// services is the list.
func (w *Web) services(v *visit) (view, error) {
	query := v.r.URL.Query()
	tree, err := v.units(nil)
	if err != nil {
		return view{}, err
	}
	list := serviceList{Q: query.Get("q"), Units: len(tree.rows), MayCreate: v.mayCreate(callas.KindService, tree)}
	ask := url.Values{"with": {"usage"}}
	for to, from := range map[string]string{"q": "q", "unit": "unit"} {
		if query.Get(from) != "" {
			ask.Set(to, query.Get(from))
		}
	}
	if state := query.Get("state"); state == "open" || state == "closed" {
		ask.Set("enabled", map[string]string{"open": "true", "closed": "false"}[state])
	}
	rows, _, err := listed[serviceRow](v, callas.KindService, ask, 0)
	if err != nil {
		return view{}, err
	}
	if list.Total, err = v.count(callas.KindService, nil); err != nil {
		return view{}, err
	}
	if list.Open, err = v.count(callas.KindService, url.Values{"enabled": {"true"}}); err != nil {
		return view{}, err
	}
	offers, err := v.offering()
	if err != nil {
		return view{}, err
	}
	rows = warned(rows, query.Get("warning"))
	slices.SortFunc(rows, func(a, b serviceRow) int { return cmp.Or(byName(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	rows, list.pager = paged(rows, "/services", without(query, "done"))
	list.Filters, list.Filtered = serviceFilters(v, tree, query)
	if list.Done, err = v.doneBy(query.Get("done"), "/services"); err != nil {
		return view{}, err
	}
	list.Query = onPage(without(query, "done"), list.Page)
	for _, row := range rows {
		list.Lines = append(list.Lines, serviceLine{serviceRow: row, Place: tree.Name(row.Unit), Above: tree.Above(row.Unit),
			Offered: offers[row.ID], Back: "/services?" + list.Query,
			MaySwitch: v.may(callas.Update, callas.KindService, tree, row.Unit) && !slices.Contains(row.Locked, "call_as_enabled")})
	}
	return view{page: "services", part: "service-refresh", title: v.say("nav.services"), nav: "services", body: list}, nil
}

// warned picks the services with a warning: one by name, or any.
func warned(rows []serviceRow, which string) []serviceRow {
	if which == "" {
		return rows
	}
	return slices.DeleteFunc(rows, func(s serviceRow) bool {
		return !slices.ContainsFunc(s.Usage.Warnings, func(w warning) bool { return which == "any" || w.Warning == which })
	})
}

func serviceFilters(v *visit, tree *unitTree, query url.Values) (out []filter, any bool) {
	out = []filter{
		{"unit", v.say("services.unit"), tree.choices(query.Get("unit"), nil)},
		{"state", v.say("services.state"), v.options(query.Get("state"), "services.state_", "open", "closed")},
		{"warning", v.say("services.warning"), v.options(query.Get("warning"), "services.warn_", append([]string{"any"}, warnings...)...)},
	}
	return out, query.Get("q")+query.Get("unit")+query.Get("state")+query.Get("warning") != ""
}

// options are words of the catalogue as a list to choose from.
func (v *visit) options(chosen, prefix string, values ...string) []choice {
	out := make([]choice, len(values))
	for i, value := range values {
		out[i] = choice{value, v.say(prefix + value), value == chosen}
	}
	return out
}

// offering are the names of the profiles that each service is part of.
func (v *visit) offering() (map[string][]string, error) {
	profiles, _, err := listed[callas.Profile](v, callas.KindProfile, nil, 0)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(profiles, func(a, b callas.Profile) int { return byName(a.Name, b.Name) })
	out := map[string][]string{}
	for _, p := range profiles {
		for _, id := range p.Services {
			out[id] = append(out[id], p.Name)
		}
	}
	return out, nil
}

// without copies a query, leaving keys out.
func without(query url.Values, keys ...string) url.Values {
	out := url.Values{}
	for key, values := range query {
		if !slices.Contains(keys, key) {
			out[key] = values
		}
	}
	return out
}
