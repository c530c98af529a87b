package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"callas"
)

// A formState is what every form that edits a row carries and shows beside its fields.
type formState struct {
	Rev   string // the row's when the form was filled
	Was   string // its fields then
	Wrong mistake
	Rest  []string // mistakes at no field
	Clash *clash
}

func formStateOf(row any, rev int64, fields ...string) formState {
	return formState{Rev: strconv.FormatInt(rev, 10), Was: fieldsOf(row, fields...)}
}

// status is that of a page with the form.
func (f formState) status() int {
	switch {
	case f.Clash != nil:
		return http.StatusConflict
	case len(f.Wrong) > 0:
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// At is what is wrong with a field, by its pointer.
func (f formState) At(pointer string) string { return f.Wrong[pointer] }

// saved sends a draft, and shows what came of it: show gets the state of a form that was
// not taken, or nil and the revision that it became.
func (w *Web) saved(v *visit, d *draft, f url.Values, page string, show func(*formState, string) (view, error)) (view, error) {
	d.take(f)
	rev, clash, wrong, err := v.save(d)
	switch {
	case err != nil:
		return view{}, err
	case clash != nil || len(wrong) > 0:
		return show(&formState{Rev: f.Get("rev"), Was: f.Get("was"), Wrong: wrong, Clash: clash}, "")
	}
	done := ""
	if rev > 0 {
		done = strconv.FormatInt(rev, 10)
	}
	if v.partial() {
		return show(nil, done)
	}
	return view{to: page + "?done=" + done}, nil
}

// texts reads fields of one line; those that a form does not have are left out.
func texts(f url.Values, keys ...string) map[string]any {
	out := map[string]any{}
	for _, key := range keys {
		if f.Has(key) {
			out[key] = strings.TrimSpace(f.Get(key))
		}
	}
	return out
}

func lockedOf(m callas.Meta) map[string]bool {
	out := map[string]bool{}
	for _, field := range m.Locked {
		out[field] = true
	}
	return out
}

// mayAll tells which forms are offered of a row in a unit.
func (v *visit) mayAll(k callas.Kind, tree *unitTree, unit string) map[string]bool {
	out := map[string]bool{}
	for _, action := range []callas.Action{callas.Update, callas.Delete} {
		out[string(action)] = v.may(action, k, tree, unit)
	}
	return out
}

// asked reads what a page was asked with: its query, or the form that was posted to it.
func (v *visit) asked() (url.Values, error) {
	if v.r.Method == http.MethodGet {
		return url.Values{"in": {v.r.URL.Query().Get("in")}}, nil
	}
	return v.form()
}
