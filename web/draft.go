package web

import (
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"

	"callas"
	"callas/client"
)

// A draft is a row as a form wants it. With the form went what the row was when the form
// was filled, so that only what a person changed is sent, and what others changed
// meanwhile can be told from it.
type draft struct {
	kind   callas.Kind
	id     string
	rev    string         // the row's when the form was filled
	was    map[string]any // the form's fields as they were then
	is     map[string]any // as they are sent
	reason string
	spell  func(key string, value any) string // a field's value as people read it
}

// A mistake is what the API found wrong, by the JSON pointer of the field.
type mistake map[string]string

// take notes which sides a person chose in a clash, field by field.
func (d *draft) take(f url.Values) {
	for key := range d.is {
		if f.Get("take."+key) == "theirs" {
			delete(d.is, key)
		}
	}
}

// patch is what the form changes.
func (d *draft) patch() map[string]any {
	out := map[string]any{}
	for key, value := range d.is {
		if !same(value, d.was[key]) {
			out[key] = value
		}
	}
	return out
}

// save sends what was changed. Where the row has moved, the clash says how; where the API
// finds a mistake, it comes back by field. Nothing was changed in either case.
func (v *visit) save(d *draft) (rev int64, c *clash, m mistake, err error) {
	patch := d.patch()
	if len(patch) == 0 {
		return 0, nil, nil, nil
	}
	row, err := v.api.Patch(v.r.Context(), d.kind, d.id, patch, `"`+d.rev+`"`, d.reason)
	var p *client.Problem
	switch {
	case err == nil:
		var meta callas.Meta
		return revisionOf(row, &meta), nil, nil, json.Unmarshal(row, &meta)
	case !errors.As(err, &p):
		return 0, nil, nil, err
	case p.Says("precondition-failed") && len(p.Current) > 0:
		c, err := v.clashOf(d, p.Current)
		return 0, c, nil, err
	case len(p.Errors) > 0:
		return 0, nil, mistakesOf(p), nil
	}
	return 0, nil, nil, err
}

// revisionOf is the revision that wrote a row.
func revisionOf(row json.RawMessage, meta *callas.Meta) int64 {
	if json.Unmarshal(row, meta) != nil {
		return 0
	}
	return meta.Rev
}

func mistakesOf(p *client.Problem) mistake {
	m := mistake{}
	for _, e := range p.Errors {
		m[e.Pointer] = strings.TrimSpace(m[e.Pointer] + " " + e.Detail)
	}
	return m
}

// rest are the mistakes at no field among those that a form shows.
func (m mistake) rest(shown ...string) []string {
	var out []string
	for _, pointer := range slices.Sorted(maps.Keys(m)) {
		if !slices.ContainsFunc(shown, func(s string) bool { return pointer == s || strings.HasPrefix(pointer, s+"/") }) {
			out = append(out, m[pointer])
		}
	}
	return out
}

// stored is fields as a form carries them.
func stored(fields map[string]any) string {
	text, err := json.Marshal(fields)
	if err != nil {
		return "{}"
	}
	return string(text)
}

// drafted reads what a form carries beside its fields. What is broken is as if nothing had
// been there before: then everything is sent, and If-Match still guards the row.
func drafted(f url.Values, k callas.Kind, id string) *draft {
	d := &draft{kind: k, id: id, rev: f.Get("rev"), was: map[string]any{}, is: map[string]any{}, reason: strings.TrimSpace(f.Get("reason"))}
	if json.Unmarshal([]byte(f.Get("was")), &d.was) != nil {
		d.was = map[string]any{}
	}
	return d
}

// fieldsOf picks fields of a row for a form to carry.
func fieldsOf(row any, keys ...string) string {
	all, out := map[string]any{}, map[string]any{}
	text, err := json.Marshal(row)
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil {
		return "{}"
	}
	for _, key := range keys {
		out[key] = all[key]
	}
	return stored(out)
}
