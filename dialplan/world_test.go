package dialplan_test

import (
	"testing"

	"callas"
	"callas/dialplan"

	"github.com/nyaruka/phonenumbers"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// asLibrary is what libphonenumber makes of a number in E.164.
func asLibrary(e164 string) callas.Target {
	n, err := phonenumbers.Parse(e164, "")
	if err != nil || phonenumbers.IsPossibleNumberWithReason(n) != phonenumbers.IS_POSSIBLE {
		return callas.Target{Class: callas.Unknown}
	}
	country := phonenumbers.GetRegionCodeForNumber(n)
	if country == "" {
		country = phonenumbers.GetRegionCodeForCountryCode(int(n.GetCountryCode()))
	}
	if country == "001" {
		country = ""
	}
	plain := phonenumbers.Format(n, phonenumbers.E164)
	return callas.Target{Class: callas.PSTN, Number: plain, URI: "tel:" + plain, Country: country}
}

func TestEveryCountrysExampleNumbersReadAsInLibphonenumber(t *testing.T) {
	plan := nordhang(t)
	for country := range phonenumbers.GetSupportedRegions() {
		for kind := phonenumbers.FIXED_LINE; kind <= phonenumbers.VOICEMAIL; kind++ {
			n := phonenumbers.GetExampleNumberForType(country, kind)
			if n == nil {
				continue
			}
			e164 := phonenumbers.Format(n, phonenumbers.E164)
			require.Equal(t, asLibrary(e164), plan.Classify(e164), "%s in %s", e164, country)
		}
	}
}

func TestNationalFormsReadAsInLibphonenumber(t *testing.T) {
	for _, country := range []string{
		"AT", "CH", "DE", "FR", "GB", "US", // and plans of every other make: no prefix, 8, 06, carriers, rewriting
		"AR", "AU", "BR", "CA", "CN", "ES", "HU", "IN", "IT", "JM", "JP", "KR", "LT", "MX", "NO", "RU", "SM", "ZA",
	} {
		plan := newPlan(t, dialplan.Config{HomeCountry: country, InternationalPrefix: "00"})
		for _, kind := range []phonenumbers.PhoneNumberType{phonenumbers.FIXED_LINE, phonenumbers.MOBILE} {
			n := phonenumbers.GetExampleNumberForType(country, kind)
			if n == nil || len(phonenumbers.GetNationalSignificantNumber(n)) < 7 && phonenumbers.GetNddPrefixForRegion(country, true) != "" {
				continue // too short to be told from an extension
			}
			national := phonenumbers.Format(n, phonenumbers.NATIONAL)
			n, err := phonenumbers.Parse(national, country)
			require.NoError(t, err)
			want := asLibrary(phonenumbers.Format(n, phonenumbers.E164))
			require.Equal(t, want, plan.Classify(national), "%s in %s", national, country)
		}
	}
}

func TestAnyNumberReadsAsInLibphonenumber(t *testing.T) {
	plan := nordhang(t)
	var shared []string
	for code := range phonenumbers.GetSupportedCallingCodes() {
		if len(phonenumbers.GetRegionCodesForCountryCode(code)) > 1 {
			shared = append(shared, phonenumbers.GetRegionCodeForCountryCode(code))
		}
	}
	example := rapid.Custom(func(t *rapid.T) string {
		regions := phonenumbers.GetRegionCodesForCountryCode(phonenumbers.GetCountryCodeForRegion(rapid.SampledFrom(shared).Draw(t, "code")))
		n := phonenumbers.GetExampleNumber(rapid.SampledFrom(regions).Draw(t, "region"))
		e164 := []byte(phonenumbers.Format(n, phonenumbers.E164))
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			e164[rapid.IntRange(2, len(e164)-1).Draw(t, "at")] = byte(rapid.IntRange('0', '9').Draw(t, "digit"))
		}
		return string(e164)
	})
	rapid.Check(t, func(t *rapid.T) {
		e164 := rapid.OneOf(rapid.StringMatching(`\+[1-9][0-9]{1,15}`), example).Draw(t, "number")
		want, got := asLibrary(e164), plan.Classify(e164)
		if got.Class == callas.Emergency || got.Class == callas.Internal {
			t.Skip("not a question for the library")
		}
		if want.Number != "" && asLibrary(want.Number) != want {
			// The library takes out a national prefix and would take out another.
			want = callas.Target{Class: callas.Unknown}
		}
		require.Equal(t, want, got, e164)
	})
}
