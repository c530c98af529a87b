package wire

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"callas/hint"
)

// A cursor is where reading has come to.
type cursor struct {
	b []byte
	s string // b again, where the strings read may be parts of it; each is a copy of its own where empty
	i int
}

// object reads {"name": ...}, and calls value with the cursor before each value.
func (in *cursor) object(at string, value func(name string) error) error {
	if !in.take('{') {
		return wrong(at, "%s, want an object", in.kind())
	}
	if in.take('}') {
		return nil
	}
	for {
		if in.next() != '"' {
			return in.broken()
		}
		name, err := in.text(at, "")
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

// members reads an object that has some of the names (64 at most), each at most once.
func (in *cursor) members(at string, names []string, value func(name string) error) error {
	var seen uint64 // a bit for each of names
	return in.object(at, func(name string) error {
		i := slices.Index(names, name)
		switch {
		case i < 0:
			return wrong(at+"/"+Escape(name), "unknown field %.64q%s", name, hint.DidYouMean(name, slices.Values(names)))
		case seen&(1<<i) != 0:
			return wrong(at+"/"+name, "is there twice: send it once")
		}
		seen |= 1 << i
		return value(name)
	})
}

// string reads a member that must be a string.
func (in *cursor) string(at, name string) (string, error) {
	if in.next() == '"' {
		return in.text(at, name)
	}
	hint := ""
	if in.next() == 'n' && name == "call_as" {
		hint = ` (write "none" to call as the agent, or leave it out for the agent's selection)`
	}
	return "", wrong(at+"/"+name, "%s, want a string%s", in.kind(), hint)
}

// text reads a string. One without escapes is its bytes as they are; others go
// through encoding/json. Half a surrogate pair is refused rather than replaced.
func (in *cursor) text(at, name string) (string, error) {
	start := in.i
	plain, ascii := true, true
	for i := in.i + 1; i < len(in.b); i++ {
		switch c := in.b[i]; {
		case c == '"':
			in.i = i + 1
			raw := in.b[start+1 : i]
			if !ascii && !utf8.Valid(raw) {
				return "", wrong(join(at, name), "is not valid UTF-8")
			}
			if plain && in.s != "" {
				return in.s[start+1 : i], nil
			}
			if plain {
				return string(raw), nil
			}
			var s string
			if err := json.Unmarshal(in.b[start:in.i], &s); err != nil {
				return "", wrong(join(at, name), "holds a bad escape")
			}
			if strings.ContainsRune(s, utf8.RuneError) {
				return "", wrong(join(at, name), "holds U+FFFD or half a surrogate pair")
			}
			return s, nil
		case c >= utf8.RuneSelf:
			ascii = false
		case c == '\\':
			plain = false
			i++
		case c < ' ':
			in.i = i
			return "", wrong(join(at, name), "holds a control character: escape it")
		}
	}
	in.i = len(in.b)
	return "", in.broken()
}

// join is the pointer to a member of what is at a pointer; to that itself without a name.
func join(at, name string) string {
	if name == "" {
		return at
	}
	return at + "/" + name
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
		return wrong("", "the JSON ends too early, at byte %d", in.i)
	}
	return wrong("", "%q at byte %d is no JSON", in.b[in.i], in.i)
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

// Escape writes a name as a part of a JSON pointer (RFC 6901).
func Escape(name string) string {
	if !strings.ContainsAny(name, "~/") {
		return name
	}
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}
