package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"

	"callas"
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
	Against  bool   // it cannot be done while the facts stand
	In       string // list, drawer; empty: a page of its own
	Back     string // where whoever thinks better of it came from
	Reason   string
	NoReason bool // the reason is missing
	MayNot   bool
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
		Back: local(cmp.Or(f.Get("back"), at)), Reason: f.Get("reason"), NoReason: f.Get("sure") != ""}
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
	if p.NoReason {
		out.status = http.StatusUnprocessableEntity
	}
	return out
}

// remove deletes a row and goes to the list that it was in.
func (v *visit) remove(k callas.Kind, id string, f url.Values, list string) (view, error) {
	if err := v.api.Delete(v.r.Context(), k, id, f.Get("reason")); err != nil {
		return view{}, err
	}
	last, err := v.lastChange(k, id)
	if err != nil || last == nil {
		return view{to: list}, nil // it is done; only the way back is not known
	}
	return view{to: list + "?done=" + strconv.FormatInt(last.Revision.Revision, 10)}, nil
}
