package settings

import (
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"

	"callas"
)

// Fields lists the fields in which two rows of one kind differ, by their JSON names,
// sorted; the revision is not one of them. Nothing where either row is nil.
func Fields(before, after callas.Row) []string {
	if before == nil || after == nil || before.Kind() != after.Kind() {
		return nil
	}
	var out []string
	differing(reflect.ValueOf(Normal(before)).Elem(), reflect.ValueOf(Normal(after)).Elem(), &out)
	slices.Sort(out)
	return out
}

func differing(a, b reflect.Value, out *[]string) {
	for i := range a.NumField() {
		f := a.Type().Field(i)
		if f.Anonymous {
			differing(a.Field(i), b.Field(i), out)
			continue
		}
		if name := tagged(f); name != "rev" && !equal(a.Field(i), b.Field(i)) {
			*out = append(*out, name)
		}
	}
}

// equal is reflect.DeepEqual, quick where nothing is to be looked into: a bulk edit
// compares every field of thousands of rows.
func equal(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.String, reflect.Bool:
		return a.Equal(b)
	case reflect.Slice, reflect.Map:
		if a.UnsafePointer() == b.UnsafePointer() && a.Len() == b.Len() {
			return true
		}
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}

// Same reports whether two rows are the same settings, whenever they were written.
func Same(a, b callas.Row) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return a.Kind() == b.Kind() && reflect.DeepEqual(Normal(a).WithRevision(0), Normal(b).WithRevision(0))
}

// fieldsOf lists a row's fields by their JSON names.
func fieldsOf(row callas.Row) []string {
	return slices.Collect(fieldNames(reflect.TypeOf(row).Elem()))
}

// keyField names the field that a row is kept under.
func keyField(k callas.Kind) string {
	if k == callas.KindSession {
		return "agent"
	}
	return "id"
}

func kindNames() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, k := range callas.Kinds {
			if !yield(string(k)) {
				return
			}
		}
	}
}

// listed writes "a, b or c".
func listed(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

func metaOf(row callas.Row) callas.Meta { return *metaIn(row) }

// metaIn is where a row keeps its meta; only a row that nobody else has may be changed there.
func metaIn(row callas.Row) *callas.Meta {
	switch r := row.(type) {
	case *callas.Unit:
		return &r.Meta
	case *callas.Service:
		return &r.Meta
	case *callas.Profile:
		return &r.Meta
	case *callas.Agent:
		return &r.Meta
	case *callas.Session:
		return &r.Meta
	case *callas.AccessToken:
		return &r.Meta
	}
	panic(fmt.Sprintf("settings: %T is no row", row))
}
