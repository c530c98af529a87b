package web

import (
	"cmp"
	"errors"
	"net/url"
	"strconv"

	"callas"
	"callas/client"
)

// planService shows what closing or deleting a service would do now.
func (w *Web) planService(v *visit, what string, row serviceRow, f url.Values, again bool) (view, error) {
	p := v.newPlan(what, callas.KindService, row.ID, row.Name, f)
	p.Moved = again
	var patch map[string]any
	if what == "close" {
		p.Action, patch = "/services/"+url.PathEscape(row.ID)+"/switch", map[string]any{"call_as_enabled": false}
	}
	out, err := v.foresee(p, row.Rev, patch)
	if err != nil {
		return view{}, err
	}
	for _, c := range out.CallingNow[:min(len(out.CallingNow), shownPlanned)] {
		p.People = append(p.People, planned{c.Agent, c.Name})
	}
	p.Total, p.More = out.Calling, out.Calling-len(p.People)
	p.Head = v.say("plan.calling_none")
	if p.Total > 0 {
		p.Head = v.say("plan.calling", p.Total)
	}
	id := url.QueryEscape(row.ID)
	p.fact(out.Blocked, v.say("plan.blocked", out.Blocked), "/agents?may_call_as="+id)
	if what == "close" {
		p.Notes = []string{v.say("plan.close_note")}
		return w.planned(v, p, "services"), nil
	}
	p.fact(row.Usage.Responsible, v.say("plan.responsible", row.Usage.Responsible), "/agents?responsible="+id)
	p.fact(row.Usage.Profiles, v.say("plan.profiles", row.Usage.Profiles), "/services/"+url.PathEscape(row.ID)+"?tab=profiles")
	p.Notes = []string{v.say("plan.delete_note")}
	return w.planned(v, p, "services"), nil
}

// switchService opens a service for calling as, or closes it: that shows first who calls
// as it now.
func (w *Web) switchService(v *visit) (view, error) {
	f, err := v.form()
	if err != nil {
		return view{}, err
	}
	row, err := rowOf[serviceRow](v, callas.KindService, v.r.PathValue("id"), withUsage)
	if err != nil {
		return view{}, err
	}
	open := f.Get("on") == "1"
	if !open && row.CallAsEnabled {
		again := confirmed(f) && f.Get("rev") != strconv.FormatInt(row.Rev, 10)
		if again || !confirmed(f) {
			return w.planService(v, "close", row, f, again)
		}
	}
	rev := int64(0)
	if row.CallAsEnabled != open {
		if rev, err = v.switchTo(row.Service, open, f.Get("reason")); err != nil {
			return view{}, err
		}
	}
	return w.switched(v, f, rev)
}

// switchTo is sent again where the row has moved for another reason: what was asked for
// is one field, whose two values leave nothing to choose between.
func (v *visit) switchTo(row callas.Service, open bool, reason string) (int64, error) {
	for {
		made, err := v.api.Patch(v.r.Context(), callas.KindService, row.ID, map[string]any{"call_as_enabled": open}, ifMatch(row.Rev), reason)
		var p *client.Problem
		if err == nil {
			var meta callas.Meta
			return revisionOf(made, &meta), nil
		}
		if !errors.As(err, &p) || !p.Says("precondition-failed") {
			return 0, err
		}
		if row, err = rowOf[callas.Service](v, callas.KindService, row.ID, nil); err != nil || row.CallAsEnabled == open {
			return 0, err
		}
	}
}

// switched goes back to where a switch was.
func (w *Web) switched(v *visit, f url.Values, rev int64) (view, error) {
	back, done := local(cmp.Or(f.Get("back"), "/services/"+url.PathEscape(v.r.PathValue("id")))), ""
	if rev > 0 {
		done = strconv.FormatInt(rev, 10)
	}
	if v.partial() && f.Get("in") != "list" {
		return w.serviceWith(v, nil, done)
	}
	to, err := url.Parse(back)
	if err != nil {
		return view{to: "/services"}, nil
	}
	query := without(to.Query(), "done")
	query.Set("done", done)
	to.RawQuery = query.Encode()
	if v.partial() && f.Get("sure") == "" { // a switch of the list itself, which stays where it is
		v.r.URL = to
		return w.services(v)
	}
	return view{to: to.String()}, nil
}

// deleteService shows what stands on a service, and deletes it when that was read and a
// reason given.
func (w *Web) deleteService(v *visit) (view, error) {
	f, err := v.asked()
	if err != nil {
		return view{}, err
	}
	row, err := rowOf[serviceRow](v, callas.KindService, v.r.PathValue("id"), withUsage)
	if err != nil {
		return view{}, err
	}
	if !confirmed(f) {
		return w.planService(v, "delete", row, f, false)
	}
	out, err := v.remove(callas.KindService, row.ID, f, "/services")
	if moved(err) {
		return w.planService(v, "delete", row, f, true)
	}
	return out, err
}
