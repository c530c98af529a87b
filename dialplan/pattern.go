package dialplan

import (
	"fmt"
	"strings"
)

// pattern is an internal number with X for any digit: 2XXX, *9X, +442079460XXX.
type pattern struct {
	plus bool
	keys string // digits, * and #, X
}

func readPattern(s string) (pattern, error) {
	p := pattern{keys: strings.ToUpper(s)}
	p.keys, p.plus = strings.CutPrefix(p.keys, "+")
	if p.keys == "" || len(p.keys) > 15 || strings.Trim(p.keys, "0123456789*#X") != "" {
		return p, fmt.Errorf("internal pattern %q: write its digits, and X for any digit, such as \"2XXX\" or \"+442079460XXX\"", s)
	}
	if p.plus && (p.keys[0] == 'X' || p.keys[0] == '0' || strings.ContainsAny(p.keys, "*#")) {
		return p, fmt.Errorf("internal pattern %q: behind the + comes a calling code, such as \"+442079460XXX\"", s)
	}
	return p, nil
}

func (p pattern) matches(d dialled) bool {
	if p.plus != d.plus || len(p.keys) != len(d.digits) {
		return false
	}
	for i := range len(p.keys) {
		key, digit := p.keys[i], d.digits[i]
		if key != digit && (key != 'X' || digit < '0' || digit > '9') {
			return false
		}
	}
	return true
}

// matches reports whether d is one of the installation's own numbers.
func (p *Plan) matches(d dialled) bool {
	for _, own := range p.patterns {
		if own.matches(d) {
			return true
		}
	}
	return false
}
