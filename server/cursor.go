package server

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// A cursor reads the little JSON that a question is made of: an object of strings.
// It is read by hand because every call passes here, and strictly because a
// misspelt or doubled call_as must never be overlooked.
type cursor struct {
	b []byte
	i int
}

// object reads {"name": ...}, and calls value with the cursor before each value.
func (in *cursor) object(at string, value func(name string) error) error {
	if !in.take('{') {
		return badAt(at, "%s, want an object", in.kind())
	}
	if in.take('}') {
		return nil
	}
	for {
		if in.next() != '"' {
			return in.broken()
		}
		name, err := in.text(at)
		if err != nil {
			return err
		}
		if !in.take(':') {
			return in.broken()
		}
		if err := value(name); err != nil {
			return err
		}
		if in.take('}') {
			return nil
		}
		if !in.take(',') {
			return in.broken()
		}
	}
}

// text reads a string. One without escapes is a copy of its bytes; others go
// through encoding/json. Half a surrogate pair is refused rather than replaced.
func (in *cursor) text(at string) (string, error) {
	start := in.i
	plain := true
	for i := in.i + 1; i < len(in.b); i++ {
		switch c := in.b[i]; {
		case c == '"':
			in.i = i + 1
			raw := in.b[start+1 : i]
			if !utf8.Valid(raw) {
				return "", badAt(at, "is not valid UTF-8")
			}
			if plain {
				return string(raw), nil
			}
			var s string
			if err := json.Unmarshal(in.b[start:in.i], &s); err != nil {
				return "", badAt(at, "holds a bad escape")
			}
			if strings.ContainsRune(s, utf8.RuneError) {
				return "", badAt(at, "holds U+FFFD or half a surrogate pair")
			}
			return s, nil
		case c == '\\':
			plain = false
			i++
		case c < ' ':
			in.i = i
			return "", badAt(at, "holds a control character: escape it")
		}
	}
	in.i = len(in.b)
	return "", in.broken()
}

// next is the first byte that is not white space; 0 at the end.
func (in *cursor) next() byte {
	for in.i < len(in.b) {
		switch c := in.b[in.i]; c {
		case ' ', '\t', '\r', '\n':
			in.i++
		default:
			return c
		}
	}
	return 0
}

func (in *cursor) take(c byte) bool {
	if in.next() != c {
		return false
	}
	in.i++
	return true
}

func (in *cursor) end() error {
	if in.next() != 0 || in.i < len(in.b) {
		return in.broken()
	}
	return nil
}

func (in *cursor) broken() error {
	if in.i >= len(in.b) {
		return badAt("", "the JSON ends too early, at byte %d", in.i)
	}
	return badAt("", "%q at byte %d is no JSON", in.b[in.i], in.i)
}

// kind names what stands at the cursor, in JSON's words.
func (in *cursor) kind() string {
	switch c := in.next(); {
	case c == '"':
		return "is a string"
	case c == '{':
		return "is an object"
	case c == '[':
		return "is an array"
	case c == 't' || c == 'f':
		return "is a boolean"
	case c == 'n':
		return "is null"
	case c == '-' || c >= '0' && c <= '9':
		return "is a number"
	case c == 0:
		return "is missing"
	}
	return "is no JSON"
}

// pointerName escapes a name for a JSON pointer (RFC 6901).
func pointerName(name string) string {
	if !strings.ContainsAny(name, "~/") {
		return name
	}
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}
