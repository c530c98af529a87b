package settings

import (
	"encoding/json"
	"fmt"
	"slices"

	"callas"
	"callas/hint"
)

// Decode reads a whole row from JSON, in its normal form. A field that the row does not
// have, a key given twice and a value of the wrong type are problems; null is the same
// as leaving a field out.
func Decode(k callas.Kind, body []byte) (callas.Row, []callas.Problem) {
	row := callas.NewRow(k)
	if row == nil {
		return nil, problem("", "unknown kind %q%s", k, hint.DidYouMean(string(k), kindNames()))
	}
	parsed, problems := parse(body)
	if problems == nil {
		problems = bind(parsed, row)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return Normal(row), nil
}

// Replace reads the whole row that is to be kept under an id in place of current, which
// is nil where there is none yet. The id and the read-only fields (rev, source, locked)
// may be left out; said otherwise than they are, they are problems, as is a change to a
// field that an importer has locked.
func Replace(current callas.Row, k callas.Kind, id string, body []byte) (callas.Row, []callas.Problem) {
	row := callas.NewRow(k)
	if row == nil {
		return nil, problem("", "unknown kind %q%s", k, hint.DidYouMean(string(k), kindNames()))
	}
	parsed, problems := parse(body)
	if problems != nil {
		return nil, problems
	}
	if object, ok := parsed.(map[string]any); ok {
		leftOut(object, current, keyField(k), id)
	}
	if problems := bind(parsed, row); len(problems) > 0 {
		return nil, problems
	}
	row = Normal(row)
	if row.Key() != id {
		return nil, problem("/"+keyField(k), "is %q, but the row is %q: leave it out, or send it to its own address", row.Key(), id)
	}
	if problems := unsettled(current, row); len(problems) > 0 {
		return nil, problems
	}
	return row, nil
}

// leftOut fills in what a whole row need not repeat.
func leftOut(object map[string]any, current callas.Row, key, id string) {
	if _, said := object[key]; !said {
		object[key] = id
	}
	if current == nil {
		return
	}
	was := generic(current)
	for _, field := range readOnly() {
		if _, said := object[field]; !said {
			object[field] = was[field]
		}
	}
}

// Patch applies a merge patch (RFC 7396) to a row and returns the row that results, in
// its normal form. The rules for what is sent are Replace's; renaming does not exist.
func Patch(current callas.Row, body []byte) (callas.Row, []callas.Problem) {
	parsed, problems := parse(body)
	if problems != nil {
		return nil, problems
	}
	patch, ok := parsed.(map[string]any)
	if !ok {
		return nil, problem("", "wants an object with the fields to change, not %s", named(parsed))
	}
	// By itself first: a field that does not exist is to be told even where it is null.
	if problems := bind(patch, callas.NewRow(current.Kind())); len(problems) > 0 {
		return nil, problems
	}
	row := callas.NewRow(current.Kind())
	if problems := bind(merged(generic(current), patch), row); len(problems) > 0 {
		return nil, problems
	}
	row = Normal(row)
	if row.Key() != current.Key() {
		return nil, problem("/"+keyField(current.Kind()), "is %q and stays so: create another %s and delete this one", current.Key(), current.Kind())
	}
	if problems := unsettled(current, row); len(problems) > 0 {
		return nil, problems
	}
	return row, nil
}

// merged is MergePatch of RFC 7396, section 2.
func merged(target any, patch map[string]any) map[string]any {
	object, ok := target.(map[string]any)
	if !ok {
		object = map[string]any{}
	}
	for key, value := range patch {
		switch value := value.(type) {
		case nil:
			delete(object, key)
		case map[string]any:
			object[key] = merged(object[key], value)
		default:
			object[key] = value
		}
	}
	return object
}

// generic is a row as parse gives it.
func generic(row callas.Row) map[string]any {
	body, err := json.Marshal(row)
	if err != nil {
		panic(fmt.Sprintf("settings: %s %s: %v", row.Kind(), row.Key(), err)) // rows are made of texts, numbers and times
	}
	parsed, _ := parse(body)
	return parsed.(map[string]any)
}

// unsettled finds changes to what a row's writer may not set.
func unsettled(current, row callas.Row) []callas.Problem {
	var was callas.Meta
	if current != nil {
		was = normalMeta(metaOf(current))
	}
	var out []callas.Problem
	switch is := metaOf(row); {
	case is.Rev != was.Rev:
		out = problem("/rev", "is %d now and set by the source: leave it out, and send If-Match to be sure of it", was.Rev)
	case is.Source != was.Source:
		out = problem("/source", "is %q and set by importers: leave it out", was.Source)
	case !slices.Equal(is.Locked, was.Locked):
		out = problem("/locked", "is set by importers: leave it out")
	}
	return append(out, Locked(current, row)...)
}

// Locked finds the fields that an importer keeps for itself and that a change from
// before to after would move. A nil after deletes the row, a nil before creates it.
func Locked(before, after callas.Row) []callas.Problem {
	if before == nil {
		return nil
	}
	meta := metaOf(before)
	if len(meta.Locked) == 0 {
		return nil
	}
	if after == nil {
		return problem("", "%s %q is kept by the importer %q: delete it there", before.Kind(), before.Key(), meta.Source)
	}
	var out []callas.Problem
	for _, field := range Fields(before, after) {
		if slices.Contains(meta.Locked, field) {
			out = append(out, problem("/"+field, "is kept by the importer %q: change it there", meta.Source)...)
		}
	}
	return out
}
