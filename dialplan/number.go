package dialplan

import (
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// shortestBare is how many digits make a telephone number where the national
// prefix is left out in a plan that has one. Fewer are an extension that no
// pattern names, or half a number.
const shortestBare = 7

// number reads d as dialled at home. With bare, digits count that have no prefix
// at all; else they need a +, or an outside-line, international or national prefix.
//
// One string of digits may have several readings: with the outside-line prefix 0,
// 0044 555 01 00 is Zürich (0, 044 555 01 00) or Britain (00 44 555 01 00). A
// reading that is valid goes before one that is only possible. Among equals the
// likelier wins: a number behind outside and national prefix, one behind its own
// prefix, a bare one behind the outside prefix, a bare one.
func (p *Plan) number(d dialled, bare bool) (number, bool) {
	digits := strings.TrimSuffix(d.digits, "#") // "send"
	if d.plus {
		return p.world.number(digits)
	}
	var all readings
	for _, o := range p.outside {
		if rest, ok := strings.CutPrefix(digits, o); ok {
			p.readPrefixed(&all, rest)
		}
	}
	p.readPrefixed(&all, digits)
	for _, o := range p.outside {
		if rest, ok := strings.CutPrefix(digits, o); ok {
			p.readBare(&all, rest)
		}
	}
	if bare {
		p.readBare(&all, digits)
	}
	return all.best()
}

// readPrefixed adds what digits mean behind an international or national prefix.
func (p *Plan) readPrefixed(all *readings, digits string) {
	if rest, ok := strings.CutPrefix(digits, p.international); ok {
		all.add(p.world.number(rest))
		return
	}
	rest, ok := strings.CutPrefix(digits, p.national)
	switch {
	case !ok || p.national == "":
	case p.transforms:
		all.add(p.transformed(digits))
	default:
		all.add(p.world.number(p.homeCode + rest))
	}
}

// readBare adds what digits mean without any prefix.
func (p *Plan) readBare(all *readings, digits string) {
	if digits == "" || strings.HasPrefix(digits, p.international) || p.national != "" && strings.HasPrefix(digits, p.national) {
		return
	}
	short := len(digits) < shortestBare
	if p.area != "" && !(short && digits[0] == '1') { // 118 33 is a service, in no area
		all.add(p.world.number(p.homeCode + p.area + digits))
	}
	switch {
	case p.national != "" && short:
	case p.transforms:
		all.add(p.transformed(digits))
	default:
		all.add(p.world.number(p.homeCode + digits))
	}
	if strings.HasPrefix(digits, p.homeCode) { // 442079460100: E.164 that lost its +
		all.add(p.world.number(digits))
	}
}

// transformed lets libphonenumber read digits in a plan that rewrites them:
// 0 11 15 2345 6789 in Buenos Aires is +54 9 11 2345 6789.
func (p *Plan) transformed(digits string) (number, bool) {
	if !onlyDigits(digits) {
		return number{}, false
	}
	n, err := phonenumbers.Parse(digits, p.home)
	if err != nil {
		return number{}, false
	}
	return p.world.number(phonenumbers.Format(n, phonenumbers.E164)[1:])
}

// readings are the numbers that one dial string can mean, the likeliest first.
type readings struct {
	list [6]number
	n    int
}

func (r *readings) add(n number, ok bool) {
	if ok && r.n < len(r.list) && !slices.Contains(r.list[:r.n], n) {
		r.list[r.n] = n
		r.n++
	}
}

func (r *readings) best() (number, bool) {
	if r.n > 1 {
		for _, n := range r.list[:r.n] {
			if n.valid() {
				return n, true
			}
		}
	}
	return r.list[0], r.n > 0
}
