package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"callas"
)

// A profileForm is a profile's fields, as they are or as they were sent.
type profileForm struct {
	formState
	ID, Name, Unit string
	OffDuty        bool
	Services       []string
}

// A profilePage is one duty profile.
type profilePage struct {
	Row      profileRow
	Place    string
	In       string
	May      map[string]bool
	Locked   map[string]bool
	Form     *profileForm
	Units    []choice
	MayAll   bool // be offered everywhere
	Services []serviceChip
	Hidden   int
	Done     *done
}

// A serviceChip is a service that a profile may have.
type serviceChip struct {
	callas.Service
	On bool
}

func (w *Web) profile(v *visit) (view, error) {
	return w.profileWith(v, nil, v.r.URL.Query().Get("done"))
}

func (w *Web) profileWith(v *visit, form *profileForm, revision string) (view, error) {
	id := v.r.PathValue("id")
	row, err := rowOf[profileRow](v, callas.KindProfile, id, withUsage)
	if err != nil {
		return view{}, err
	}
	tree, err := v.units(nil)
	if err != nil {
		return view{}, err
	}
	if form == nil {
		form = &profileForm{formStateOf(row.Profile, row.Rev, "name", "unit", "off_duty", "services"),
			row.ID, row.Name, row.Unit, row.OffDuty, row.Profile.Services}
	}
	p := &profilePage{Row: row, Place: v.offeredIn(tree, row.Unit), In: v.inside(), Form: form,
		Locked: lockedOf(row.Meta), May: v.mayAll(callas.KindProfile, tree, row.Unit)}
	p.MayAll = v.may(callas.Update, callas.KindProfile, tree, "") || row.Unit == ""
	p.Units = tree.choices(form.Unit, func(u unitRow) bool {
		return u.ID == form.Unit || v.may(callas.Update, callas.KindProfile, tree, u.ID)
	})
	if p.Services, p.Hidden, err = v.serviceChips(form.Services); err != nil {
		return view{}, err
	}
	p.Done, err = v.doneBy(revision, "/profiles/"+url.PathEscape(id))
	return view{page: "profile", part: "profile-part", title: row.Name, nav: "profiles", body: p, status: form.status()}, err
}

// serviceChips are the services that the visitor may see; hidden is how many of those
// that are chosen they may not.
func (v *visit) serviceChips(chosen []string) (chips []serviceChip, hidden int, err error) {
	services, err := v.servicesByID()
	for _, c := range serviceChoices(services, chosen...) {
		chips = append(chips, serviceChip{services[c.Value], c.On})
	}
	for _, id := range chosen {
		if _, ok := services[id]; !ok {
			hidden++
		}
	}
	return chips, hidden, err
}

func (w *Web) saveProfile(v *visit) (view, error) {
	f, err := v.form()
	if err != nil {
		return view{}, err
	}
	tree, err := v.units(nil)
	if err != nil {
		return view{}, err
	}
	services, err := v.servicesByID()
	if err != nil {
		return view{}, err
	}
	id := v.r.PathValue("id")
	d := drafted(f, callas.KindProfile, id)
	d.is = texts(f, "name", "unit")
	for _, field := range f["has"] {
		switch field {
		case "off_duty":
			d.is["off_duty"] = f.Get("off_duty") == "1"
		case "services":
			d.is["services"] = chosenServices(f["services"], d.was["services"], services)
		}
	}
	d.spell = v.spellProfile(tree, services)
	return w.saved(v, d, f, "/profiles/"+url.PathEscape(id), func(state *formState, revision string) (view, error) {
		if state == nil {
			return w.profileWith(v, nil, revision)
		}
		state.Rest = state.Wrong.rest("/name", "/unit", "/off_duty", "/services")
		form := &profileForm{*state, id, f.Get("name"), f.Get("unit"), f.Get("off_duty") == "1", nil}
		form.Services, _ = d.is["services"].([]string)
		return w.profileWith(v, form, "")
	})
}

// chosenServices are the ticked ones in the order that they had, then those that came to
// them. One that the visitor may not see has no box to untick: it stays.
func chosenServices(ticked []string, was any, seen map[string]callas.Service) []string {
	var had []string
	reshape(was, &had)
	out := []string{}
	for _, id := range had {
		if _, ok := seen[id]; !ok || slices.Contains(ticked, id) {
			out = append(out, id)
		}
	}
	for _, id := range ticked {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

func (v *visit) spellProfile(tree *unitTree, services map[string]callas.Service) func(string, any) string {
	return func(key string, value any) string {
		s, _ := value.(string)
		switch key {
		case "unit":
			return v.offeredIn(tree, s)
		case "off_duty":
			if value == true {
				return v.say("edit.yes")
			}
			return v.say("edit.no")
		case "services":
			var ids []string
			reshape(value, &ids)
			for i, id := range ids {
				ids[i] = cmp.Or(services[id].Name, id)
			}
			return cmp.Or(strings.Join(ids, ", "), "–")
		}
		return s
	}
}

func (w *Web) newProfile(v *visit) (view, error) {
	return w.newProfileWith(v, &profileForm{Unit: v.r.URL.Query().Get("unit")})
}

func (w *Web) newProfileWith(v *visit, form *profileForm) (view, error) {
	tree, err := v.units(nil)
	if err != nil {
		return view{}, err
	}
	body := struct {
		Form     *profileForm
		Units    []choice
		MayAll   bool
		Services []serviceChip
	}{Form: form, MayAll: v.may(callas.Create, callas.KindProfile, tree, "")}
	body.Units = tree.choices(form.Unit, func(u unitRow) bool { return v.may(callas.Create, callas.KindProfile, tree, u.ID) })
	body.Services, _, err = v.serviceChips(form.Services)
	return view{page: "profile-new", title: v.say("profiles.new"), nav: "profiles", body: body, status: form.status()}, err
}

func (w *Web) createProfile(v *visit) (view, error) {
	f, err := v.form()
	if err != nil {
		return view{}, err
	}
	form := &profileForm{ID: strings.TrimSpace(f.Get("id")), Name: strings.TrimSpace(f.Get("name")), Unit: f.Get("unit"),
		OffDuty: f.Get("off_duty") == "1", Services: append([]string{}, f["services"]...)}
	id, row, wrong, err := v.create(callas.KindProfile, form.ID, form.Name,
		map[string]any{"name": form.Name, "unit": form.Unit, "off_duty": form.OffDuty, "services": form.Services})
	if err != nil {
		return view{}, err
	}
	if len(wrong) > 0 {
		form.Wrong, form.Rest = wrong, wrong.rest("/name", "/id", "/unit", "/services")
		return w.newProfileWith(v, form)
	}
	var meta callas.Meta
	return view{to: "/profiles/" + url.PathEscape(id) + "?done=" + strconv.FormatInt(revisionOf(row, &meta), 10)}, nil
}
