package settings

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"callas"
	"callas/hint"
)

// binder puts parsed JSON into Go values by their json tags, exactly: a field that
// does not exist or a value of another type is a problem, each at its pointer. A null
// is the same as nothing said.
type binder struct {
	problems []callas.Problem
}

// bind fills into, a pointer to a struct.
func bind(parsed any, into any) []callas.Problem {
	b := &binder{}
	b.value(parsed, reflect.ValueOf(into).Elem(), "")
	slices.SortStableFunc(b.problems, byPointer)
	return b.problems
}

func byPointer(a, b callas.Problem) int { return cmp.Compare(a.Pointer, b.Pointer) }

func (b *binder) add(pointer, format string, args ...any) {
	if len(b.problems) < MaxFindings {
		b.problems = append(b.problems, problem(pointer, format, args...)...)
	}
}

func (b *binder) value(parsed any, into reflect.Value, pointer string) {
	if parsed == nil {
		into.SetZero()
		return
	}
	switch into.Kind() {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		b.value(parsed, into.Elem(), pointer)
	case reflect.Struct:
		if into.Type() == reflect.TypeFor[time.Time]() {
			b.time(parsed, into, pointer)
			return
		}
		b.structure(parsed, into, pointer)
	case reflect.Map:
		b.mapping(parsed, into, pointer)
	case reflect.Slice:
		b.list(parsed, into, pointer)
	case reflect.String:
		if s, ok := parsed.(string); ok {
			into.SetString(s)
			return
		}
		b.add(pointer, "wants a text, not %s", named(parsed))
	case reflect.Bool:
		if v, ok := parsed.(bool); ok {
			into.SetBool(v)
			return
		}
		b.add(pointer, "wants true or false, not %s", named(parsed))
	case reflect.Int, reflect.Int64:
		n, ok := parsed.(json.Number)
		i, err := strconv.ParseInt(string(n), 10, 64)
		if ok && err == nil {
			into.SetInt(i)
			return
		}
		b.add(pointer, "wants a whole number, not %s", named(parsed))
	default:
		panic(fmt.Sprintf("settings: %s holds a %s, which no row has", pointer, into.Type()))
	}
}

func (b *binder) structure(parsed any, into reflect.Value, pointer string) {
	object, ok := parsed.(map[string]any)
	if !ok {
		b.add(pointer, "wants an object, not %s", named(parsed))
		return
	}
	for key, value := range object {
		at := pointer + "/" + escape(key)
		if field, ok := fieldNamed(into, key); ok {
			b.value(value, field, at)
			continue
		}
		b.add(at, "unknown field %q%s", key, hint.DidYouMean(key, fieldNames(into.Type())))
	}
}

func (b *binder) mapping(parsed any, into reflect.Value, pointer string) {
	object, ok := parsed.(map[string]any)
	if !ok {
		b.add(pointer, "wants an object, not %s", named(parsed))
		return
	}
	into.Set(reflect.MakeMapWithSize(into.Type(), len(object)))
	for _, key := range slices.Sorted(maps.Keys(object)) {
		value := reflect.New(into.Type().Elem()).Elem()
		b.value(object[key], value, pointer+"/"+escape(key))
		into.SetMapIndex(reflect.ValueOf(key).Convert(into.Type().Key()), value)
	}
}

func (b *binder) list(parsed any, into reflect.Value, pointer string) {
	list, ok := parsed.([]any)
	if !ok {
		b.add(pointer, "wants a list, not %s", named(parsed))
		return
	}
	into.Set(reflect.MakeSlice(into.Type(), len(list), len(list)))
	for i, item := range list {
		b.value(item, into.Index(i), pointer+"/"+strconv.Itoa(i))
	}
}

func (b *binder) time(parsed any, into reflect.Value, pointer string) {
	if s, ok := parsed.(string); ok {
		t, err := time.Parse(time.RFC3339Nano, s)
		if year := t.UTC().Year(); err == nil && year >= 1 && year <= 9999 { // what JSON can write again
			into.Set(reflect.ValueOf(t))
			return
		}
	}
	b.add(pointer, "wants a time such as \"2026-11-22T12:00:00Z\"")
}

// named says what was found instead: "the number 5", "a list".
func named(parsed any) string {
	switch v := parsed.(type) {
	case string:
		return fmt.Sprintf("the text %.40q", v)
	case json.Number:
		return fmt.Sprintf("the number %.40s", string(v))
	case bool:
		return strconv.FormatBool(v)
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return "null"
}

// fieldNamed returns a struct's field by its JSON name; embedded fields count as its own.
func fieldNamed(v reflect.Value, name string) (reflect.Value, bool) {
	t := v.Type()
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			if field, ok := fieldNamed(v.Field(i), name); ok {
				return field, true
			}
			continue
		}
		if tagged(f) == name {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

// fieldNames lists a struct's fields by their JSON names, in the order of the struct.
func fieldNames(t reflect.Type) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, f := range reflect.VisibleFields(t) {
			if !f.Anonymous && !yield(tagged(f)) {
				return
			}
		}
	}
}

func tagged(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}
