package state

import (
	"slices"
	"strings"

	"callas"
)

// NormalAlias returns the form in which aliases are compared: two aliases with the
// same form are one. It is never for showing, and normalising it again changes nothing.
//
//	sip:Anna@Nordhang.Example:5060;transport=udp   anna@nordhang.example
//	tel:+44-20-7946-0201                           +442079460201
//	2001                                           2001
//
// A SIP user is lower-cased too, against the letter of RFC 3261 19.1.4: platforms
// disagree on its case, and two agents who differ in nothing else would be a trap.
// A port other than the default ones stays: behind it is another server.
func NormalAlias(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	for {
		scheme, rest, ok := strings.Cut(s, ":")
		if !ok || scheme != "sip" && scheme != "sips" && scheme != "tel" {
			break
		}
		s = strings.TrimSpace(rest)
	}
	if at := strings.LastIndexByte(s, '@'); at >= 0 {
		return s[:at] + "@" + normalHost(s[at+1:])
	}
	return normalNumber(normalHost(s))
}

// normalHost drops parameters, headers and default ports.
func normalHost(s string) string {
	if i := strings.IndexAny(s, ";?"); i >= 0 {
		s = s[:i]
	}
	for {
		t := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSpace(s), ":5060"), ":5061")
		if t == s {
			return s
		}
		s = t
	}
}

// normalNumber drops the visual separators (RFC 3966) of an international number.
// Without its +, what looks like a number may be a host.
func normalNumber(s string) string {
	if !strings.HasPrefix(s, "+") || strings.Trim(s, "+0123456789-.() ") != "" {
		return s
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("-.() ", r) {
			return -1
		}
		return r
	}, s)
}

func normalAliases(a *callas.Agent) []string {
	out := make([]string, 0, len(a.Aliases))
	for _, alias := range a.Aliases {
		if n := NormalAlias(alias); n != "" {
			out = append(out, n)
		}
	}
	return distinct(out)
}

// distinct sorts texts in place and drops those that come twice.
func distinct(texts []string) []string {
	slices.Sort(texts)
	return slices.Compact(texts)
}
