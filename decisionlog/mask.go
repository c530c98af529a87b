package decisionlog

import (
	"callas"
	"encoding/base64"
	"fmt"
	"strings"
)

// A Mask says how the callee's number and URI are written. Which one is policy. The
// callee of an emergency call is always written in clear.
type Mask uint8

// The masks. The zero value shows little: no caller forgets to hide a number.
const (
	Partly    Mask = iota // calling code and last two digits: +41*******67, sip:***@partner.example
	Clear                 // as it was
	Pseudonym             // p: and a keyed hash: the same callee is recognised, not named
	Drop                  // not at all
)

// maskWords are the masks as policy and records spell them.
var maskWords = [...]string{"mask", "clear", "pseudonym", "drop"}

// String is the mask as policy and records spell it.
func (m Mask) String() string {
	if int(m) < len(maskWords) {
		return maskWords[m]
	}
	return fmt.Sprintf("Mask(%d)", uint8(m))
}

// ParseMask reads what String wrote.
func ParseMask(s string) (Mask, error) {
	for i, word := range maskWords {
		if s == word {
			return Mask(i), nil
		}
	}
	return Drop, fmt.Errorf("mask %q: want mask, clear, pseudonym or drop", s)
}

// pseudonymBytes of the keyed hash are kept: 96 bits tell 10 billion callees apart.
const pseudonymBytes = 12

// callee writes a number or a URI, escaped.
func (l *line) callee(b []byte, s string, mask Mask) []byte {
	switch mask {
	case Clear:
		return callas.AppendEscaped(b, s)
	case Partly:
		return partly(b, s)
	case Pseudonym:
		l.text = append(l.text[:0], s...)
		l.mac.Reset()
		l.mac.Write(l.text)
		sum := l.mac.Sum(l.sum[:0])
		return base64.RawURLEncoding.AppendEncode(append(b, "p:"...), sum[:pseudonymBytes])
	}
	return b
}

// partly writes a number, or a URI of which the scheme and the host stay.
func partly(b []byte, s string) []byte {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok {
		return stars(b, s)
	}
	b = append(callas.AppendEscaped(b, scheme), ':')
	rest, _, _ = strings.Cut(rest, ";")
	rest, _, _ = strings.Cut(rest, "?")
	user, host, ok := strings.Cut(rest, "@")
	if !ok && scheme != "tel" {
		return append(b, "***"...)
	}
	b = stars(b, user)
	if ok {
		b = callas.AppendEscaped(append(b, '@'), host)
	}
	return b
}

// stars writes a number's calling code and last two digits; of anything shorter or
// other, only that it was there.
func stars(b []byte, s string) []byte {
	for i := range len(s) {
		if !(s[i] >= '0' && s[i] <= '9' || i == 0 && s[i] == '+') {
			return append(b, "***"...)
		}
	}
	head := 0
	if strings.HasPrefix(s, "+") {
		head = 1 + callingCode(s[1:])
	}
	if len(s)-head < 6 {
		return append(b, "***"...)
	}
	b = append(b, s[:head]...)
	for range len(s) - head - 2 {
		b = append(b, '*')
	}
	return append(b, s[len(s)-2:]...)
}

// callingCode is how many of the digits are the country's (ITU-T E.164, annex to
// Operational Bulletin 930): 1 and 7 alone, these of two, else three.
func callingCode(digits string) int {
	if len(digits) < 2 {
		return len(digits)
	}
	second := ""
	switch digits[0] {
	case '1', '7':
		return 1
	case '2':
		second = "07"
	case '3':
		second = "0123469"
	case '4':
		second = "013456789"
	case '5':
		second = "12345678"
	case '6':
		second = "0123456"
	case '8':
		second = "1246"
	case '9':
		second = "0123458"
	}
	if strings.IndexByte(second, digits[1]) >= 0 {
		return 2
	}
	return 3
}
