package web

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"callas"
)

// saveService saves one tab's form.
func (w *Web) saveService(v *visit) (view, error) {
	f, err := v.form()
	if err != nil {
		return view{}, err
	}
	id := v.r.PathValue("id")
	tree, err := v.units(nil)
	if err != nil {
		return view{}, err
	}
	d := drafted(f, callas.KindService, id)
	is, form := v.sentService(f, d.was)
	d.is, d.spell = is, v.spellService(tree)
	d.take(f)
	rev := int64(0)
	if len(form.Wrong) == 0 {
		var wrong mistake
		if rev, form.Clash, wrong, err = v.save(d); err != nil {
			return view{}, err
		}
		maps.Copy(form.Wrong, wrong)
	}
	if form.Clash != nil || len(form.Wrong) > 0 {
		row, err := rowOf[callas.Service](v, callas.KindService, id, nil)
		if err != nil {
			return view{}, err
		}
		return w.serviceWith(v, form.over(v.serviceForm(row, f.Get("tab")), f), "")
	}
	done := ""
	if rev > 0 {
		done = strconv.FormatInt(rev, 10)
	}
	if v.partial() {
		return w.serviceWith(v, nil, done)
	}
	return view{to: "/services/" + url.PathEscape(id) + "?" + url.Values{"tab": {f.Get("tab")}, "done": {done}}.Encode()}, nil
}

// shownService are the pointers that a service's forms have a place for.
var shownService = []string{"/name", "/unit", "/display_name", "/uri", "/asserted", "/hue"}

// over lays what was sent over the row as it is, so that nothing typed is lost.
func (f *serviceForm) over(now *serviceForm, sent url.Values) *serviceForm {
	for key, to := range map[string][2]*string{"name": {&f.Name, &now.Name}, "unit": {&f.Unit, &now.Unit},
		"display_name": {&f.DisplayName, &now.DisplayName}, "uri": {&f.URI, &now.URI}, "asserted": {&f.Asserted, &now.Asserted}} {
		if sent.Has(key) {
			*to[1] = *to[0]
		}
	}
	if sent.Has("hue") {
		now.Hue = f.Hue
	}
	if sent.Has("numbers") {
		now.Numbers = f.Numbers
	}
	now.Wrong, now.Clash = f.Wrong, f.Clash
	now.Rev, now.Was = sent.Get("rev"), sent.Get("was")
	shown := slices.Clone(shownService)
	for _, n := range now.Numbers {
		for _, field := range []string{"e164", "countries", "default", "right_of_use/status", "right_of_use/evidence", "right_of_use/expires"} {
			shown = append(shown, "/numbers/"+n.At+"/"+field)
		}
	}
	now.Rest = now.Wrong.rest(shown...)
	return now
}

// newService is the form to create one.
func (w *Web) newService(v *visit) (view, error) {
	return w.newServiceWith(v, &serviceForm{Unit: v.r.URL.Query().Get("unit")})
}

func (w *Web) newServiceWith(v *visit, form *serviceForm) (view, error) {
	tree, err := v.units(nil)
	if err != nil {
		return view{}, err
	}
	body := struct {
		Form  *serviceForm
		Units []choice
	}{form, tree.choices(form.Unit, func(u unitRow) bool { return v.may(callas.Create, callas.KindService, tree, u.ID) })}
	return view{page: "service-new", title: v.say("services.new"), nav: "services", body: body, status: form.status()}, nil
}

// createService creates one, closed: nobody calls as it before someone opens it.
func (w *Web) createService(v *visit) (view, error) {
	f, err := v.form()
	if err != nil {
		return view{}, err
	}
	form := &serviceForm{Name: strings.TrimSpace(f.Get("name")), ID: strings.TrimSpace(f.Get("id")), Unit: f.Get("unit")}
	id, row, wrong, err := v.create(callas.KindService, form.ID, form.Name,
		map[string]any{"name": form.Name, "display_name": form.Name, "unit": form.Unit, "call_as_enabled": false, "numbers": []any{}})
	if err != nil {
		return view{}, err
	}
	if len(wrong) > 0 {
		form.Wrong, form.Rest = wrong, wrong.rest("/name", "/id", "/unit")
		return w.newServiceWith(v, form)
	}
	var meta callas.Meta
	return view{to: "/services/" + url.PathEscape(id) + "?done=" + strconv.FormatInt(revisionOf(row, &meta), 10)}, nil
}
