package rowfile

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"callas"
	"callas/hint"
)

// json reads objects one after the other, or an array of them. An object is a row,
// a line of NDJSON, or sections by kind.
func (r *reader) json(from io.Reader) {
	text := &lineCounter{from: from}
	j := &jsonReader{reader: r, dec: json.NewDecoder(text), text: text}
	for {
		err := j.value(r.kind)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			r.problem(j.line(), "%s", jsonError(err))
			return
		}
	}
}

type jsonReader struct {
	*reader
	dec  *json.Decoder
	text *lineCounter
}

func (j *jsonReader) line() int { return j.text.line(j.dec.InputOffset()) }

// value reads what comes next where rows of kind may stand. io.EOF: nothing does.
func (j *jsonReader) value(kind callas.Kind) error {
	token, err := j.dec.Token()
	switch {
	case err != nil:
		return err
	case token == json.Delim('['):
		return j.array(kind)
	case token == json.Delim('{'):
		return j.object(kind)
	}
	j.problem(j.line(), "want a row in braces, such as {\"id\": \"ann\", ...}")
	return nil
}

func (j *jsonReader) array(kind callas.Kind) error {
	for j.dec.More() {
		if err := j.value(kind); err != nil {
			return whole(err)
		}
	}
	_, err := j.dec.Token()
	return whole(err)
}

// object reads a row, a line or sections: which of them its first key tells.
func (j *jsonReader) object(kind callas.Kind) error {
	start, wrong := j.line(), j.batch.wrong
	values := map[string]json.RawMessage{}
	var keys []string
	for j.dec.More() {
		key, err := j.dec.Token()
		if err != nil {
			return whole(err)
		}
		name, _ := key.(string)
		if k, ok := sectionKind(name); ok && len(keys) == 0 {
			if err := j.inSection(k); err != nil {
				return whole(err)
			}
			continue
		}
		var raw json.RawMessage
		if err := j.dec.Decode(&raw); err != nil {
			return whole(err)
		}
		if slices.Contains(keys, name) {
			j.problem(j.line(), "key %q stands twice in this row", name)
		}
		keys, values[name] = append(keys, name), raw
	}
	if _, err := j.dec.Token(); err != nil {
		return whole(err)
	}
	if len(keys) > 0 && j.batch.wrong == wrong {
		j.row(start, kind, values)
	}
	return nil
}

// inSection reads the list after a section's name.
func (j *jsonReader) inSection(kind callas.Kind) error {
	token, err := j.dec.Token()
	if err != nil {
		return err
	}
	if token != json.Delim('[') {
		return errors.New("want a list of " + Section(kind) + " in brackets")
	}
	return j.array(kind)
}

func sectionKind(name string) (callas.Kind, bool) {
	for _, k := range Kinds {
		if Section(k) == name {
			return k, true
		}
	}
	return "", false
}

// row reads the values of a row, or of a line that holds or deletes one.
func (j *jsonReader) row(n int, kind callas.Kind, values map[string]json.RawMessage) {
	if raw, ok := values["kind"]; ok {
		var name string
		json.Unmarshal(raw, &name)
		k, err := ParseKind(name)
		if err != nil {
			j.problem(n, "%s", err)
			return
		}
		kind = k
		delete(values, "kind")
	}
	_, holds := values["row"]
	_, deletes := values["delete"]
	if !holds && !deletes {
		j.fields(n, kind, values)
		return
	}
	for name := range values {
		if known := []string{"row", "id", "delete"}; !slices.Contains(known, name) {
			j.problem(n, "unknown key %q beside row or delete%s", name, hint.OneOf(name, known))
			return
		}
	}
	if string(values["delete"]) == "true" {
		var id string
		if json.Unmarshal(values["id"], &id) != nil || callas.CheckID(id) != nil || holds {
			j.problem(n, "want {\"kind\":\"agent\",\"id\":\"ann\",\"delete\":true}")
			return
		}
		j.put(n, id, line{Kind: kind, ID: id, Delete: true})
		return
	}
	inner := map[string]json.RawMessage{}
	if err := json.Unmarshal(values["row"], &inner); err != nil {
		j.problem(n, "row: want a row in braces")
		return
	}
	j.fields(n, kind, inner)
}

// fields fills a row.
func (j *jsonReader) fields(n int, kind callas.Kind, values map[string]json.RawMessage) {
	row, fs, wrong := blank(kind), j.batch.shapes[kind], j.batch.wrong
	for _, name := range slices.Sorted(maps.Keys(values)) {
		f, ok := find(fs, name)
		raw := values[name]
		if name == revision || string(raw) == "null" {
			continue
		}
		if !ok {
			j.problem(n, "unknown key %q%s", name, hint.OneOf(name, names(fs)))
			continue
		}
		if err := decode(raw, f.of(row)); err != nil {
			j.problem(n, "%s: %s", name, err)
		}
	}
	if j.batch.wrong == wrong {
		j.add(n, row)
	}
}

// whole makes an end within a value an error of its own.
func whole(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func jsonError(err error) string {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return "ends in the middle of a value"
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}
