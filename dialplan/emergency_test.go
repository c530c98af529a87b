package dialplan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"callas"
	"callas/dialplan"

	"github.com/nyaruka/phonenumbers"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestEmergencyTargets(t *testing.T) {
	const uri112, uri911, uri999 = "tel:112;phone-context=+44", "tel:911;phone-context=+44", "tel:999;phone-context=+44"
	check(t, nordhang(t), []target{
		emergency("9-0-112", "112", uri112),
		emergency("00112", "112", uri112),
		emergency("9112", "112", uri112),
		emergency("9911", "911", uri911),
		emergency("0-9-1-1", "911", uri911),
		emergency("015", "15", "tel:15;phone-context=+44"),
		emergency("1-1-2", "112", uri112),
		emergency("1.1.2", "112", uri112),
		emergency(" 112\r\n", "112", uri112),
		emergency("112#", "112", uri112),
		emergency("112,,1", "112", uri112),
		emergency("112 ext. 5", "112", uri112),
		emergency("*112", "112", uri112),
		emergency("*67 911", "911", uri911),
		emergency("*31#112", "112", uri112),
		emergency("#31#0112", "112", uri112),
		emergency("141 999", "999", uri999),
		emergency("1470 999", "999", uri999),
		emergency("9 18001 999", "999", uri999),
		emergency("+112", "112", uri112),
		emergency("+44 999", "999", uri999),
		emergency("+44 0 999", "999", uri999),
		emergency("+49 0112", "112", uri112),
		emergency("0044 999", "999", uri999),
		emergency("+1 911", "911", uri911),
		emergency("+33 17", "17", "tel:17;phone-context=+44"),
		emergency("١١٢", "112", uri112),
		emergency("１１２", "112", uri112),
		emergency("\u202a112\u202c", "112", uri112),
		emergency("%31%31%32", "112", uri112),
		emergency("TEL:911", "911", uri911),
		emergency("tel://999", "999", uri999),
		emergency("tel:911;phone-context=+1", "911", uri911),
		emergency("tel:1-1-2;phone-context=partner.example", "112", uri112),
		emergency("112;phone-context=+44;user=phone", "112", uri112),
		emergency("sip:112@partner.example", "112", uri112),
		emergency("sips:112@nordhang.example:5061;transport=tls", "112", uri112),
		emergency("SIP:112@[2001:db8::1]", "112", uri112),
		emergency("sip:9911@partner.example;user=phone", "911", uri911),
		emergency("sip:112:secret@partner.example", "112", uri112),
		emergency("sip:%31%31%32@partner.example", "112", uri112),
		emergency("sip:112;phone-context=+44@partner.example;user=phone", "112", uri112),
		emergency("sip:+44999@partner.example", "999", uri999),
		emergency("sip:112@not a host", "112", uri112),
		emergency("sip:112@a@b", "112", uri112),
		emergency("sip:112@", "112", uri112),
		emergency("sip:112", "112", uri112),
		emergency("sip:112:5060;user=phone", "112", uri112),
		emergency("sip%3A112%40partner.example", "112", uri112),
		emergency("112@partner.example", "112", uri112),
		emergency(`"Police" <sip:112@partner.example>;tag=1`, "112", uri112),
		emergency(`"112"`, "112", uri112),
		emergency("<tel:112>", "112", uri112),
		emergency("callto:112", "112", uri112),
		emergency("h323:112@partner.example", "112", uri112),
		emergency("urn:service:sos.fire", "", "urn:service:sos.fire"),
		emergency("URN:Service:SOS.Police", "", "urn:service:sos.police"),
		emergency("urn:service:test.sos.ambulance", "", "urn:service:test.sos.ambulance"),
		emergency("urn:nena:service:sos.ecall.manual", "", "urn:nena:service:sos.ecall.manual"),
		emergency("<urn:service:sos>", "", "urn:service:sos"),
		emergency("urn:service:sos.\"fire", "", "urn:service:sos"),
		emergency("sip:sos@partner.example", "", "urn:service:sos"),
		emergency("sip:SOS.fire@partner.example", "", "urn:service:sos"),
	})
}

func TestWhatOnlyLooksLikeAnEmergencyIsNone(t *testing.T) {
	plan := nordhang(t)
	for raw, want := range map[string]callas.Class{
		"2112":                          callas.Internal,
		"2911":                          callas.Internal,
		"sip:2112@nordhang.example":     callas.Internal,
		"sip:1120@nordhang.example":     callas.Internal,
		"sip:anna112@nordhang.example":  callas.Internal,
		"sip:112anna@partner.example":   callas.Federated,
		"sip:anna@112.partner.example":  callas.Federated,
		"sip:anna@partner.example;x=12": callas.Federated,
		"sip:soso@partner.example":      callas.Federated,
		"sip:5112@partner.example":      callas.Federated,
		"+441120000000":                 callas.PSTN,
		"+44 113 496 0112":              callas.PSTN,
		"0113 496 0911":                 callas.PSTN,
		"0118 999 8819":                 callas.PSTN,
		"0117 496 0117":                 callas.PSTN,
		"+43 1414":                      callas.PSTN,
		"+1 911 555 0123":               callas.PSTN,
		"118 118":                       callas.Unknown,
		"112112":                        callas.Unknown,
		"1123":                          callas.Unknown,
		"*17":                           callas.Unknown,
		"9 0 15":                        callas.Unknown,
		"urn:service:counseling":        callas.Unknown,
		"urn:service:sosx":              callas.Unknown,
		"urn:sos":                       callas.Unknown,
		"Notruf":                        callas.Unknown,
	} {
		require.Equal(t, want, plan.Classify(raw).Class, raw)
	}
}

