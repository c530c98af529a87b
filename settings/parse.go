package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"callas"
)

// maxNesting is how deep JSON may go: no row needs more than five levels.
const maxNesting = 16

// parser reads JSON into map[string]any, []any, string, json.Number, bool and nil. It
// refuses what encoding/json lets pass: a key given twice, bytes that are no UTF-8.
type parser struct {
	dec      *json.Decoder
	problems []callas.Problem
}

// parse reads one JSON value and nothing behind it. With problems there is no value.
func parse(body []byte) (any, []callas.Problem) {
	if !utf8.Valid(body) {
		return nil, problem("", "is not valid UTF-8")
	}
	p := &parser{dec: json.NewDecoder(bytes.NewReader(body))}
	p.dec.UseNumber()
	value, err := p.value("", 0)
	if err == nil {
		if _, behind := p.dec.Token(); behind != io.EOF {
			err = errors.New("something follows the first value")
		}
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("it ends too early")
	}
	if err != nil {
		return nil, problem("", "is not JSON: at byte %d: %v", p.dec.InputOffset(), err)
	}
	if len(p.problems) > 0 {
		return nil, p.problems
	}
	return value, nil
}

func (p *parser) value(pointer string, depth int) (any, error) {
	if depth > maxNesting {
		return nil, fmt.Errorf("nested deeper than %d levels", maxNesting)
	}
	token, err := p.dec.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return p.object(pointer, depth)
	case json.Delim('['):
		return p.list(pointer, depth)
	}
	return token, nil
}

func (p *parser) object(pointer string, depth int) (any, error) {
	out := map[string]any{}
	for p.dec.More() {
		token, err := p.dec.Token()
		if err != nil {
			return nil, err
		}
		key := token.(string) // the decoder lets nothing else be a key
		at := pointer + "/" + escape(key)
		value, err := p.value(at, depth+1)
		if err != nil {
			return nil, err
		}
		if _, twice := out[key]; twice && len(p.problems) < MaxFindings {
			p.problems = append(p.problems, problem(at, "is given twice")...)
		}
		out[key] = value
	}
	_, err := p.dec.Token()
	return out, err
}

func (p *parser) list(pointer string, depth int) (any, error) {
	out := []any{}
	for p.dec.More() {
		value, err := p.value(pointer+"/"+strconv.Itoa(len(out)), depth+1)
		if err != nil {
			return nil, err
		}
		out = append(out, value)
	}
	_, err := p.dec.Token()
	return out, err
}

// problem is a list of one.
func problem(pointer, format string, args ...any) []callas.Problem {
	return []callas.Problem{{Pointer: pointer, Detail: fmt.Sprintf(format, args...)}}
}

// escape writes a key as a part of a JSON pointer (RFC 6901).
func escape(key string) string {
	if !strings.ContainsAny(key, "~/") {
		return key
	}
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
}
