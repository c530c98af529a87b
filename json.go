package callas

import (
	"strconv"
	"unicode/utf8"
)

// AppendQuoted writes s as a JSON string.
func AppendQuoted(b []byte, s string) []byte { return append(AppendEscaped(append(b, '"'), s), '"') }

// AppendEscaped writes s as the inside of a JSON string. What is not UTF-8 becomes U+FFFD.
func AppendEscaped(b []byte, s string) []byte {
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

// AppendJSON writes a decision as encoding/json would, without reflection: it is what
// every call is answered with.
func (d *Decision) AppendJSON(b []byte) []byte {
	b = AppendQuoted(append(b, `{"decision":`...), d.ID)
	p := d.prepared
	if !p.of(d) {
		p = nil
	}
	if p != nil {
		b = append(b, p.head...)
	} else {
		b = d.appendHead(b)
	}
	b = AppendQuoted(append(b, `,"target":{"class":`...), string(d.Target.Class))
	b = appendOptional(b, `,"number":`, d.Target.Number)
	b = appendOptional(b, `,"uri":`, d.Target.URI)
	b = appendOptional(b, `,"country":`, d.Target.Country)
	if p != nil {
		b = append(b, p.reasons...)
	} else {
		b = d.appendReasons(b)
	}
	b = strconv.AppendInt(append(b, `"revision":"`...), d.Revision.Revision, 10)
	if d.Revision.Chain != "" {
		b = AppendEscaped(append(b, '.'), d.Revision.Chain)
	}
	b = AppendQuoted(append(b, `","policy":`...), d.Policy)
	return append(strconv.AppendBool(append(b, `,"stale":`...), d.Stale), '}')
}

// prepared is what two calls decided alike have in common, as AppendJSON writes it.
type prepared struct {
	as            As
	service       string
	identity      *Identity
	reason        *Reason // the first; nil for none
	reasons, head string
}

// Prepare writes down once what every call decided like this is answered with. Identity
// and reasons are constants from then on; put others in their place to change them.
func (d *Decision) Prepare() {
	var space [512]byte
	head := string(d.appendHead(space[:0]))
	d.prepared = &prepared{d.As, d.Service, d.Identity, first(d.Reasons), string(d.appendReasons(space[:0])), head}
}

// of reports whether p was made of what d says now.
func (p *prepared) of(d *Decision) bool {
	return p != nil && p.as == d.As && p.identity == d.Identity && p.reason == first(d.Reasons) && p.service == d.Service
}

func first(rs []Reason) *Reason {
	if len(rs) == 0 {
		return nil
	}
	return &rs[0]
}

func (d *Decision) appendHead(b []byte) []byte {
	b = AppendQuoted(append(b, `,"as":`...), string(d.As))
	b = appendOptional(b, `,"service":`, d.Service)
	if d.Identity == nil {
		return append(b, `,"identity":null`...)
	}
	b = AppendQuoted(append(b, `,"identity":{"name":`...), d.Identity.Name)
	b = appendOptional(b, `,"number":`, d.Identity.Number)
	b = appendOptional(b, `,"uri":`, d.Identity.URI)
	b = appendOptional(b, `,"asserted":`, d.Identity.Asserted)
	return append(b, '}')
}

func (d *Decision) appendReasons(b []byte) []byte {
	b = append(b, `},"reasons":[`...)
	for i, r := range d.Reasons {
		if i > 0 {
			b = append(b, ',')
		}
		b = AppendQuoted(b, string(r))
	}
	return append(b, `],`...)
}

func appendOptional(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return AppendQuoted(append(b, name...), value)
}