func TestCountriesNarrowWhoseEmergencyNumbersCount(t *testing.T) {
	plan := newPlan(t, dialplan.Config{
		HomeCountry: "GB", Countries: []string{"GB", "NO"}, InternalPatterns: []string{"1XX"},
		Emergency: map[string][]string{"DE": {"2222"}},
	})
	for raw, want := range map[string]callas.Class{
		"999": callas.Emergency, "112": callas.Emergency, "911": callas.Emergency,
		"113": callas.Emergency, "0113": callas.Emergency, "2222": callas.Emergency, "9 2222": callas.Emergency,
		"117": callas.Internal, "144": callas.Internal,
	} {
		require.Equal(t, want, plan.Classify(raw).Class, raw)
	}
}

func TestOtherCountriesNumbersComeFromLibphonenumber(t *testing.T) {
	countries := []string{"AE", "AR", "AU", "BR", "CZ", "ES", "IN", "IT", "JP", "LT", "NO", "RU", "ZA"}
	plan := newPlan(t, dialplan.Config{HomeCountry: "GB", Countries: countries})
	var asked int
	for length, end := range map[int]int{2: 100, 3: 1000} {
		for n := range end {
			digits := fmt.Sprintf("%0*d", length, n)
			counts := slices.ContainsFunc(countries, func(c string) bool { return phonenumbers.IsEmergencyNumber(digits, c) })
			if counts {
				asked++
				require.Equal(t, callas.Emergency, plan.Classify(digits).Class, digits)
			}
		}
	}
	require.Greater(t, asked, 20)
}

// In doubt the call goes out as the agent: nothing that can be written into a
// dial plan hides an emergency number of its countries, however it is dialled.
func TestNoSettingHidesAnEmergency(t *testing.T) {
	numbers := map[string][]string{
		"AT": {"122", "133", "144", "140"}, "CH": {"117", "118", "144", "143"}, "DE": {"110"},
		"FR": {"15", "17", "18", "114", "116000"}, "GB": {"999", "18000"}, "US": {"911", "933"},
	}
	keys := rapid.StringMatching(`[0-9*#]{1,4}`)
	rapid.Check(t, func(t *rapid.T) {
		cfg := dialplan.Config{
			HomeCountry:         rapid.SampledFrom([]string{"AT", "CH", "DE", "FR", "GB", "US", "IT", "AR", "NO", "CA"}).Draw(t, "home"),
			InternationalPrefix: rapid.SampledFrom([]string{"", "00", "011", "112", "9"}).Draw(t, "international"),
			NationalPrefix:      rapid.SampledFrom([]string{"", "none", "0", "1", "11", "8"}).Draw(t, "national"),
			AreaCode:            rapid.SampledFrom([]string{"", "20", "44", "911"}).Draw(t, "area"),
			OutsidePrefixes:     rapid.SliceOfN(keys, 0, 3).Draw(t, "outside"),
			InternalDomains:     rapid.SliceOfN(rapid.SampledFrom([]string{"nordhang.example", "10.0.0.5", "112"}), 0, 2).Draw(t, "domains"),
			InternalPatterns:    rapid.SliceOfN(rapid.StringMatching(`[19X]{2,6}|112|911|\+44X{3}`), 0, 4).Draw(t, "patterns"),
			Countries:           rapid.SliceOfN(rapid.SampledFrom([]string{"AT", "CH", "DE", "FR", "GB", "US"}), 0, 3).Draw(t, "countries"),
			Emergency:           map[string][]string{"GB": {rapid.StringMatching(`[1-9][0-9]{2,6}`).Draw(t, "extra")}},
		}
		plan, err := dialplan.New(cfg)
		if err != nil {
			t.Skip(err.Error())
		}
		count := append([]string{"112", "911"}, cfg.Emergency["GB"]...)
		count = append(count, numbers[cfg.HomeCountry]...)
		countries := cfg.Countries
		if len(countries) == 0 {
			countries = dialplan.DefaultCountries
		}
		for _, c := range countries {
			count = append(count, numbers[c]...)
		}
		n := rapid.SampledFrom(count).Draw(t, "number")
		prefix := rapid.SampledFrom(append([]string{"", "0", "9"}, cfg.OutsidePrefixes...)).Draw(t, "prefix")
		dialled := strings.Join(strings.Split(prefix+n, ""), rapid.SampledFrom([]string{"", "-", " ", "."}).Draw(t, "separator"))
		escaped := strings.NewReplacer("#", "%23", "*", "%2A", " ", "%20").Replace(dialled)
		raw := rapid.SampledFrom([]string{
			dialled, "tel:" + escaped, "tel:" + escaped + ";phone-context=+49", "TEL:" + escaped + ";phone-context=x.example",
			"sip:" + escaped + "@partner.example", "sip:" + escaped + "@nordhang.example;user=phone",
			"sips:" + escaped + "@[2001:db8::1]:5061", `"x" <sip:` + escaped + `@10.0.0.5>;tag=1`, "callto:" + escaped,
		}).Draw(t, "raw")
		got := plan.Classify(raw)
		require.Equal(t, callas.Emergency, got.Class, "%s under %+v", raw, cfg)
	})
}
