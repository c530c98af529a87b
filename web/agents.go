package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"callas"
	"callas/client"
)

// The supervisor's table of agents. Its filters are the API's own and stand in the URL;
// beside them the place in the list:
//
//	/agents?unit=care&direction=none&page=3&at=<cursor>&back=<cursors>
//
// Tools of the table lie outside /agents/, where every name is an agent's.
func (w *Web) agentRoutes(mux *http.ServeMux) {
	mux.Handle("GET /agents", w.page(w.agents))
	mux.Handle("GET /agents/rows", w.page(w.agentRows))
	mux.Handle("GET /agents.counts", w.page(w.agentCounts))
	mux.HandleFunc("GET /agents.csv", w.agentsCSV)
}

// pageOfAgents is how many rows a page has.
const pageOfAgents = 50

// agentFilters are the parameters of the URL that say which agents.
var agentFilters = []string{"q", "unit", "responsible", "direction", "on_duty", "may_call_as", "calling_as", "profile", "enabled"}

// filterOf is what a query says of which agents, without what it leaves open.
func filterOf(query url.Values) url.Values {
	filter := url.Values{}
	for _, key := range agentFilters {
		if value := query.Get(key); value != "" {
			filter.Set(key, value)
		}
	}
	return filter
}

// An agentList is the table of agents.
type agentList struct {
	Q                  string
	Filter             string // the filter, as a query
	Any                bool   // something is filtered for
	Pills              []pill
	Rows               []agentRow
	Place              place
	Summary            *agentSummary // nil: not asked for
	Scope              string        // the units whose agents are seen, where it is not all
	MayEdit, MayCreate bool
	Wrong              []callas.Problem // what the filter names and is not there
	Steps              []step           // what a company without agents needs first
}

// A step is one thing that a new company needs before calls can go out as a service.
type step struct {
	Key  string // agents.step_<key>
	To   string
	Done bool
}

// firstSteps are a new company's, in the order in which one needs the other.
func firstSteps(d *directory) []step {
	return []step{
		{"unit", "/new/unit", len(d.Units) > 0},
		{"service", "/new/service", len(d.Services) > 0},
		{"profile", "/new/profile", len(d.Profiles) > 0},
		{"agent", "/agent/new", false},
	}
}

// Empty reports whether there is no agent at all to be seen.
func (l *agentList) Empty() bool { return l.Place.Total == 0 && !l.Any }

func (w *Web) agents(v *visit) (view, error) {
	query := v.r.URL.Query()
	filter := filterOf(query)
	list := &agentList{Q: filter.Get("q"), Filter: filter.Encode(), Any: len(filter) > 0, MayEdit: v.does(callas.Update, callas.KindAgent), MayCreate: v.does(callas.Create, callas.KindAgent)}
	d, err := v.directory()
	if err != nil {
		return view{}, err
	}
	if err := v.readPage(list, d, filter, query); err != nil {
		return view{}, err
	}
	if list.Empty() && v.does(callas.Create, callas.KindUnit) {
		list.Steps = firstSteps(d)
	}
	if v.partial() {
		v.showURL(list.Place.here(filter))
	} else {
		if err := v.countAgents(list, d); err != nil {
			return view{}, err
		}
		list.Pills = v.agentPills(d, filter)
	}
	return view{page: "agents", part: "agents-results", title: v.say("agents.title"), nav: "agents", body: list}, nil
}

// countAgents says how many there are, how many may call as a service, and how many do.
func (v *visit) countAgents(list *agentList, d *directory) (err error) {
	list.Scope = v.scope(d)
	list.Summary, err = v.agentSummary(d)
	return err
}

// agentCounts are the counts above the table, as they are now.
func (w *Web) agentCounts(v *visit) (view, error) {
	if !v.partial() {
		return view{to: "/agents"}, nil
	}
	d, err := v.directory()
	if err != nil {
		return view{}, err
	}
	list := &agentList{}
	return view{part: "agents-counts", body: list}, v.countAgents(list, d)
}

// readPage asks for the page's agents. A filter that names what is not there shows
// nothing and says so: the link may be older than a service.
func (v *visit) readPage(list *agentList, d *directory, filter, query url.Values) error {
	at, err := v.placeOf(filter, query)
	if err != nil {
		return err
	}
	var page client.Page
	ask := url.Values{"with": {"menu,session"}, "limit": {strconv.Itoa(pageOfAgents)}}
	for key, value := range filter {
		ask[key] = value
	}
	if at.cursor != "" {
		ask.Set("cursor", at.cursor)
	}
	err = v.api.Do(v.r.Context(), client.Request{Method: http.MethodGet, Path: "/v1/agents", Query: ask}, &page)
	if p, ok := asProblem(err); ok && p.Says("bad-request") {
		list.Wrong, list.Any = p.Errors, true
		return nil
	}
	if err != nil {
		return err
	}
	for _, text := range page.Items {
		a, err := staffedOf(text)
		if err != nil {
			return err
		}
		list.Rows = append(list.Rows, v.agentRow(d, a))
	}
	list.Place = at.of(filter, page, len(list.Rows))
	return nil
}

// scope names a supervisor's units; empty where there is nothing above them to see.
func (v *visit) scope(d *directory) string {
	if !slices.ContainsFunc(v.me.Units, func(id string) bool { return d.units[id] == nil || d.units[id].Parent != "" }) {
		return ""
	}
	return joined(v.me.Units, func(id string) string {
		path := d.path(id)
		return path[len(path)-1]
	})
}

// showURL has the browser's address say what a part shows.
func (v *visit) showURL(to string) {
	if now, err := url.Parse(v.r.Header.Get("HX-Current-URL")); err == nil && now.RequestURI() != to {
		v.w.Header().Set("HX-Push-Url", to)
	}
}

// agentRows are rows that are shown already and may have changed: ?ids=anna,ben.
func (w *Web) agentRows(v *visit) (view, error) {
	ids := splitIDs(v.r.URL.Query().Get("ids"))
	if len(ids) == 0 {
		v.r.SetPathValue("id", "rows") // an agent may be called so
		return w.agent(v)
	}
	if !v.partial() {
		return view{to: "/agents"}, nil // rows alone are no page
	}
	if len(ids) > pageOfAgents {
		return view{}, fmt.Errorf("%d rows are more than a page has", len(ids))
	}
	d, err := v.directory()
	if err != nil {
		return view{}, err
	}
	var rows struct {
		Rows []agentRow
		Gone []string
	}
	for _, id := range ids {
		a, err := v.staffed(id)
		if p, ok := asProblem(err); ok && p.Says("not-found") {
			rows.Gone = append(rows.Gone, id)
			continue
		}
		if err != nil {
			return view{}, err
		}
		row := v.agentRow(d, a)
		row.Flash = true
		rows.Rows = append(rows.Rows, row)
	}
	return view{part: "agents-rows", body: rows}, nil
}
