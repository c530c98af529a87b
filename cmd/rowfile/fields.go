package rowfile

import (
	"encoding/json"
	"reflect"
	"strings"

	"callas"
)

// A field is one column of a kind: its name in files and where a row keeps it.
type field struct {
	name  string
	index []int
}

func (f field) of(row callas.Row) reflect.Value {
	return reflect.ValueOf(row).Elem().FieldByIndex(f.index)
}

// written reports whether a file needs to say the value: what is left out reads
// as empty, but an agent left out of enabled is enabled.
func written(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Bool:
		return true
	case reflect.Slice, reflect.Map:
		return v.Len() > 0
	}
	return !v.IsZero()
}

// fieldsOf lists a kind's fields in the order of the row's type. The revision is
// not among them: it says when a row was written, not what it should be.
func fieldsOf(k callas.Kind) []field { return fields(reflect.TypeOf(callas.NewRow(k)).Elem()) }

// shapes is the fields of every kind.
func shapes() map[callas.Kind][]field {
	m := map[callas.Kind][]field{}
	for _, k := range Kinds {
		m[k] = fieldsOf(k)
	}
	return m
}

func fields(t reflect.Type) []field {
	var out []field
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != "" && name != revision {
			out = append(out, field{name, f.Index})
		}
	}
	return out
}

// revision is the one field that files may carry and nobody reads.
const revision = "rev"

func names(fs []field) []string {
	out := make([]string, len(fs))
	for i, f := range fs {
		out[i] = f.name
	}
	return out
}

func find(fs []field, name string) (field, bool) {
	for _, f := range fs {
		if f.name == name {
			return f, true
		}
	}
	return field{}, false
}

// blank is a row of which nothing is said yet. An agent is enabled and may not
// call as anyone unless the file says otherwise.
func blank(k callas.Kind) callas.Row {
	switch k {
	case callas.KindService:
		return &callas.Service{Numbers: []callas.Number{}}
	case callas.KindProfile:
		return &callas.Profile{Services: []string{}}
	case callas.KindAgent:
		return &callas.Agent{
			Enabled: true, Direction: callas.DirectionNone,
			Aliases: []string{}, Profiles: []string{}, Responsible: map[string][]string{},
		}
	}
	return callas.NewRow(k)
}

// A line is one row as the import route takes it.
type line struct {
	Kind   callas.Kind     `json:"kind"`
	ID     string          `json:"id,omitempty"`
	Delete bool            `json:"delete,omitempty"`
	Row    json.RawMessage `json:"row,omitempty"`
}

// object writes a row as a JSON object of fs, those it does not say left out.
func object(row callas.Row, fs []field) (json.RawMessage, error) {
	out := []byte{'{'}
	for _, f := range fs {
		v := f.of(row)
		if !written(v) {
			continue
		}
		value, err := json.Marshal(v.Interface())
		if err != nil {
			return nil, err
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(out, '"')
		out = append(append(out, f.name...), '"', ':')
		out = append(out, value...)
	}
	return append(out, '}'), nil
}
