package dialplan

import (
	"errors"
	"fmt"
	"slices"

	"github.com/nyaruka/phonenumbers"
)

// Config is a dial plan as it is written down. Only home_country must be given.
type Config struct {
	// HomeCountry is the ISO 3166-1 alpha-2 country that bare numbers are dialled in: GB.
	HomeCountry string `yaml:"home_country" json:"home_country"`
	// InternationalPrefix is dialled before a calling code: 00, 011. Empty: the home country's.
	InternationalPrefix string `yaml:"international_prefix" json:"international_prefix"`
	// NationalPrefix is dialled before an area code: 0, 1. Empty: the home country's; "none" where there is none.
	NationalPrefix string `yaml:"national_prefix" json:"national_prefix"`
	// AreaCode completes local numbers, without the national prefix: 20 in London.
	// Empty: digits without an area code are no telephone number.
	AreaCode string `yaml:"area_code" json:"area_code"`
	// OutsidePrefixes get an outside line: 9. Name one only where the platform passes
	// it on: what follows it is read first.
	OutsidePrefixes []string `yaml:"outside_prefixes" json:"outside_prefixes"`
	// InternalDomains are the hosts whose SIP URIs are colleagues: names, and the
	// addresses by which the platform calls itself.
	InternalDomains []string `yaml:"internal_domains" json:"internal_domains"`
	// InternalPatterns are the installation's own numbers, X for any digit: 2XXX,
	// *9X, +442079460XXX. They never hide an emergency number.
	InternalPatterns []string `yaml:"internal_patterns" json:"internal_patterns"`
	// Countries are those whose emergency numbers count besides the home country's.
	// Empty: DefaultCountries. 112 and 911 count always.
	Countries []string `yaml:"countries" json:"countries"`
	// Emergency adds emergency numbers by country, which count whatever Countries
	// says: a site's own fire brigade, a number newer than callas.
	Emergency map[string][]string `yaml:"emergency" json:"emergency"`
}

// noPrefix is how a configuration says that its plan has no national prefix.
const noPrefix = "none"

// New makes a plan, or tells everything that is wrong with cfg and what to write instead.
func New(cfg Config) (*Plan, error) {
	home, err := checkCountry(cfg.HomeCountry)
	if err != nil {
		return nil, fmt.Errorf("home country %w", err)
	}
	w, err := newWorld()
	if err != nil {
		return nil, err
	}
	p := &Plan{
		home:     home,
		homeCode: fmt.Sprint(phonenumbers.GetCountryCodeForRegion(home)),
		area:     cfg.AreaCode,
		outside:  slices.Clone(cfg.OutsidePrefixes),
		world:    w,
	}
	var wrong []error
	note := func(err error) {
		if err != nil {
			wrong = append(wrong, err)
		}
	}
	note(p.setPrefixes(cfg))
	for _, o := range cfg.OutsidePrefixes {
		note(checkOutside(o))
	}
	note(p.checkArea())
	for _, d := range cfg.InternalDomains {
		host, err := checkDomain(d)
		note(err)
		p.domains = append(p.domains, host)
	}
	for _, s := range cfg.InternalPatterns {
		pattern, err := readPattern(s)
		note(err)
		p.patterns = append(p.patterns, pattern)
	}
	numbers, err := countedNumbers(home, cfg)
	note(err)
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	p.emergency = newEmergencies(p.homeCode, numbers, append([]string{p.national, p.international}, p.outside...))
	return p, nil
}

// setPrefixes takes the prefixes from cfg, else from the home country's plan.
func (p *Plan) setPrefixes(cfg Config) error {
	all, err := phonenumbers.MetadataCollection()
	if err != nil {
		return fmt.Errorf("numbering plans: %w", err)
	}
	for _, m := range all.GetMetadata() {
		if m.GetId() != p.home {
			continue
		}
		p.national = m.GetNationalPrefix()
		p.international = m.GetPreferredInternationalPrefix()
		if pattern := m.GetInternationalPrefix(); p.international == "" && onlyDigits(pattern) {
			p.international = pattern
		}
		p.transforms = m.GetNationalPrefixTransformRule() != ""
	}
	if s := cfg.InternationalPrefix; s != "" {
		p.international = s
	}
	switch s := cfg.NationalPrefix; s {
	case "":
	case noPrefix:
		p.national = ""
	default:
		p.national = s
	}
	if p.international == "" {
		return fmt.Errorf("home country %s has an international prefix for each carrier: set international_prefix to the one your line uses", p.home)
	}
	if !onlyDigits(p.international) || len(p.international) > 8 {
		return fmt.Errorf("international prefix %q: write the digits that are dialled before a calling code, such as \"00\"", p.international)
	}
	if !onlyDigits(p.national) || len(p.national) > 4 {
		return fmt.Errorf("national prefix %q: write the digits that are dialled before an area code, such as \"0\", or %q", p.national, noPrefix)
	}
	return nil
}
