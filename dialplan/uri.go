package dialplan

import (
	"net/netip"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// unwrap takes an address out of a name-addr (RFC 3261 section 20.10):
//
//	"Meier, \"Anna\"" <sip:anna@host;transport=tcp>;tag=1  ->  sip:anna@host;transport=tcp
//	Anna <tel:+41791234567>                                ->  tel:+41791234567
//	"Anna" sip:anna@host                                   ->  sip:anna@host
func unwrap(s string) string {
	s = strings.TrimFunc(s, isBlank)
	if name, ok := strings.CutPrefix(s, `"`); ok {
		for i := 0; i < len(name); i++ {
			if name[i] == '\\' {
				i++
			} else if name[i] == '"' {
				if rest := strings.TrimFunc(name[i+1:], isBlank); rest != "" {
					s = rest
				} else {
					s = name[:i] // only a quoted address
				}
				break
			}
		}
	}
	if _, rest, ok := strings.Cut(s, "<"); ok {
		s, _, _ = strings.Cut(rest, ">")
	}
	return strings.TrimFunc(s, isBlank)
}

// isBlank reports what surrounds an address without being part of it: spaces,
// controls, and the invisible marks that come with a copied number.
func isBlank(r rune) bool {
	return r <= ' ' || r >= utf8.RuneSelf && unicode.In(r, unicode.Zs, unicode.Cf, unicode.Cc)
}

// cutScheme splits "TEL://112" into "tel" and "112". Without a scheme, rest is s.
func cutScheme(s string) (scheme, rest string) {
	head, rest, ok := strings.Cut(s, ":")
	if !ok || head == "" || head[0]|0x20 < 'a' || head[0]|0x20 > 'z' {
		return "", s
	}
	for i := range len(head) {
		c := head[i]
		if !isAlphanumeric(c) && c != '+' && c != '-' && c != '.' {
			return "", s
		}
	}
	return strings.ToLower(head), strings.TrimPrefix(strings.TrimSpace(rest), "//")
}

// address is a SIP URI in parts, its user unescaped.
type address struct {
	user   string
	host   string // as normalHost writes it
	port   string
	params string
}

// readAddress reads user:password@host:port;parameters?headers. Password and
// headers are dropped. It reports false for what is no SIP URI; the user is then
// filled in all the same, as far as it could be read.
func readAddress(s string) (address, bool) {
	a := address{}
	user, rest, ok := strings.Cut(s, "@")
	if !ok {
		user, rest = "", s
	}
	user, _, _ = strings.Cut(user, ":")
	a.user = unescape(user)
	hostport := rest
	if end := strings.IndexAny(rest, ";?"); end >= 0 {
		hostport, a.params = rest[:end], rest[end:]
	}
	host, port := hostport, ""
	if close := strings.IndexByte(hostport, ']'); close >= 0 {
		host, port = hostport[:close+1], hostport[close+1:]
	} else if colon := strings.IndexByte(hostport, ':'); colon >= 0 {
		host, port = hostport[:colon], hostport[colon:]
	}
	if port != "" && (len(port) < 2 || len(port) > 6 || port[0] != ':' || !onlyDigits(port[1:])) {
		return a, false
	}
	a.host, a.port = normalHost(host), port
	return a, a.host != "" && (!ok || a.user != "") && !strings.Contains(rest, "@") && isClean(a.user)
}

// normalHost writes a host as it is compared: lower case, no final dot, IPv6 in
// its shortest form and brackets. It is empty for what is no host.
func normalHost(s string) string {
	if inner, ok := strings.CutPrefix(s, "["); ok {
		ip, err := netip.ParseAddr(strings.TrimSuffix(inner, "]"))
		if err != nil || !ip.Is6() || ip.Zone() != "" {
			return ""
		}
		return "[" + ip.String() + "]"
	}
	s = strings.TrimSuffix(s, ".")
	for i := range len(s) {
		if c := s[i]; !isAlphanumeric(c) && c != '-' && c != '.' && c != '_' {
			return ""
		}
	}
	if strings.HasPrefix(s, ".") || strings.Contains(s, "..") {
		return ""
	}
	return strings.ToLower(s)
}

// parameter returns the value of ;name=value, lower case.
func parameter(params, name string) string {
	for len(params) > 0 {
		var one string
		one, params, _ = strings.Cut(params[1:], ";")
		if params != "" {
			params = ";" + params
		}
		one, _, _ = strings.Cut(one, "?")
		key, value, _ := strings.Cut(one, "=")
		if strings.EqualFold(strings.TrimSpace(key), name) {
			return strings.ToLower(strings.Trim(value, " \t\""))
		}
	}
	return ""
}

// String writes the URI without its scheme: anna@[::1]:5061.
func (a address) String() string {
	if a.user == "" {
		return a.host + a.port
	}
	return escapeUser(a.user) + "@" + a.host + a.port
}

// escapeUser escapes what RFC 3261 does not let a user hold.
func escapeUser(s string) string {
	const hex = "0123456789ABCDEF"
	clean := true
	for i := range len(s) {
		clean = clean && isUserByte(s[i])
	}
	if clean {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; isUserByte(c) {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}

func isUserByte(c byte) bool {
	return isAlphanumeric(c) || strings.IndexByte("-_.!~*'()&=+$,;?/", c) >= 0
}

func isAlphanumeric(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9'
}

// isClean reports whether a user can be shown and sent: valid UTF-8 without
// controls and spaces.
func isClean(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if isBlank(r) {
			return false
		}
	}
	return true
}

// unescape undoes percent-encoding; what is badly encoded stays as it is.
func unescape(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	plain, err := url.PathUnescape(s)
	if err != nil {
		return s
	}
	return plain
}
