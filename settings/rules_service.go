package settings

import (
	"fmt"
	"slices"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"callas"

	"golang.org/x/text/language"
)

// maxHue is the last of the tile colours; 0 is none.
const maxHue = 8

func (r rules) service(s *callas.Service) {
	r.id(s.ID)
	if s.ID == AnyService || s.ID == callas.CallAsNone {
		r.bad("/id", "%q stands for any service, or for none, where one is named: take another id", s.ID)
	}
	r.name(s.Name, "/name")
	if s.DisplayName != "" {
		r.name(s.DisplayName, "/display_name")
	}
	if s.Unit == "" {
		r.bad("/unit", "is missing: every service is in a unit, whose agents may call as it")
	}
	r.numbers(s.Numbers)
	if s.URI != "" {
		r.bearing("/uri", callas.CheckURI(s.URI))
	}
	r.presentable(s.Asserted, "/asserted")
	if s.Hue < 0 || s.Hue > maxHue {
		r.bad("/hue", "is %d: use 1 to %d, or 0 for none", s.Hue, maxHue)
	}
	if s.ServeStale != "" {
		if d, err := time.ParseDuration(s.ServeStale); err != nil || d <= 0 {
			r.bad("/serve_stale", "%q is no duration: write 30s, 10m or 8h, or leave it empty for the installation's", s.ServeStale)
		}
	}
	r.meta(s, s.Meta)
}

func (r rules) numbers(numbers []callas.Number) {
	r.atMost(len(numbers), MaxNumbers, "/numbers", "numbers")
	first := make(map[string]int, len(numbers))
	standard := -1
	for i, n := range numbers {
		at := "/numbers/" + strconv.Itoa(i)
		if n.E164 == "" {
			r.bad(at+"/e164", "is missing: write it with its country, such as +442079460100")
		}
		r.presentable(n.E164, at+"/e164")
		if j, twice := first[n.E164]; twice {
			r.bad(at+"/e164", "is the same as /numbers/%d: name all its countries there", j)
		} else {
			first[n.E164] = i
		}
		if n.Default && standard >= 0 {
			r.bad(at+"/default", "/numbers/%d is the default already: a service has at most one", standard)
		}
		if n.Default && standard < 0 {
			standard = i
		}
		for _, c := range n.Countries {
			r.bearing(at+"/countries", checkCountry(c))
		}
		statuses := []callas.RightStatus{callas.RightVerified, callas.RightPending, callas.RightExpired, callas.RightRevoked}
		oneOf(r, n.RightOfUse.Status, statuses, at+"/right_of_use/status")
		r.bearing(at+"/right_of_use/evidence", checkEvidence(n.RightOfUse.Evidence))
	}
}

// checkCountry reports why s is no country in capitals (ISO 3166-1 alpha-2).
func checkCountry(s string) error {
	region, err := language.ParseRegion(s)
	if err != nil || len(s) != 2 || !region.IsCountry() {
		return fmt.Errorf("%q is no country: write two letters such as GB (ISO 3166-1)", s)
	}
	if today := region.Canonicalize().String(); today != s {
		return fmt.Errorf("%q is no country's code today (did you mean %q?)", s, today)
	}
	return nil
}

// checkEvidence reports why s cannot be kept as evidence. It is read by people only.
func checkEvidence(s string) error {
	if len(s) > MaxEvidence {
		return fmt.Errorf("is %d bytes long: at most %d: give a file number or a URL", len(s), MaxEvidence)
	}
	if !utf8.ValidString(s) || slices.ContainsFunc([]rune(s), unicode.IsControl) {
		return fmt.Errorf("holds a control character: write it in one line of text")
	}
	return nil
}
