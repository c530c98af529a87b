package rowfile

import (
	"io"
	"slices"

	"go.yaml.in/yaml/v3"

	"callas"
	"callas/hint"
)

// yaml reads documents of sections. A document is held in memory at a time, so a
// large file is best written as several, as export does.
func (r *reader) yaml(from io.Reader) {
	dec := yaml.NewDecoder(from)
	for {
		var doc yaml.Node
		if err := dec.Decode(&doc); err != nil {
			r.broken(1, err)
			return
		}
		r.document(doc.Content[0])
	}
}

func (r *reader) document(n *yaml.Node) {
	switch {
	case isNull(n):
		return
	case n.Kind == yaml.SequenceNode:
		r.section(r.kind, n)
		return
	case n.Kind != yaml.MappingNode:
		r.problem(n.Line, "want sections, such as agents: followed by a list of agents")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		kind := callas.Kind("")
		for _, k := range Kinds {
			if Section(k) == name.Value {
				kind = k
			}
		}
		if kind == "" {
			r.problem(name.Line, "unknown section %q%s", name.Value, hint.OneOf(name.Value, sections()))
			continue
		}
		r.section(kind, value)
	}
}

func sections() []string {
	var out []string
	for _, k := range Kinds {
		out = append(out, Section(k))
	}
	return out
}

func (r *reader) section(kind callas.Kind, n *yaml.Node) {
	if isNull(n) {
		return
	}
	if n.Kind != yaml.SequenceNode {
		r.problem(n.Line, "want a list of %s, each beginning with - id: ...", Section(kind))
		return
	}
	for _, item := range n.Content {
		r.mapping(kind, item)
	}
}

// mapping reads one row.
func (r *reader) mapping(kind callas.Kind, n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		r.problem(n.Line, "want a row of keys and values, such as {id: ann, name: Ann Smith}")
		return
	}
	wrong := r.batch.wrong
	row, fs := blank(kind), r.batch.shapes[kind]
	var seen []string
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		f, ok := find(fs, name.Value)
		switch {
		case name.Value == revision:
		case !ok:
			r.problem(name.Line, "unknown key %q%s", name.Value, hint.OneOf(name.Value, names(fs)))
		case slices.Contains(seen, f.name):
			r.problem(name.Line, "key %q stands twice in this row", f.name)
		default:
			seen = append(seen, f.name)
			r.node(f.name, f.of(row), value)
		}
	}
	if r.batch.wrong == wrong {
		r.add(n.Line, row)
	}
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }
