package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"callas"
	"callas/client"
)

// Many agents are edited together in three steps: choose whom and what, see what will
// happen, do exactly that.
//
//	POST /bulk        the form, with what the chosen have already
//	POST /bulk/plan   the same with a plan
//	POST /bulk/apply  the plan is carried out; one that is out of date is made anew
func (w *Web) bulkRoutes(mux *http.ServeMux) {
	mux.Handle("GET /bulk", w.page(func(*visit) (view, error) { return view{to: "/agents"}, nil }))
	mux.Handle("POST /bulk", w.page(w.bulk))
	mux.Handle("POST /bulk/plan", w.page(w.planBulk))
	mux.Handle("POST /bulk/apply", w.page(w.applyBulk))
}

// A bulkEdit is the form and what has come of it so far.
type bulkEdit struct {
	All     bool   // everyone who matches Filter
	Filter  string // as a query
	IDs     string // with commas between
	Count   int
	Already tally
	Dirs    []option
	Under   []option // the profile that responsibilities are added under; empty: every one
	Service []share
	Profile []share

	Dirty bool // something is to be changed
	Plan  *bulkPlan
	Moved bool   // what was planned has moved: this is a new plan
	Wrong string // why there is no plan
	// Reason is why, for the record.
	Reason        string
	ReasonMissing bool
}

// A tally is what the chosen agents have already: POST /v1/agents/tally.
type tally struct {
	Matched     int                      `json:"matched"`
	Owned       int                      `json:"owned"`
	Directions  map[callas.Direction]int `json:"directions"`
	Profiles    map[string]int           `json:"profiles"`
	Responsible map[string]int           `json:"responsible"`
}

// Direction is how many have a direction now.
func (t tally) Direction(d string) int { return t.Directions[callas.Direction(d)] }

// A share is a service or profile, how many have it, and what is to happen with it.
type share struct {
	ID, Name string
	Hue      int
	Have, Of int
	Set      string // add, remove; empty: keep
}

// Percent is the share who have it already.
func (s share) Percent() int {
	if s.Of == 0 {
		return 0
	}
	return (s.Have*100 + s.Of/2) / s.Of
}

// KeepsDirection reports whether no direction is set.
func (b *bulkEdit) KeepsDirection() bool {
	return !slices.ContainsFunc(b.Dirs, func(o option) bool { return o.On })
}

func (w *Web) bulk(v *visit) (view, error) {
	b, _, err := v.bulkEdit()
	if err != nil {
		return view{}, err
	}
	return v.bulkView(b), nil
}

func (v *visit) bulkView(b *bulkEdit) view {
	return view{page: "bulk-page", part: "bulk", title: v.say("bulk.title", b.Count), nav: "agents", body: b}
}

// bulkEdit reads the form: whom, and what is to become of them.
func (v *visit) bulkEdit() (*bulkEdit, url.Values, error) {
	v.takes(bulkTime)
	form, err := v.form()
	if err != nil {
		return nil, nil, err
	}
	b := &bulkEdit{All: form.Get("all") != "", Filter: form.Get("query"), Reason: strings.TrimSpace(form.Get("reason"))}
	ids := splitIDs(form.Get("ids"))
	ids = append(ids, form["id"]...) // boxes, without the script
	if b.IDs = strings.Join(ids, ","); b.All {
		b.IDs = ""
	}
	if !b.All && b.IDs == "" {
		return nil, nil, v.refused(http.StatusUnprocessableEntity, "bulk.nobody")
	}
	whom, err := b.whom()
	if err != nil {
		return nil, nil, v.refused(http.StatusBadRequest, "agent.no_form")
	}
	if err := v.api.Do(v.r.Context(), client.Request{Method: http.MethodPost, Path: "/v1/agents/tally",
		Body: map[string]any{whomKey(b.All): whom}}, &b.Already); err != nil {
		return nil, nil, firstOf(err)
	}
	b.Count = b.Already.Matched
	d, err := v.directory()
	if err != nil {
		return nil, nil, err
	}
	b.fill(v, d, form)
	return b, form, nil
}

// bulkTime is how long an edit of ten thousand agents may take: what the API gives it, and
// some more to say so.
const bulkTime = 130 * time.Second

// takes lets an answer take longer than the listener gives it by itself.
func (v *visit) takes(d time.Duration) {
	_ = http.NewResponseController(v.w).SetWriteDeadline(v.web.Now().Add(d)) // where there is none, there is no hurry
}

func whomKey(all bool) string {
	if all {
		return "filter"
	}
	return "ids"
}

// whom is the selection as the API takes it.
func (b *bulkEdit) whom() (any, error) {
	if !b.All {
		return splitIDs(b.IDs), nil
	}
	query, err := url.ParseQuery(b.Filter)
	if err != nil {
		return nil, err
	}
	filter := map[string]any{}
	for key, value := range filterOf(query) {
		filter[key] = value[0]
		if on, err := strconv.ParseBool(value[0]); key == "enabled" && err == nil {
			filter[key] = on
		}
	}
	return filter, nil
}

// fill makes the form's controls, each as it was sent.
func (b *bulkEdit) fill(v *visit, d *directory, form url.Values) {
	b.Dirs = v.directions(callas.Direction(form.Get("direction")))
	b.Under = []option{{Label: v.say("bulk.under_all")}}
	for _, p := range d.Profiles {
		b.Profile = append(b.Profile, share{p.ID, p.Name, 0, b.Already.Profiles[p.ID], b.Count, moveOf(form.Get("profile." + p.ID))})
		if !p.OffDuty {
			b.Under = append(b.Under, option{p.ID, p.Name, form.Get("under") == p.ID})
		}
	}
	for _, s := range d.Services {
		b.Service = append(b.Service, share{s.ID, s.Name, s.Hue, b.Already.Responsible[s.ID], b.Count, moveOf(form.Get("service." + s.ID))})
	}
}

func moveOf(value string) string {
	if value == "add" || value == "remove" {
		return value
	}
	return ""
}

// set is what the form changes, as the API takes it; empty: nothing.
func (b *bulkEdit) set(form url.Values) map[string]any {
	set := map[string]any{}
	if d := callas.Direction(form.Get("direction")); slices.Contains(callas.Directions, d) {
		set["direction"] = d
	}
	if moves := movesIn(b.Profile); moves != nil {
		set["profiles"] = moves
	}
	moves := movesIn(b.Service)
	if under := form.Get("under"); moves != nil && under != "" {
		set["responsible"] = map[string]any{under: moves}
	} else if moves != nil {
		set["responsible"] = moves
	}
	return set
}

func movesIn(shares []share) map[string][]string {
	var moves map[string][]string
	for _, s := range shares {
		if s.Set == "" {
			continue
		}
		if moves == nil {
			moves = map[string][]string{}
		}
		moves[s.Set] = append(moves[s.Set], s.ID)
	}
	return moves
}

// firstOf tells a problem by the first thing that is wrong, where it only says "see errors".
func firstOf(err error) error {
	if p, ok := asProblem(err); ok && len(p.Errors) > 0 {
		told := *p
		told.Detail, told.Errors = p.Errors[0].Detail, nil
		return &told
	}
	return err
}
