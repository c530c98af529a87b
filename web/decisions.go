package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"callas"
	"callas/client"
)

// Who called as whom, as it is recorded: a list that grows while it is looked at.
func (w *Web) decisionRoutes(mux *http.ServeMux) {
	mux.Handle("GET /decisions", w.page(w.decisions))
	mux.Handle("GET /decisions/export", w.page(w.exportDecisions))
	mux.Handle("GET /decisions/{id}", w.page(w.decision))
	mux.Handle("POST /decisions/{id}/reveal", w.page(w.reveal))
}

// decisionFilters are the page's, which the API takes as they are but for times.
var decisionFilters = []string{"agent", "service", "as", "class", "reason", "from", "to"}

// decisionPage is how many rows one has.
const decisionPage = 50

// A decisionList is the list of decisions.
type decisionList struct {
	Filter   decisionFilter
	Rows     []decisionRow
	Older    string // where the next page is; empty: there is none
	Newest   string // where the first page is, on another
	Live     string // the stream of the first page; empty on others
	Export   string // the query of an export of the same filter
	Filtered bool
}

// A decisionFilter is what is looked for, and what can be.
type decisionFilter struct {
	Agent, Name, From, To          string
	Services, As, Classes, Reasons []whyOption
	Mine                           bool // an agent sees only their own
}

// decisionClasses in the order that people meet them.
var decisionClasses = []callas.Class{callas.PSTN, callas.Internal, callas.Federated, callas.Emergency, callas.Unknown}

func (w *Web) decisions(v *visit) (view, error) {
	query, err := v.decisionQuery()
	if err != nil {
		return view{}, err
	}
	asked := v.r.URL.Query()
	list := &decisionList{Export: query.Encode(), Filtered: len(query) > 0}
	if list.Filter, err = v.decisionChoices(query); err != nil {
		return view{}, err
	}
	page, err := v.decisionPage(query, asked.Get("cursor"))
	if err != nil {
		return view{}, err
	}
	if list.Rows, err = v.decisionRows(page.Items); err != nil {
		return view{}, err
	}
	address := v.decisionAddress()
	if page.Next != "" {
		address.Set("cursor", page.Next)
		list.Older = "/decisions?" + address.Encode()
	}
	address.Del("cursor")
	if asked.Get("cursor") != "" {
		list.Newest = "/decisions?" + address.Encode()
	} else if query.Get("to") == "" {
		query.Set("topic", "decisions")
		list.Live = "/events?" + query.Encode()
	}
	return view{page: "decisions", part: "decisions-body", title: v.say("dec.title"), nav: "decisions", body: list}, nil
}

// decisionAddress is the filter as the page's address has it.
func (v *visit) decisionAddress() url.Values {
	out := url.Values{}
	for _, key := range decisionFilters {
		if value := strings.TrimSpace(v.r.URL.Query().Get(key)); value != "" {
			out.Set(key, value)
		}
	}
	return out
}

// decisionQuery is the filter as the API takes it.
func (v *visit) decisionQuery() (url.Values, error) {
	query := v.decisionAddress()
	for _, key := range []string{"from", "to"} {
		if value := query.Get(key); value != "" {
			query.Set(key, v.moment(value))
		}
	}
	if typed := query.Get("agent"); typed != "" {
		who := &whyPage{}
		if err := v.whyWho(who, typed); err != nil {
			return nil, err
		}
		if who.Agent != "" {
			query.Set("agent", who.Agent)
		} // else: a name that a platform used
	}
	return query, nil
}

// moment reads a time as a page's form writes it, in the zone of the installation; what
// is no such time goes to the API as it is, which says so.
func (v *visit) moment(local string) string {
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, local, v.web.Zone); err == nil {
			return t.UTC().Format(time.RFC3339)
		}
	}
	return local
}

// decisionPage reads a page. One that ends early for lack of what may be seen is read on.
func (v *visit) decisionPage(query url.Values, cursor string) (page client.Page, err error) {
	asked := url.Values{"limit": {whyNumber(decisionPage)}}
	for key, value := range query {
		asked[key] = value
	}
	if cursor != "" {
		asked.Set("cursor", cursor)
	}
	err = v.api.Do(v.r.Context(), client.Request{Method: http.MethodGet, Path: "/v1/decisions", Query: asked}, &page)
	return page, err
}

// decisionChoices are what a filter can be set to.
func (v *visit) decisionChoices(query url.Values) (f decisionFilter, err error) {
	asked := v.decisionAddress()
	f = decisionFilter{Agent: query.Get("agent"), Name: asked.Get("agent"), From: asked.Get("from"), To: asked.Get("to"), Mine: v.me.Agent != ""}
	if agent, err := whyRow[callas.Agent](v, callas.KindAgent, f.Agent); err != nil {
		return f, err
	} else if agent != nil {
		f.Name = agent.Name
	}
	services, err := whyRows[callas.Service](v, callas.KindService, nil, mostServices)
	if err != nil {
		return f, err
	}
	for _, s := range services {
		f.Services = append(f.Services, whyOption{Value: s.ID, Text: s.Name, Chosen: s.ID == query.Get("service")})
	}
	if id := query.Get("service"); id != "" && !slices.ContainsFunc(f.Services, func(o whyOption) bool { return o.Chosen }) {
		f.Services = append(f.Services, whyOption{Value: id, Text: id, Chosen: true})
	}
	for _, as := range []callas.As{callas.AsService, callas.AsAgent} {
		f.As = append(f.As, whyOption{Value: string(as), Text: v.say("dec.as." + string(as)), Chosen: string(as) == query.Get("as")})
	}
	for _, class := range decisionClasses {
		f.Classes = append(f.Classes, whyOption{Value: string(class), Text: v.say("why.class." + string(class)), Chosen: string(class) == query.Get("class")})
	}
	for _, reason := range append(slices.Clone(callas.Gates), callas.ReasonTimeout, callas.ReasonEngineError, callas.ReasonUnrecorded) {
		f.Reasons = append(f.Reasons, whyOption{Value: string(reason), Text: v.whyBrief(reason), Chosen: string(reason) == query.Get("reason")})
	}
	return f, nil
}

// whyBrief is a reason in a word or two.
func (w *words) whyBrief(r callas.Reason) string {
	if key := "dec.brief." + string(r); w.has(key) {
		return w.say(key)
	}
	return string(r)
}

// decision is one, with everything that is on record about it.
func (w *Web) decision(v *visit) (view, error) {
	row, err := v.decisionOf(v.r.PathValue("id"))
	if err != nil {
		return view{}, err
	}
	return view{page: "decision", part: "decision-body", title: v.say("dec.one"), nav: "decisions",
		body: decisionShown{decisionRow: row, Asks: v.mayReveal(row)}}, nil
}

func (v *visit) decisionOf(id string) (decisionRow, error) {
	raw, err := v.api.Decision(v.r.Context(), id)
	if err != nil {
		return decisionRow{}, err
	}
	rows, err := v.decisionRows([]json.RawMessage{raw})
	if err != nil {
		return decisionRow{}, err
	}
	return rows[0], nil
}
