package web

import (
	"encoding/json"
	"errors"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"callas"
	"callas/client"
)

// create makes a row that is not there yet. Who gives no id gets one made of the name.
func (v *visit) create(k callas.Kind, id, name string, row map[string]any) (string, json.RawMessage, mistake, error) {
	if id == "" {
		if id = idOf(name); name == "" {
			return id, nil, mistake{"/name": v.say("create.no_name")}, nil
		}
	}
	if err := callas.CheckID(id); err != nil {
		return id, nil, mistake{"/id": err.Error()}, nil
	}
	made, err := v.api.Create(v.r.Context(), k, id, row, "")
	var p *client.Problem
	switch {
	case err == nil:
		return id, made, nil, nil
	case errors.As(err, &p) && p.Says("precondition-failed"):
		return id, nil, mistake{"/id": v.say("create.taken", id)}, nil
	case errors.As(err, &p) && len(p.Errors) > 0:
		return id, nil, mistakesOf(p), nil
	}
	return id, nil, nil, err
}

// idOf makes an id of a name: Help Call Center becomes help-call-center. Empty where the
// name has no letter or digit for one.
func idOf(name string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(name)) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r):
			// what was above or below a letter
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	id := b.String()
	return strings.Trim(id[:min(len(id), callas.MaxID)], "-")
}
