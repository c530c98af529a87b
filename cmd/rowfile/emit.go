package rowfile

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"callas"
)

// rowNode writes a row as YAML, the fields it does not say left out.
func rowNode(row callas.Row, fs []field) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, f := range fs {
		if v := f.of(row); written(v) {
			n.Content = append(n.Content, text(f.name), valueNode(v))
		}
	}
	return n
}

// valueNode writes a value: lists of words in one line, what is deeper below it.
func valueNode(v reflect.Value) *yaml.Node {
	if t, ok := v.Interface().(time.Time); ok {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!timestamp", Value: t.Format(time.RFC3339Nano)}
	}
	switch v.Kind() {
	case reflect.Pointer:
		return valueNode(v.Elem())
	case reflect.Slice:
		n := &yaml.Node{Kind: yaml.SequenceNode}
		if v.Type().Elem().Kind() == reflect.String {
			n.Style = yaml.FlowStyle
		}
		for i := range v.Len() {
			n.Content = append(n.Content, valueNode(v.Index(i)))
		}
		return n
	case reflect.Map:
		n := &yaml.Node{Kind: yaml.MappingNode}
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, k := range keys {
			n.Content = append(n.Content, text(k.String()), valueNode(v.MapIndex(k)))
		}
		return n
	case reflect.Struct:
		n := &yaml.Node{Kind: yaml.MappingNode}
		for _, f := range fields(v.Type()) {
			if part := v.FieldByIndex(f.index); written(part) && !part.IsZero() {
				n.Content = append(n.Content, text(f.name), valueNode(part))
			}
		}
		return n
	case reflect.String:
		return text(v.String())
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: fmt.Sprint(v.Interface())}
}

// text is a string; the encoder quotes what would read as something else.
func text(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s} }

// ReadRow reads a line of an export: its row, or nil where it holds none of Kinds.
func ReadRow(text []byte) (callas.Row, error) {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	if !slices.Contains(Kinds, l.Kind) {
		return nil, nil
	}
	row := blank(l.Kind)
	if err := json.Unmarshal(l.Row, row); err != nil {
		return nil, fmt.Errorf("export: %s: %w", l.Kind, err)
	}
	return row, nil
}
