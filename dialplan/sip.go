package dialplan

import (
	"strings"

	"callas"
)

// tel classifies what follows "tel:" (RFC 3966). A local number counts where its
// phone-context says; without one, which the RFC forbids and phones send, it is
// read as dialled at home. Bare digits come this way too.
func (p *Plan) tel(rest string) callas.Target {
	digits, params := rest, ""
	if at := strings.IndexByte(rest, ';'); at >= 0 {
		digits, params = rest[:at], rest[at:]
	}
	d, ok := readDialled(unescape(digits))
	if !ok {
		return unknown
	}
	context := parameter(params, "phone-context")
	if d.plus || context == "" {
		return p.dialled(d)
	}
	if t, ok := p.emergencyTarget(d); ok {
		return t
	}
	if strings.HasPrefix(context, "+") {
		return p.inContext(d, context)
	}
	internal := p.isInternal(normalHost(context))
	if internal && p.matches(d) {
		return p.extension(d.digits)
	}
	if n, ok := p.number(d, false); ok {
		return p.numbered(n)
	}
	if internal {
		return p.extension(d.digits)
	}
	return unknown
}

// inContext reads a local number behind its phone-context: 79460100 in +44-20. In
// the home country phones also put whole dial strings there: 0041791234567 in +44.
func (p *Plan) inContext(d dialled, context string) callas.Target {
	c, ok := readDialled(context)
	if !ok {
		return unknown
	}
	n, ok := p.world.number(c.digits + d.digits)
	if !ok && c.digits == p.homeCode {
		n, ok = p.number(d, false)
	}
	if !ok {
		return unknown
	}
	return p.numbered(n)
}

// sip classifies what follows "sip:" or "sips:". The user part is a telephone
// number when user=phone or user=dialstring (RFC 4967) says so, or when it is all
// digits behind a + or a prefix that the dial plan knows. Otherwise the host
// decides.
func (p *Plan) sip(scheme, rest string) callas.Target {
	a, ok := readAddress(rest)
	user, context := a.user, ""
	if at := strings.IndexByte(user, ';'); at >= 0 { // a telephone-subscriber: +4179...;phone-context=...
		if d, ok := readDialled(user[:at]); ok && d.digits != "" {
			user, context = user[:at], parameter(user[at:], "phone-context")
		}
	}
	if a.user == "" && !strings.Contains(rest, "@") && !isAddress(a.host) {
		// sip:112 has no user; what stands for the host is the number.
		if user = a.host; user == "" {
			user, _, _ = strings.Cut(rest, ";")
			user = unescape(user)
		}
	}
	d, isNumber := readDialled(user)
	if isNumber {
		if t, ok := p.emergencyTarget(d); ok {
			return t
		}
	} else if isSOS(user) && a.user != "" {
		return callas.Target{Class: callas.Emergency, URI: "urn:service:sos"}
	}
	if a.user == "" && isNumber {
		return p.dialled(d)
	}
	if !ok {
		return unknown
	}
	internal := p.isInternal(a.host)
	if isNumber {
		if internal && !d.plus && p.matches(d) {
			return p.inDomain(scheme, a, d.digits)
		}
		if strings.HasPrefix(context, "+") && !d.plus {
			if t := p.inContext(d, context); t.Class != callas.Unknown {
				return t
			}
		}
		kind := parameter(a.params, "user")
		if n, ok := p.number(d, kind == "phone" || kind == "dialstring"); ok {
			return p.numbered(n)
		}
	}
	if !internal {
		return callas.Target{Class: callas.Federated, URI: scheme + ":" + a.String()}
	}
	if isNumber && !d.plus {
		return p.inDomain(scheme, a, d.digits)
	}
	return p.inDomain(scheme, a, "")
}

func (p *Plan) inDomain(scheme string, a address, digits string) callas.Target {
	return callas.Target{Class: callas.Internal, Number: digits, URI: scheme + ":" + a.String()}
}

func (p *Plan) isInternal(host string) bool {
	for _, d := range p.domains {
		if d == host {
			return true
		}
	}
	return false
}
