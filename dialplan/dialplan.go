// Package dialplan tells what a target is: an emergency number, a telephone
// number, a colleague, a partner's address, or nothing it knows.
//
// Every adapter classifies through it, before any policy is asked. It must never
// miss an emergency number for the sake of a setting, never fail, never log and
// never let what was classified before change what is: a Plan is a constant, safe for
// concurrent use.
//
// # Shapes
//
//	tel:+41-79-123-45-67               RFC 3966; visual separators, parameters
//	tel:2079460100;phone-context=+44   a local number and where it counts: +44, or a domain
//	sip:anna@host  sips:anna@[::1]:5061  RFC 3261; port, parameters, headers, password
//	sip:+41791234567@host;user=phone   RFC 3261 19.1.6: a telephone number in a SIP URI
//	urn:service:sos  urn:service:sos.fire  RFC 5031
//	callto:+41791234567                what older clients make of a clicked number
//	079 123 45 67  9 0079...  2001     bare digits, read as dialled at home
//	anna@host                          bare, read as sip:
//	"Anna" <sip:anna@host>;tag=1       any of these in a name-addr
//
// # Classes, in this order
//
//   - emergency: an emergency number in any of these shapes, behind any outside-line,
//     national or international prefix; see emergency.go
//   - internal: what matches an internal pattern, and any SIP URI in an internal
//     domain that carries no telephone number
//   - pstn: a number that is possible, which asks for its length and not for a
//     table of ranges: plans change faster than tables
//   - federated: any other SIP URI
//   - unknown: the rest, national short numbers included. They have no E.164 form,
//     and many are help lines that call back
package dialplan

import (
	"net/url"
	"strings"

	"callas"
)

// A Plan classifies targets for one installation. New makes it.
type Plan struct {
	home          string // ISO 3166-1 alpha-2
	homeCode      string // its calling code: "44"
	international string // "00"
	national      string // "0"; empty where the plan has none
	area          string // "20"; empty: local numbers are not known
	outside       []string
	domains       []string // as host writes them
	patterns      []pattern
	emergency     emergencies
	world         *world
	transforms    bool // the home plan rewrites numbers as dialled: only libphonenumber can read them
}

// HomeCountry is the country that bare numbers are dialled in, ISO 3166-1 alpha-2.
func (p *Plan) HomeCountry() string { return p.home }

// Domain is the first internal domain, empty where there is none.
func (p *Plan) Domain() string {
	if len(p.domains) == 0 {
		return ""
	}
	return p.domains[0]
}

// Classify tells what raw is. It never fails: what cannot be read is the class unknown.
//
// The target's URI is normalised and classifies as the same target again:
//
//	emergency  tel:112;phone-context=+44, or urn:service:sos as it came
//	pstn       tel:+41791234567
//	internal   sip:anna@nordhang.example, tel:2001;phone-context=nordhang.example
//	federated  sip:anna@partner.example:5070
//	unknown    empty
//
// An extension has no URI where no internal domain is set. Number is in E.164 for
// pstn, the digits of an emergency number or an extension otherwise. Country is
// set for numbers in E.164, empty for codes that belong to no country (+800).
func (p *Plan) Classify(raw string) callas.Target {
	s := unwrap(raw)
	scheme, rest := cutScheme(s)
	if scheme == "callto" {
		s = rest
		scheme, rest = cutScheme(s)
	}
	if scheme == "" && strings.Contains(s, "%") && !strings.Contains(s, "@") {
		if plain, err := url.PathUnescape(s); err == nil {
			s = unwrap(plain)
			scheme, rest = cutScheme(s)
		}
	}
	switch scheme {
	case "tel":
		return p.tel(rest)
	case "sip", "sips":
		return p.sip(scheme, rest)
	case "urn":
		return urn(rest)
	case "":
		if strings.Contains(s, "@") {
			return p.sip("sip", s)
		}
		t := p.tel(s)
		if t.Class != callas.Emergency && isAddress(s) {
			return unknown
		}
		return t
	}
	return p.foreign(rest)
}

// dialled classifies digits as a person dials them at home.
func (p *Plan) dialled(d dialled) callas.Target {
	if t, ok := p.emergencyTarget(d); ok {
		return t
	}
	if !d.plus && p.matches(d) {
		return p.extension(d.digits)
	}
	if n, ok := p.number(d, true); ok {
		return p.numbered(n)
	}
	return unknown
}

// foreign looks into a scheme that callas does not know just far enough to find
// an emergency number.
func (p *Plan) foreign(rest string) callas.Target {
	if end := strings.IndexAny(rest, "@;?/"); end >= 0 {
		rest = rest[:end]
	}
	if d, ok := readDialled(unescape(rest)); ok {
		if t, ok := p.emergencyTarget(d); ok {
			return t
		}
	}
	return unknown
}

// numbered is the target of a number in E.164: the installation's own where a
// pattern says so.
func (p *Plan) numbered(n number) callas.Target {
	uri := "tel:+" + n.digits
	t := callas.Target{Class: callas.PSTN, Number: uri[len("tel:"):], URI: uri, Country: n.country}
	if p.matches(dialled{plus: true, digits: n.digits}) {
		t.Class = callas.Internal
	}
	return t
}

// extension is the target of an internal number.
func (p *Plan) extension(digits string) callas.Target {
	t := callas.Target{Class: callas.Internal, Number: digits}
	if len(p.domains) > 0 {
		t.URI = "tel:" + strings.ReplaceAll(digits, "#", "%23") + ";phone-context=" + p.domains[0]
	}
	return t
}

var unknown = callas.Target{Class: callas.Unknown}
