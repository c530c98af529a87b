package web

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"

	"callas"
)

// A unitForm is a unit's fields, as they are or as they were sent.
type unitForm struct {
	formState
	ID, Name, Parent, Asserted string
}

// A unitPage is one unit.
type unitPage struct {
	Row       unitRow
	Above     string
	In        string
	May       map[string]bool
	Locked    map[string]bool
	Form      *unitForm
	Parents   []choice
	MayTop    bool // be without one above it
	MayCreate bool // below it
	Done      *done
}

func (w *Web) unit(v *visit) (view, error) {
	return w.unitWith(v, nil, v.r.URL.Query().Get("done"))
}

func (w *Web) unitWith(v *visit, form *unitForm, revision string) (view, error) {
	id := v.r.PathValue("id")
	row, err := rowOf[unitRow](v, callas.KindUnit, id, withUsage)
	if err != nil {
		return view{}, err
	}
	tree, err := v.units(nil)
	if err != nil {
		return view{}, err
	}
	if form == nil {
		form = &unitForm{formStateOf(row.Unit, row.Rev, "name", "parent", "asserted"), row.ID, row.Name, row.Parent, row.Asserted}
	}
	p := &unitPage{Row: row, Above: tree.Above(id), In: v.inside(), Form: form, Locked: lockedOf(row.Meta),
		May: v.mayAll(callas.KindUnit, tree, row.Parent), MayCreate: v.may(callas.Create, callas.KindUnit, tree, id)}
	p.MayTop = v.may(callas.Update, callas.KindUnit, tree, "") || row.Parent == ""
	p.Parents = tree.choices(form.Parent, func(u unitRow) bool {
		return u.ID == form.Parent || !tree.within(u.ID, []string{id}) && v.may(callas.Update, callas.KindUnit, tree, u.ID)
	})
	p.Done, err = v.doneBy(revision, "/units/"+url.PathEscape(id))
	return view{page: "unit", part: "unit-part", title: row.Name, nav: "units", body: p, status: form.status()}, err
}

func (w *Web) saveUnit(v *visit) (view, error) {
	f, err := v.form()
	if err != nil {
		return view{}, err
	}
	tree, err := v.units(nil)
	if err != nil {
		return view{}, err
	}
	id := v.r.PathValue("id")
	d := drafted(f, callas.KindUnit, id)
	d.is = texts(f, "name", "parent")
	if f.Has("asserted") {
		d.is["asserted"] = bare(f.Get("asserted"))
	}
	d.spell = func(key string, value any) string {
		s, _ := value.(string)
		switch key {
		case "parent":
			return cmp.Or(tree.Name(s), v.say("unit.top"))
		case "asserted":
			return cmp.Or(v.web.Spell(s), "–")
		}
		return s
	}
	return w.saved(v, d, f, "/units/"+url.PathEscape(id), func(state *formState, revision string) (view, error) {
		if state == nil {
			return w.unitWith(v, nil, revision)
		}
		state.Rest = state.Wrong.rest("/name", "/parent", "/asserted")
		return w.unitWith(v, &unitForm{*state, id, f.Get("name"), f.Get("parent"), bare(f.Get("asserted"))}, "")
	})
}

func (w *Web) newUnit(v *visit) (view, error) {
	return w.newUnitWith(v, &unitForm{Parent: v.r.URL.Query().Get("parent")})
}

func (w *Web) newUnitWith(v *visit, form *unitForm) (view, error) {
	tree, err := v.units(nil)
	body := struct {
		Form    *unitForm
		Parents []choice
		MayTop  bool
	}{Form: form}
	if err == nil {
		body.MayTop = v.may(callas.Create, callas.KindUnit, tree, "")
		body.Parents = tree.choices(form.Parent, func(u unitRow) bool { return v.may(callas.Create, callas.KindUnit, tree, u.ID) })
	}
	return view{page: "unit-new", title: v.say("units.new"), nav: "units", body: body, status: form.status()}, err
}

func (w *Web) createUnit(v *visit) (view, error) {
	f, err := v.form()
	if err != nil {
		return view{}, err
	}
	form := &unitForm{ID: strings.TrimSpace(f.Get("id")), Name: strings.TrimSpace(f.Get("name")), Parent: f.Get("parent")}
	id, row, wrong, err := v.create(callas.KindUnit, form.ID, form.Name, map[string]any{"name": form.Name, "parent": form.Parent})
	if err != nil {
		return view{}, err
	}
	if len(wrong) > 0 {
		form.Wrong, form.Rest = wrong, wrong.rest("/name", "/id", "/parent")
		return w.newUnitWith(v, form)
	}
	var meta callas.Meta
	return view{to: "/units/" + url.PathEscape(id) + "?done=" + strconv.FormatInt(revisionOf(row, &meta), 10)}, nil
}
