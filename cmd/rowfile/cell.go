package rowfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"callas"
	"callas/hint"
)

// cell fills v from one cell of a table.
//
//	text     Ann Smith
//	bool     true, false, yes, no, 1, 0
//	list     day;campaign                or JSON, where an item holds a semicolon
//	lists    day:help;day:claims         or JSON
//	other    JSON
func cell(v reflect.Value, text string) error {
	text = strings.TrimSpace(text)
	if !utf8.ValidString(text) {
		return fmt.Errorf("is not UTF-8: save the file as UTF-8")
	}
	if text == "" && v.Kind() != reflect.Bool && v.Kind() != reflect.Int {
		v.Set(empty(v.Type()))
		return nil
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
		return nil
	case reflect.Bool:
		on, err := yesNo(text)
		v.SetBool(on)
		return err
	case reflect.Int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("%q is no whole number", text)
		}
		v.SetInt(int64(n))
		return nil
	}
	if isJSON(text) {
		return decode([]byte(text), v)
	}
	switch v.Interface().(type) {
	case []string:
		v.Set(reflect.ValueOf(items(text)))
	case map[string][]string:
		m, err := byProfile(text)
		if err != nil {
			return err
		}
		v.Set(reflect.ValueOf(m))
	case []callas.Number:
		return fmt.Errorf(`%q says too little: write [{"e164":"+442079460100","default":true,"right_of_use":{"status":"verified"}}]`, text)
	default:
		return fmt.Errorf("%q: want JSON", text)
	}
	return nil
}

// empty is a value of which nothing is said: a list of nothing rather than none.
func empty(t reflect.Type) reflect.Value {
	switch t.Kind() {
	case reflect.Slice:
		return reflect.MakeSlice(t, 0, 0)
	case reflect.Map:
		return reflect.MakeMap(t)
	}
	return reflect.Zero(t)
}

func yesNo(text string) (bool, error) {
	switch strings.ToLower(text) {
	case "true", "yes", "1":
		return true, nil
	case "false", "no", "0":
		return false, nil
	}
	return false, fmt.Errorf("%q is neither true nor false", text)
}

func items(text string) []string {
	out := []string{}
	for item := range strings.SplitSeq(text, ";") {
		if item = strings.TrimSpace(item); item != "" {
			out = append(out, item)
		}
	}
	return out
}

func byProfile(text string) (map[string][]string, error) {
	m := map[string][]string{}
	for _, item := range items(text) {
		profile, service, ok := strings.Cut(item, ":")
		profile, service = strings.TrimSpace(profile), strings.TrimSpace(service)
		if !ok || profile == "" || service == "" {
			return nil, fmt.Errorf("%q: want profile:service, such as day:help;day:claims", item)
		}
		m[profile] = append(m[profile], service)
	}
	return m, nil
}

// cellOf writes v as cell reads it: plainly where that reads back the same.
func cellOf(v reflect.Value) (string, error) {
	if !written(v) {
		return "", nil
	}
	switch value := v.Interface().(type) {
	case bool, int:
		return fmt.Sprint(value), nil
	case []string:
		text := strings.Join(value, ";")
		if !isJSON(text) && slices.Equal(items(text), value) {
			return text, nil
		}
	case map[string][]string:
		text := flat(value)
		if back, err := byProfile(text); err == nil && !isJSON(text) && maps.EqualFunc(back, value, slices.Equal) {
			return text, nil
		}
	}
	if v.Kind() == reflect.String {
		return v.String(), nil
	}
	text, err := json.Marshal(v.Interface())
	return string(text), err
}

func isJSON(text string) bool { return text != "" && (text[0] == '[' || text[0] == '{') }

// flat writes day:help;day:claims.
func flat(m map[string][]string) string {
	var out []string
	for _, profile := range slices.Sorted(maps.Keys(m)) {
		for _, service := range m[profile] {
			out = append(out, profile+":"+service)
		}
	}
	return strings.Join(out, ";")
}

// decode reads JSON into v, refusing what v has no place for.
func decode(text []byte, v reflect.Value) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	err := dec.Decode(v.Addr().Interface())
	if err == nil {
		return nil
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return fmt.Errorf("unknown key %s", name)
	}
	if wrong, ok := err.(*json.UnmarshalTypeError); ok {
		return fmt.Errorf("want %s, not a %s", shape(v), wrong.Value)
	}
	return err
}

// Patch reads field=value as a merge patch of a kind wants it: set's arguments.
func Patch(kind callas.Kind, name, text string) (any, error) {
	fs := fieldsOf(kind)
	f, ok := find(fs, name)
	if !ok {
		return nil, fmt.Errorf("unknown field %q of %s%s", name, Section(kind), hint.OneOf(name, names(fs)))
	}
	v := f.of(blank(kind))
	if err := cell(v, text); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return v.Interface(), nil
}
