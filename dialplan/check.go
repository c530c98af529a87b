package dialplan

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

func (p *Plan) checkArea() error {
	if p.area == "" {
		return nil
	}
	if !onlyDigits(p.area) || len(p.area) > 6 {
		return fmt.Errorf("area code %q: write its digits only, such as \"20\" for London", p.area)
	}
	if rest, ok := strings.CutPrefix(p.area, p.national); ok && p.national != "" {
		return fmt.Errorf("area code %q starts with the national prefix (did you mean %q?)", p.area, rest)
	}
	return nil
}

func checkOutside(s string) error {
	if s == "" || len(s) > 4 || strings.Trim(s, "0123456789*#") != "" {
		return fmt.Errorf("outside prefix %q: write what gets an outside line, one to four keys, such as \"9\"", s)
	}
	if slices.Contains(everywhere, s) {
		return fmt.Errorf("outside prefix %q is an emergency number: nobody could tell one from the other", s)
	}
	return nil
}

// checkDomain returns the host as it is compared.
func checkDomain(s string) (string, error) {
	if host := hostOf(s); host != "" {
		return host, nil
	}
	_, meant := cutScheme(s)
	if _, host, ok := cutLast(meant, "@"); ok {
		meant = host
	}
	meant, _, _ = strings.Cut(meant, ":")
	if host := hostOf(meant); host != "" {
		return "", fmt.Errorf("internal domain %q is more than a host (did you mean %q?)", s, host)
	}
	return "", fmt.Errorf("internal domain %q is no host name: write what stands behind the @ of your SIP addresses, international names as xn--", s)
}

// hostOf is normalHost for what people write: IPv6 also without brackets.
func hostOf(s string) string {
	if strings.Contains(s, ":") && !strings.HasPrefix(s, "[") {
		s = "[" + s + "]"
	}
	return normalHost(s)
}

// checkCountry returns s when it is a country that numbers are known for.
func checkCountry(s string) (string, error) {
	if s == "" {
		return "", errors.New(`is missing: give its ISO 3166 code, such as "GB"`)
	}
	known := phonenumbers.GetSupportedRegions()
	if known[s] {
		return s, nil
	}
	if meant := guessCountry(s); known[meant] {
		return "", fmt.Errorf("%q is no ISO 3166 code (did you mean %q?)", s, meant)
	}
	return "", fmt.Errorf(`%q is no ISO 3166 code: two capital letters, such as "GB"`, s)
}

// guessCountry knows the mistakes that people make: gb, UK, GBR, +44.
func guessCountry(s string) string {
	s = strings.ToUpper(strings.TrimSpace(s))
	often := map[string]string{
		"UK": "GB", "EL": "GR", "GBR": "GB", "USA": "US", "CHE": "CH", "SUI": "CH", "DEU": "DE", "GER": "DE", "AUT": "AT", "FRA": "FR",
	}
	if meant, ok := often[s]; ok {
		return meant
	}
	code := 0
	if _, err := fmt.Sscanf(strings.TrimLeft(s, "+0"), "%d", &code); err == nil {
		return phonenumbers.GetRegionCodeForCountryCode(code)
	}
	return s
}
