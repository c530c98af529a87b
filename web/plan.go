package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"callas"
	"callas/client"
)

// A plan is what closing or deleting something would do now. It is shown before either is
// done, and asks why.
type plan struct {
	What     string // close, delete
	Kind     callas.Kind
	ID, Name string
	Action   string // where it is carried out
	Head     string // whom it concerns at once
	People   []planned
	Total    int // of them, shown or not
	More     int // not shown
	Facts    []fact
	Notes    []string
	Against  bool     // it cannot be done while the facts stand
	In       string   // list, drawer; empty: a page of its own
	Back     string   // where whoever thinks better of it came from
	Refused  []string // why the visitor may not do it at all, in words
	Rev      string   // the row's when the plan was made
	Moved    bool     // it is another plan than the one that was confirmed
	Reason   string
	NoReason bool // the reason is missing
}

// An outlook is what the API foresees of a change of one row, of the agents whom the
// visitor may see.
type outlook struct {
	Blocked    int             `json:"blocked"`           // pairs of agent and service that are no longer available
	CallingNow []calling       `json:"calling_now"`       // whose calls go out as a service now and would not after
	Calling    int             `json:"calling_now_total"` // of them, listed or not
	Refused    []callas.Reason `json:"refused"`
}

type calling struct {
	Agent string `json:"agent"`
	Name  string `json:"name"`
}

// foresee asks what a merge patch of a row would do; without one, what deleting it would.
func (v *visit) foresee(p *plan, rev int64, patch map[string]any) (outlook, error) {
	var body any = []byte("null")
	if patch != nil {
		body = patch
	}
	var out outlook
	err := v.api.Do(v.r.Context(), client.Request{Method: http.MethodPost, Path: "/v1/" + string(p.Kind) + "s/" + url.PathEscape(p.ID) + "/plan",
		Media: "application/merge-patch+json", Body: body}, &out)
	p.Rev = strconv.FormatInt(rev, 10)
	for _, reason := range out.Refused {
		p.Refused = append(p.Refused, v.reason(reason))
	}
	return out, err
}

// A planned is an agent whom a plan concerns.
type planned struct {
	ID, Name string
}

// A fact is one thing that a plan changes, or that stands against it, and where it is seen.
type fact struct {
	Text, Link string
}

// shownPlanned is how many agents a plan names.
const shownPlanned = 12

func (v *visit) newPlan(what string, k callas.Kind, id, name string, f url.Values) *plan {
	at := "/" + string(k) + "s/" + url.PathEscape(id)
	return &plan{What: what, Kind: k, ID: id, Name: name, Action: at + "/delete", In: f.Get("in"),
		Back: local(cmp.Or(f.Get("back"), at)), Reason: f.Get("reason"), NoReason: f.Get("sure") != "" && strings.TrimSpace(f.Get("reason")) == ""}
}

// name names the first agents that a filter selects as those whom the plan concerns.
func (v *visit) name(p *plan, filter url.Values) error {
	agents, total, err := listed[planned](v, callas.KindAgent, filter, shownPlanned)
	p.People, p.Total, p.More = agents, total, total-len(agents)
	return err
}

// fact adds what there is some of.
func (p *plan) fact(n int, text, link string) {
	if n > 0 {
		p.Facts = append(p.Facts, fact{text, link})
	}
}

// planned shows a plan.
func (w *Web) planned(v *visit, p *plan, nav string) view {
	out := view{page: "plan", part: "plan-part", title: v.say("plan."+p.What+"_"+string(p.Kind), p.Name), nav: nav, body: p}
	switch {
	case p.Moved:
		out.status = http.StatusConflict
	case p.NoReason:
		out.status = http.StatusUnprocessableEntity
	}
	return out
}

// confirmed reports whether a plan has been seen and a reason given.
func confirmed(f url.Values) bool {
	return f.Get("sure") != "" && strings.TrimSpace(f.Get("reason")) != ""
}

// moved reports whether an error says that a row is not as it was planned with.
func moved(err error) bool {
	var p *client.Problem
	return errors.As(err, &p) && p.Says("precondition-failed")
}

// remove deletes a row as it was planned, and goes to the list that it was in.
func (v *visit) remove(k callas.Kind, id string, f url.Values, list string) (view, error) {
	err := v.api.Do(v.r.Context(), client.Request{Method: http.MethodDelete, Path: "/v1/" + string(k) + "s/" + url.PathEscape(id),
		Match: `"` + f.Get("rev") + `"`, Reason: f.Get("reason")}, nil)
	if err != nil {
		return view{}, err
	}
	last, err := v.lastChange(k, id)
	if err != nil || last == nil {
		return view{to: list}, nil // it is done; only the way back is not known
	}
	return view{to: list + "?done=" + strconv.FormatInt(last.Revision.Revision, 10)}, nil
}
