package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"callas/hint"
)

// parse reads a setting as flags, variables and defaults write it. place is what
// an error begins with.
func (s Setting) parse(text string, into any, place string) error {
	switch into := into.(type) {
	case *string:
		if s.OneOf != nil && !slices.Contains(s.OneOf, text) {
			return fmt.Errorf("%s: %q is none of %s%s", place, text, strings.Join(s.OneOf, ", "), hintOf(text, s.OneOf))
		}
		*into = text
	case *int:
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return fmt.Errorf("%s: %q is no count: write 0 or a whole number, such as %s", place, text, s.example())
		}
		*into = n
	case *[]string:
		*into = list(text)
	case *time.Duration:
		d, err := ParseDuration(text)
		if err != nil {
			return fmt.Errorf("%s: %w", place, err)
		}
		*into = d
	case *map[string][]string:
		m, err := lists(text)
		if err != nil {
			return fmt.Errorf("%s: %w", place, err)
		}
		*into = m
	default:
		return fmt.Errorf("%s: the table gives it a %T, which nothing parses", place, into)
	}
	return nil
}

// parseNode reads a setting as a YAML file writes it: lists as sequences, too.
func (s Setting) parseNode(n *yaml.Node, into any, place string) error {
	switch into := into.(type) {
	case *[]string:
		if n.Kind == yaml.SequenceNode {
			items, err := scalars(n)
			if err != nil {
				return fmt.Errorf("%s: %w", place, err)
			}
			*into = items
			return nil
		}
	case *map[string][]string:
		if n.Kind == yaml.MappingNode {
			m := map[string][]string{}
			for i := 0; i+1 < len(n.Content); i += 2 {
				items, err := scalars(n.Content[i+1])
				if err != nil {
					return fmt.Errorf("%s.%s: %w", place, n.Content[i].Value, err)
				}
				m[n.Content[i].Value] = items
			}
			*into = m
			return nil
		}
	}
	if n.Kind != yaml.ScalarNode {
		return fmt.Errorf("%s: want one value, such as %s", place, s.example())
	}
	if n.Tag == "!!null" {
		return s.parse(s.Default, into, place)
	}
	return s.parse(n.Value, into, place)
}

func (s Setting) example() string {
	if s.Default == "" {
		return "text"
	}
	return s.Default
}

// scalars reads a sequence of plain values. Their text counts, not their YAML
// type: 112 is the digits 1 1 2.
func scalars(n *yaml.Node) ([]string, error) {
	if n.Kind == yaml.ScalarNode {
		return list(n.Value), nil
	}
	if n.Kind != yaml.SequenceNode {
		return nil, fmt.Errorf("want a list, such as [a, b]")
	}
	items := []string{}
	for _, c := range n.Content {
		if c.Kind != yaml.ScalarNode {
			return nil, fmt.Errorf("want a list of plain values, such as [a, b]")
		}
		items = append(items, c.Value)
	}
	return items, nil
}

func list(text string) []string {
	var items []string
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

// lists reads CH=1414,145;GB=18000.
func lists(text string) (map[string][]string, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	m := map[string][]string{}
	for part := range strings.SplitSeq(text, ";") {
		key, items, ok := strings.Cut(part, "=")
		if !ok {
			return nil, fmt.Errorf("%q: want COUNTRY=number,number;COUNTRY=number", part)
		}
		m[strings.TrimSpace(key)] = list(items)
	}
	return m, nil
}

// ParseDuration reads Go's durations, and days: 90d.
func ParseDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if days, ok := strings.CutSuffix(text, "d"); ok {
		var n int
		n, err = strconv.Atoi(days)
		d = time.Duration(n) * 24 * time.Hour
	}
	if err != nil {
		return 0, fmt.Errorf("%q is no duration: write 50ms, 10s, 5m, 8h or 90d", text)
	}
	if d < 0 {
		return 0, fmt.Errorf("%q is negative", text)
	}
	return d, nil
}

func hintOf(word string, known []string) string {
	if near := hint.Nearest(word, slices.Values(known)); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	return ""
}
