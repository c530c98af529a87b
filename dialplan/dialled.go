package dialplan

import (
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"
)

// dialled is a dial string without its marks: "+44 (0)20 7946-0100" is + and
// 4402079460100. Digits may hold * and #.
type dialled struct {
	plus   bool
	digits string
}

// maxDialled bounds a dial string: 15 digits of E.164, prefixes and service codes.
const maxDialled = 48

// readDialled reads digits with the visual separators of RFC 3966 and the ones
// people paste: spaces, dashes, slashes and invisible marks of any script. Digits
// of any script are digits: a phone set to Arabic dials ١١٢. What follows a pause
// (, p w) or an extension mark (x, ext) is dialled after the call is answered and
// not part of the number. It reports false for anything else.
func readDialled(s string) (dialled, bool) {
	d := dialled{}
	if strings.HasPrefix(s, "+") {
		d.plus = true
		s = s[1:]
	}
	if onlyDigits(s) {
		d.digits = s
		return d, s != "" && len(s) <= maxDialled
	}
	buf := make([]byte, 0, maxDialled)
	for i, r := range s {
		if len(buf) == maxDialled {
			return d, false
		}
		switch {
		case r >= '0' && r <= '9' || r == '*' || r == '#':
			buf = append(buf, byte(r))
		case isSeparator(r):
		case r == '+' || r == '＋':
			if d.plus || len(buf) > 0 {
				return d, false
			}
			d.plus = true
		case unicode.Is(unicode.Nd, r):
			buf = append(buf, '0'+digitValue(r))
		default:
			d.digits = string(buf)
			return d, len(buf) > 0 && isDialledLater(s[i:])
		}
	}
	d.digits = string(buf)
	return d, len(buf) > 0
}

func isSeparator(r rune) bool {
	if r < utf8.RuneSelf {
		return strings.ContainsRune(" -.()/[]~\t", r) || r < ' '
	}
	return unicode.In(r, unicode.Zs, unicode.Pd, unicode.Cf, unicode.Cc)
}

// digitValue is the value of a decimal digit: Unicode keeps each script's ten
// together and in order, so that every run of them starts with a zero.
func digitValue(r rune) byte {
	zero := r
	for unicode.Is(unicode.Nd, zero-1) {
		zero--
	}
	return byte((r - zero) % 10)
}

// isDialledLater reports whether s is a pause or an extension and what follows it.
func isDialledLater(s string) bool {
	s = strings.ToLower(s)
	for _, mark := range []string{"ext", "x"} {
		if rest, ok := strings.CutPrefix(s, mark); ok {
			return strings.ContainsAny(rest, "0123456789") && strings.Trim(rest, "0123456789*#,. ") == ""
		}
	}
	return strings.ContainsAny(s[:1], ",pw") && strings.Trim(s, "0123456789*#,pw. -") == ""
}

func onlyDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// isAddress tells an IP address from digits with dots.
func isAddress(s string) bool {
	if strings.Count(s, ".") != 3 {
		return false
	}
	_, err := netip.ParseAddr(s)
	return err == nil
}
