package settings

import (
	"time"

	"callas"
)

// A Wish is what an agent asks of its session:
//
//	{"profile":"day"|null, "call_as":"help"|null, "expires_in":"8h"|null}
//
// Each may be left out. A null profile is off duty, a null call_as is None, and with a
// null expires_in the selection has no end of its own.
type Wish struct {
	Profile   Choice
	CallAs    Choice
	ExpiresIn Span
}

// A Choice is an id, none, or nothing said.
type Choice struct {
	Said bool
	ID   string // empty: none
}

// A Span is a duration, endless, or nothing said.
type Span struct {
	Said  bool
	After time.Duration // 0: endless
}

// ParseWish reads a wish from JSON, strictly.
func ParseWish(body []byte) (Wish, []callas.Problem) {
	parsed, problems := parse(body)
	if problems != nil {
		return Wish{}, problems
	}
	var in struct {
		Profile   string `json:"profile"`
		CallAs    string `json:"call_as"`
		ExpiresIn string `json:"expires_in"`
	}
	if problems := bind(parsed, &in); len(problems) > 0 {
		return Wish{}, problems
	}
	object, ok := parsed.(map[string]any)
	if !ok {
		return Wish{}, problem("", "wants an object, not null")
	}
	said := func(field string) bool { _, ok := object[field]; return ok }
	wish := Wish{
		Profile: Choice{Said: said("profile"), ID: in.Profile},
		CallAs:  Choice{Said: said("call_as"), ID: in.CallAs},
	}
	if in.CallAs == callas.CallAsNone {
		wish.CallAs.ID = ""
	}
	if said("expires_in") {
		wish.ExpiresIn.Said = true
		if object["expires_in"] != nil {
			d, err := time.ParseDuration(in.ExpiresIn)
			if err != nil || d <= 0 || d > MaxSelectionLife {
				return Wish{}, problem("/expires_in", "%q is no time from now: write 30m or 8h, at most %d days, or null for no end",
					in.ExpiresIn, int(MaxSelectionLife.Hours()/24))
			}
			wish.ExpiresIn.After = d
		}
	}
	return wish, nil
}
