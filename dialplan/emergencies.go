package dialplan

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/nyaruka/phonenumbers"
)

// DefaultCountries are the countries whose emergency numbers count where the
// configuration names none. Being too careful costs little: such a call goes out
// as the agent. Name only your own (countries: [GB]) where 110 or 17 is a
// colleague's extension.
var DefaultCountries = []string{"AT", "CH", "DE", "FR", "GB", "US"}

// everywhere are the two numbers that handsets and networks take for an emergency
// in every country (3GPP TS 22.101 section 10; ITU-T E.161.1).
var everywhere = []string{"112", "911"}

// official are the emergency numbers of the default countries, crisis and poison
// lines that the regulator lists with them included: there too the person who
// answers must be able to call back. libphonenumber knows the bare minimum (it
// lacks 143 in Switzerland, 140 in Austria, 114 in France) and is asked for all
// other countries.
var official = map[string][]string{
	// RTR, KEM-V 2009 sections 17 to 22: fire, gas, police, mountain rescue,
	// doctor on call, crisis line, ambulance, children's line.
	"AT": {"112", "122", "128", "133", "140", "141", "142", "144", "147"},
	// OFCOM SR 784.101.113/1.3: police, fire, crisis line, ambulance, children's
	// line; AEFV (SR 784.104) art. 28: poisoning 145; victim support 142;
	// Rega air rescue 1414.
	"CH": {"112", "117", "118", "142", "143", "144", "145", "147", "1414"},
	// TKG section 164, NotrufV section 1.
	"DE": {"110", "112"},
	// ARCEP, liste des numéros d'urgence.
	"FR": {"15", "17", "18", "112", "114", "115", "119", "191", "196", "197", "116000", "116117"},
	// Ofcom General Condition A3; 18000 is 999 through the text relay.
	"GB": {"112", "999", "18000"},
	// 47 CFR 9.4 and 52.200 (988 crisis line); 933 reads back the address and
	// number that 911 would see, so it must go out as 911 would.
	"US": {"112", "911", "933", "988"},
}

// countedNumbers lists the emergency numbers of every configured country.
func countedNumbers(home string, cfg Config) ([]string, error) {
	countries := cfg.Countries
	if len(countries) == 0 {
		countries = DefaultCountries
	}
	numbers := slices.Clone(everywhere)
	for _, c := range append([]string{home}, countries...) {
		country, err := checkCountry(c)
		if err != nil {
			return nil, fmt.Errorf("country %w", err)
		}
		more, err := emergencyNumbers(country)
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, more...)
	}
	for _, c := range slices.Sorted(maps.Keys(cfg.Emergency)) {
		if _, err := checkCountry(c); err != nil {
			return nil, fmt.Errorf("emergency: country %w", err)
		}
		for _, n := range cfg.Emergency[c] {
			if len(n) < 2 || len(n) > 15 || !onlyDigits(n) {
				return nil, fmt.Errorf("emergency number %q of %s: write the 2 to 15 digits that are dialled, without prefix, such as \"112\"", n, c)
			}
			numbers = append(numbers, n)
		}
	}
	return numbers, nil
}

// emergencyNumbers lists a country's emergency numbers: the official ones that
// callas knows, and whatever libphonenumber adds.
func emergencyNumbers(country string) ([]string, error) {
	numbers := slices.Clone(official[country])
	all, err := phonenumbers.ShortNumberMetadataCollection()
	if err != nil {
		return nil, fmt.Errorf("emergency numbers: %w", err)
	}
	for _, m := range all.GetMetadata() {
		if m.GetId() != country {
			continue
		}
		lengths := m.GetEmergency().GetPossibleLength()
		if len(lengths) == 0 { // the same as of all short numbers
			lengths = m.GetGeneralDesc().GetPossibleLength()
		}
		more, err := language(m.GetEmergency().GetNationalNumberPattern(), lengths)
		if err != nil {
			return nil, fmt.Errorf("emergency numbers of %s: %w", country, err)
		}
		numbers = append(numbers, more...)
	}
	return numbers, nil
}

// language lists every number of these lengths that pattern matches. The library
// offers no list, only the pattern.
func language(pattern string, lengths []int32) ([]string, error) {
	re, err := regexp.Compile("^(?:" + pattern + ")$")
	if err != nil || pattern == "" {
		return nil, err
	}
	var list []string
	for _, length := range lengths {
		if length > 6 {
			continue // no emergency number is that long
		}
		digits := make([]byte, length)
		end := 1
		for range digits {
			end *= 10
		}
		for n := range end {
			for i, rest := len(digits)-1, n; i >= 0; i, rest = i-1, rest/10 {
				digits[i] = '0' + byte(rest%10)
			}
			if re.Match(digits) {
				list = append(list, string(digits))
			}
		}
	}
	return list, nil
}
