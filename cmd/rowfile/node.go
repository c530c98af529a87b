package rowfile

import (
	"fmt"
	"reflect"
	"time"

	"go.yaml.in/yaml/v3"

	"callas/hint"
)

// node fills v from YAML. What v is decides how a value is read, never how it
// looks: +442079460100 is a number to YAML and a string to an agent.
func (r *reader) node(name string, v reflect.Value, n *yaml.Node) {
	if isNull(n) {
		return
	}
	if n.Kind == yaml.AliasNode {
		r.problem(n.Line, "%s: write the value out instead of *%s", name, n.Value)
		return
	}
	switch {
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		r.node(name, v.Elem(), n)
	case v.Kind() == reflect.Slice && n.Kind == yaml.SequenceNode:
		items := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
		for i, c := range n.Content {
			r.node(name, items.Index(i), c)
		}
		v.Set(items)
	case v.Kind() == reflect.Map && n.Kind == yaml.MappingNode:
		m := reflect.MakeMap(v.Type())
		for i := 0; i+1 < len(n.Content); i += 2 {
			value := reflect.New(v.Type().Elem()).Elem()
			r.node(name+"."+n.Content[i].Value, value, n.Content[i+1])
			m.SetMapIndex(reflect.ValueOf(n.Content[i].Value), value)
		}
		v.Set(m)
	case v.Type() == reflect.TypeFor[time.Time]() && n.Kind == yaml.ScalarNode:
		t, err := moment(n.Value)
		if err != nil {
			r.problem(n.Line, "%s: %s", name, err)
		}
		v.Set(reflect.ValueOf(t))
	case v.Kind() == reflect.Struct && n.Kind == yaml.MappingNode:
		r.part(name, v, n)
	case n.Kind == yaml.ScalarNode:
		if err := cell(v, n.Value); err != nil {
			r.problem(n.Line, "%s: %s", name, err)
		}
	default:
		r.problem(n.Line, "%s: want %s", name, shape(v))
	}
}

// part fills a struct within a row: a number, its right of use.
func (r *reader) part(name string, v reflect.Value, n *yaml.Node) {
	fs := fields(v.Type())
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		f, ok := find(fs, key.Value)
		if !ok {
			r.problem(key.Line, "%s: unknown key %q%s", name, key.Value, hint.OneOf(key.Value, names(fs)))
			continue
		}
		r.node(name+"."+f.name, v.FieldByIndex(f.index), value)
	}
}

// shape says what a value looks like, for an error.
func shape(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Slice:
		return "a list, such as [a, b]"
	case reflect.Map:
		return "lists by profile, such as {day: [help]}"
	case reflect.Struct:
		return "keys and values"
	case reflect.Bool:
		return "true or false"
	}
	return "one value"
}

func moment(s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time: write 2027-01-31 or 2027-01-31T17:00:00Z", s)
}
