package dialplan_test

import (
	"sync"
	"testing"

	"callas"
	"callas/dialplan"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

func TestNewTellsWhatIsWrongAndWhatToWrite(t *testing.T) {
	gb := func(change func(*dialplan.Config)) dialplan.Config {
		cfg := dialplan.Config{HomeCountry: "GB"}
		change(&cfg)
		return cfg
	}
	for _, tc := range []struct {
		name string
		cfg  dialplan.Config
		want string
	}{
		{"no country", dialplan.Config{}, `home country is missing: give its ISO 3166 code, such as "GB"`},
		{"a country's usual name", dialplan.Config{HomeCountry: "UK"}, `home country "UK" is no ISO 3166 code (did you mean "GB"?)`},
		{"a country in small letters", dialplan.Config{HomeCountry: "ch"}, `home country "ch" is no ISO 3166 code (did you mean "CH"?)`},
		{"a country in three letters", dialplan.Config{HomeCountry: "DEU"}, `home country "DEU" is no ISO 3166 code (did you mean "DE"?)`},
		{"a calling code", dialplan.Config{HomeCountry: "+43"}, `home country "+43" is no ISO 3166 code (did you mean "AT"?)`},
		{"no country at all", dialplan.Config{HomeCountry: "XX"}, `home country "XX" is no ISO 3166 code: two capital letters, such as "GB"`},
		{"a country with carriers", dialplan.Config{HomeCountry: "BR"}, `home country BR has an international prefix for each carrier: set international_prefix to the one your line uses`},
		{"an international prefix with a plus", gb(func(c *dialplan.Config) { c.InternationalPrefix = "+" }), `international prefix "+": write the digits that are dialled before a calling code, such as "00"`},
		{"a national prefix in brackets", gb(func(c *dialplan.Config) { c.NationalPrefix = "(0)" }), `national prefix "(0)": write the digits that are dialled before an area code, such as "0", or "none"`},
		{"an area code with prefix", gb(func(c *dialplan.Config) { c.AreaCode = "020" }), `area code "020" starts with the national prefix (did you mean "20"?)`},
		{"an area code in words", gb(func(c *dialplan.Config) { c.AreaCode = "London" }), `area code "London": write its digits only, such as "20" for London`},
		{"an empty outside prefix", gb(func(c *dialplan.Config) { c.OutsidePrefixes = []string{""} }), `outside prefix "": write what gets an outside line, one to four keys, such as "9"`},
		{"an emergency number as outside prefix", gb(func(c *dialplan.Config) { c.OutsidePrefixes = []string{"112"} }), `outside prefix "112" is an emergency number: nobody could tell one from the other`},
		{"a domain with scheme and port", gb(func(c *dialplan.Config) { c.InternalDomains = []string{"sip:Nordhang.example:5060"} }), `internal domain "sip:Nordhang.example:5060" is more than a host (did you mean "nordhang.example"?)`},
		{"an address as domain", gb(func(c *dialplan.Config) { c.InternalDomains = []string{"anna@nordhang.example"} }), `internal domain "anna@nordhang.example" is more than a host (did you mean "nordhang.example"?)`},
		{"a domain in Unicode", gb(func(c *dialplan.Config) { c.InternalDomains = []string{"zürich.example"} }), `internal domain "zürich.example" is no host name: write what stands behind the @ of your SIP addresses, international names as xn--`},
		{"an empty domain", gb(func(c *dialplan.Config) { c.InternalDomains = []string{""} }), `internal domain "" is no host name: write what stands behind the @ of your SIP addresses, international names as xn--`},
		{"a pattern in another dialect", gb(func(c *dialplan.Config) { c.InternalPatterns = []string{"_2NXX."} }), `internal pattern "_2NXX.": write its digits, and X for any digit, such as "2XXX" or "+442079460XXX"`},
		{"a pattern of the whole world", gb(func(c *dialplan.Config) { c.InternalPatterns = []string{"+XXXXXXXX"} }), `internal pattern "+XXXXXXXX": behind the + comes a calling code, such as "+442079460XXX"`},
		{"an unknown country to count", gb(func(c *dialplan.Config) { c.Countries = []string{"GB", "Germany"} }), `country "Germany" is no ISO 3166 code: two capital letters, such as "GB"`},
		{"emergency numbers of no country", gb(func(c *dialplan.Config) { c.Emergency = map[string][]string{"UK": {"999"}} }), `emergency: country "UK" is no ISO 3166 code (did you mean "GB"?)`},
		{"an emergency number with prefix", gb(func(c *dialplan.Config) { c.Emergency = map[string][]string{"GB": {"9-2222"}} }), `emergency number "9-2222" of GB: write the 2 to 15 digits that are dialled, without prefix, such as "112"`},
		{"two mistakes", gb(func(c *dialplan.Config) { c.AreaCode, c.Countries = "x", []string{"X"} }), "area code \"x\": write its digits only, such as \"20\" for London\ncountry \"X\" is no ISO 3166 code: two capital letters, such as \"GB\""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			plan, err := dialplan.New(tc.cfg)
			require.EqualError(t, err, tc.want)
			require.Nil(t, plan)
		})
	}
}

func TestAConfigIsReadFromYAML(t *testing.T) {
	var cfg dialplan.Config
	require.NoError(t, yaml.Unmarshal([]byte(`
home_country: BR
international_prefix: "0021"
national_prefix: "0"
area_code: "11"
outside_prefixes: ["8"]
internal_domains: [NORDHANG.example]
internal_patterns: [3xx]
countries: [BR]
emergency: {BR: ["7777"]}
`), &cfg))
	check(t, newPlan(t, cfg), []target{
		pstn("0021 44 20 7946 0100", "+442079460100", "GB"),
		pstn("8 011 2345 6789", "+551123456789", "BR"),
		pstn("2345 6789", "+551123456789", "BR"),
		internal("312", "312", "tel:312;phone-context=nordhang.example"),
		emergency("190", "190", "tel:190;phone-context=+55"),
		emergency("8 7777", "7777", "tel:7777;phone-context=+55"),
		unknown("117"),
	})
}

func TestAPlanKeepsNothingOfItsConfig(t *testing.T) {
	cfg := dialplan.Config{HomeCountry: "GB", OutsidePrefixes: []string{"9"}, InternalPatterns: []string{"2XXX"}}
	plan := newPlan(t, cfg)
	cfg.OutsidePrefixes[0], cfg.InternalPatterns[0] = "7", "5XXX"
	check(t, plan, []target{
		pstn("9 020 7946 0100", "+442079460100", "GB"),
		internal("2001", "2001", ""),
	})
}

func TestAPlanIsSafeForConcurrentUse(t *testing.T) {
	plan := nordhang(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for _, raw := range []string{"112", "020 7946 0100", "+14165550123", "+44 (0)20 7946 0100", "sip:anna@nordhang.example"} {
				if plan.Classify(raw).Class == callas.Unknown || plan.CheckPresentable("+442079460100") != nil {
					t.Error(raw)
				}
			}
		})
	}
	all.Wait()
}
