package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxFile is the largest configuration file, in bytes.
const maxFile = 1 << 20

// An entry is a key's value in a file, and where it stands: "callas.yaml:3".
type entry struct {
	node  *yaml.Node
	place string
}

func readFile(path string) (map[string]entry, []error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, []error{fmt.Errorf("config file: %w", err)}
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, []error{fmt.Errorf("config file: %w", err)}
	}
	if len(text) > maxFile {
		return nil, []error{fmt.Errorf("config file %s is larger than %d bytes: is it the right one?", path, maxFile)}
	}
	return Parse(path, text)
}

// Parse reads a configuration file's text: its values by key, and all that is
// wrong with their keys. name is what the errors call it.
func Parse(name string, text []byte) (map[string]entry, []error) {
	var doc yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(text))
	err := dec.Decode(&doc)
	if errors.Is(err, io.EOF) {
		return map[string]entry{}, nil
	}
	if err != nil {
		return nil, []error{fmt.Errorf("%s: %s", name, strings.TrimPrefix(err.Error(), "yaml: "))}
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, []error{fmt.Errorf("%s: holds more than one document: remove the line ---", name)}
	}
	w := walk{name: name, entries: map[string]entry{}}
	w.mapping("", doc.Content[0])
	return w.entries, w.problems
}

// A walk goes down a file's mappings and collects.
type walk struct {
	name     string
	entries  map[string]entry
	problems []error
}

func (w *walk) problem(n *yaml.Node, format string, args ...any) {
	w.problems = append(w.problems, fmt.Errorf("%s:%d: "+format, append([]any{w.name, n.Line}, args...)...))
}

func (w *walk) mapping(prefix string, n *yaml.Node) {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return
	}
	if n.Kind != yaml.MappingNode {
		w.problem(n, "want keys and values here, such as %s: ...", strings.TrimPrefix(w.known(prefix)[0], prefix))
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		key := prefix + name.Value
		if line, twice := seen[key]; twice {
			w.problem(name, "key %q is there already, at line %d", key, line)
			continue
		}
		seen[key] = name.Line
		switch {
		case value.Kind == yaml.AliasNode:
			w.problem(name, "key %q: write the value out instead of *%s", key, value.Value)
		case w.section(key):
			w.mapping(key+".", value)
		case isKey(key):
			w.entries[key] = entry{value, fmt.Sprintf("%s:%d", w.name, name.Line)}
		default:
			w.problem(name, "unknown key %q%s", key, hintOf(key, w.known("")))
		}
	}
}

// section reports whether there are keys below key.
func (w *walk) section(key string) bool { return len(w.known(key+".")) > 0 }

// known lists the keys that begin with prefix.
func (w *walk) known(prefix string) []string {
	var keys []string
	for _, s := range Table {
		if strings.HasPrefix(s.Key, prefix) {
			keys = append(keys, s.Key)
		}
	}
	return keys
}

func isKey(key string) bool {
	for _, s := range Table {
		if s.Key == key {
			return true
		}
	}
	return false
}
