package settings

import (
	"slices"
	"strings"
	"time"

	"callas/source"
	"callas/state"
)

func trim(texts ...*string) {
	for _, s := range texts {
		*s = strings.TrimSpace(*s)
	}
}

// canonical drops what people put into numbers to read them: "+44 (20) 7946-0100",
// "tel:+44.20.7946.0100". It adds nothing: a number without its country is for a rule
// to refuse, not to guess at.
func canonical(number string) string {
	number = strings.TrimPrefix(strings.TrimSpace(number), "tel:")
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -./()\u00a0\u2007\u202f\u2010\u2011", r) {
			return -1
		}
		return r
	}, number)
}

// set returns items trimmed, sorted and each once; never nil. The list itself comes
// back where it is so already.
func set(items []string, trimmed func(string) string) []string {
	if isSet(items, trimmed) {
		return items
	}
	out := make([]string, len(items))
	for i, s := range items {
		out[i] = trimmed(s)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// isSet reports whether items are a set already.
func isSet(items []string, trimmed func(string) string) bool {
	for i, s := range items {
		if trimmed(s) != s || i > 0 && items[i-1] >= s {
			return false
		}
	}
	return items != nil
}

// aliases returns a set of which no two find the same agent in the same way.
func aliases(items []string) []string {
	out := set(items, strings.TrimSpace)
	if len(out) < 2 {
		return out
	}
	seen := make(map[string]bool, len(out))
	for i, s := range out {
		form := state.NormalAlias(s)
		if !seen[form] {
			seen[form] = true
			continue
		}
		kept := slices.Clone(out[:i])
		for _, s := range out[i+1:] {
			if form := state.NormalAlias(s); !seen[form] {
				seen[form] = true
				kept = append(kept, s)
			}
		}
		return kept
	}
	return out
}

func moment(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	m := source.Moment(*t)
	return &m
}

// normalDuration writes a duration in its shortest form, "90m" as "1h30m"; what is no
// duration stays, for a rule to refuse.
func normalDuration(s string) string {
	s = strings.TrimSpace(s)
	d, err := time.ParseDuration(s)
	if err != nil {
		return s
	}
	out := d.String()
	if strings.HasSuffix(out, "m0s") {
		out = strings.TrimSuffix(out, "0s")
	}
	if strings.HasSuffix(out, "h0m") {
		out = strings.TrimSuffix(out, "0m")
	}
	return out
}
