package decisionlog

import "unicode/utf8"

func quote(b []byte, s string) []byte { return append(escape(append(b, '"'), s), '"') }

// escape writes s as the inside of a JSON string. What is not UTF-8 becomes U+FFFD.
func escape(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	from := 0
	for i := plain(s); i < len(s); {
		c := s[i]
		if c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				b = append(append(b, s[from:i]...), "\ufffd"...)
				from = i + 1
			}
			i += n
			continue
		}
		b = append(b, s[from:i]...)
		if c == '"' || c == '\\' {
			b = append(b, '\\', c)
		} else {
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		i++
		from = i
	}
	return append(b, s[from:]...)
}

// plain is how many bytes of s, in eights, need no second look: nearly always nearly
// all. It may stop too early, never too late.
func plain(s string) (n int) {
	const (
		each = 0x0101010101010101
		high = 0x80 * each
	)
	for ; len(s)-n >= 8; n += 8 {
		b := s[n : n+8]
		x := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
			uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		control, quotes, backslashes := x-' '*each, (x^'"'*each)-each, (x^'\\'*each)-each
		if (x|control|quotes|backslashes)&high != 0 {
			break
		}
	}
	return n
}
