package dialplan

import (
	"strings"

	"callas"
)

// emergencies knows every emergency number that counts, and what may stand before
// one. An emergency number is told by its digits alone, so no host, no parameter
// and no pattern can hide it:
//
//	112                       as it is
//	9-911  0112  1911         behind an outside-line, national or international
//	9 0 112                   prefix, or two of them. 9 and 0 count in every plan:
//	                          they are what people dial out of habit
//	*67 911  *31#112  141 999 behind a code that withholds the caller's number
//	18001 999                 behind the British text relay
//	+44 999  0044 999         behind a calling code, where it is no possible number
//	112#  112,,1              before a send key or a pause
//
// Never by its first digits: 118 118 asks for a directory, 2112 is an extension,
// 0113 496 0112 a number in Leeds. Two-digit numbers (15, 17, 18 in France) count
// as they are and behind one prefix only; 9 0 15 may be anything.
//
// What stands for it afterwards is the bare number, so that it classifies the
// same way again.
type emergencies struct {
	uris     map[string]string // bare number -> tel:112;phone-context=+44
	prefixes []string          // outside-line, national, international, and the habitual 0 and 9
	codes    []string          // what changes a call but is not part of its number
	longest  int               // of all numbers
}

// callCodes come before a number and change how the call is made: 141 and 1470
// withhold and show the caller's number in Britain (BT), 18001 and 18002 go
// through the text relay (Relay UK), 3651 withholds in France (Orange). Codes with
// * or # need no table.
var callCodes = []string{"141", "1470", "18001", "18002", "3651"}

func newEmergencies(homeCode string, numbers, prefixes []string) emergencies {
	e := emergencies{uris: map[string]string{}, codes: callCodes}
	for _, n := range numbers {
		e.uris[n] = "tel:" + n + ";phone-context=+" + homeCode
		e.longest = max(e.longest, len(n))
	}
	seen := map[string]bool{"": true}
	for _, x := range append([]string{"0", "9"}, prefixes...) {
		if !seen[x] {
			seen[x] = true
			e.prefixes = append(e.prefixes, x)
		}
	}
	return e
}

// find returns the emergency number that digits lead to, or "".
func (e emergencies) find(digits string) string {
	if len(digits) > e.longest+12 {
		return ""
	}
	if n := e.behind(digits, 2); n != "" || !strings.ContainsAny(digits, "*#") {
		return n
	}
	digits = strings.Trim(digits, "*#")
	if at := strings.LastIndexAny(digits, "*#"); at >= 0 {
		return e.behind(digits[at+1:], 1)
	}
	for _, code := range []int{0, 2, 3} { // *911, *67 911, *167 911; *17 is a feature code
		if code < len(digits) {
			if n := e.behind(digits[code:], 1); len(n) > 2 {
				return n
			}
		}
	}
	return ""
}

// behind finds an emergency number behind at most depth prefixes.
func (e emergencies) behind(digits string, depth int) string {
	if len(digits) <= e.longest {
		if _, ok := e.uris[digits]; ok {
			return digits
		}
	}
	if depth == 0 {
		return ""
	}
	for _, x := range e.prefixes {
		if rest, ok := strings.CutPrefix(digits, x); ok {
			if n := e.behind(rest, depth-1); n != "" && (len(n) > 2 || len(n) == len(rest) && depth == 2) {
				return n
			}
		}
	}
	for _, x := range e.codes {
		if rest, ok := strings.CutPrefix(digits, x); ok {
			if n := e.behind(rest, depth-1); len(n) > 2 {
				return n
			}
		}
	}
	return ""
}

// emergencyTarget reports whether d leads to an emergency number, and to which.
func (p *Plan) emergencyTarget(d dialled) (callas.Target, bool) {
	n := p.emergency.find(d.digits)
	if n == "" {
		n = p.emergencyAbroad(d)
	}
	if n == "" {
		return callas.Target{}, false
	}
	return callas.Target{Class: callas.Emergency, Number: n, URI: p.emergency.uris[n]}, true
}

// emergencyAbroad finds an emergency number behind a calling code. Networks do not
// route +44 999, and no subscriber can have it: someone needs help.
func (p *Plan) emergencyAbroad(d dialled) string {
	digits := d.digits
	if len(digits) > p.emergency.longest+12 {
		return ""
	}
	if !d.plus {
		var ok bool
		if digits, ok = strings.CutPrefix(digits, p.international); !ok {
			return ""
		}
	}
	_, national, code := p.world.split(digits)
	if code == nil {
		return ""
	}
	n := p.emergency.behind(national, 1)
	if n != "" && !code.hasTrunk(national) && code.possible(national) {
		return ""
	}
	return n
}

// urn classifies what follows "urn:". Service labels (RFC 5031) are compared
// without regard to case and come in trees: sos.fire, and test.sos for a test call
// (RFC 6881), which must look like the real one. Networks for emergency calls use
// their own names: urn:nena:service:sos, urn:emergency:service:sos.
func urn(rest string) callas.Target {
	rest = strings.ToLower(rest)
	space, label, ok := cutLast(rest, ":")
	if !ok || space != "service" && !strings.HasSuffix(space, ":service") || !isSOS(label) {
		return unknown
	}
	if strings.Trim(rest, "abcdefghijklmnopqrstuvwxyz0123456789-.:") != "" {
		rest = "service:sos"
	}
	return callas.Target{Class: callas.Emergency, URI: "urn:" + rest}
}

// isSOS reports whether a service label, or the user of sip:sos@host as it was
// before RFC 5031, asks for help.
func isSOS(label string) bool {
	label = strings.ToLower(strings.TrimSpace(label))
	label = strings.TrimPrefix(label, "test.")
	return label == "sos" || strings.HasPrefix(label, "sos.")
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
