package dialplan_test

import (
	"testing"
	"unicode/utf8"

	"callas"
	"callas/dialplan"

	"github.com/stretchr/testify/require"
)

// What a fuzzer may write into a target must not panic, and must come out as one
// of the classes, clean, the same each time, and the same again when its own URI
// is asked for.
func FuzzClassify(f *testing.F) {
	for _, raw := range []string{
		"112", "9-911", "0044 999", "*31#112", "118 118", "2001", "+44 (0)20 7946 0100", "020 7946 0100 x12", "9 00 1 416 555 0123",
		"tel:79460100;phone-context=+44-20", "tel:2001;phone-context=nordhang.example", "tel:+1-800-555-0123;ext=5",
		"sip:anna@nordhang.example", "sip:2001%23@nordhang.example", "sip:+41791234567;isub=1@[2001:db8::1]:5060;user=phone?x=y",
		"sips:j%C3%BCrg@partner.example", `"A \"B\" <x>" <sip:112@partner.example>;tag=1`, "urn:service:sos.fire",
		"callto:tel:+41791234567", "sip%3A112%40x", "١١٢", "\u202a+44 20 7946 0100\u202c", "sip:a@b@c", "sip:", "tel:%", "<", `"\`,
		"+39 06 1234 5678", "+54 011 15 2345 6789", "+7 8 812 123 4567", "+1 1 1 212 555 0123",
	} {
		f.Add(raw)
	}
	plans := []*dialplan.Plan{
		nordhang(f),
		newPlan(f, dialplan.Config{HomeCountry: "DE", AreaCode: "30", OutsidePrefixes: []string{"0"}, InternalPatterns: []string{"XXX"}}),
		newPlan(f, dialplan.Config{HomeCountry: "US", AreaCode: "212", OutsidePrefixes: []string{"9", "*9"}, InternalDomains: []string{"nordhang.example"}}),
		newPlan(f, dialplan.Config{HomeCountry: "AR", Countries: []string{"AR"}, InternalPatterns: []string{"+54XXXXXXXXXX", "*#X"}}),
		newPlan(f, dialplan.Config{HomeCountry: "IT", InternalDomains: []string{"::1"}, Emergency: map[string][]string{"IT": {"3331234567"}}}),
	}
	classes := []callas.Class{callas.Emergency, callas.PSTN, callas.Internal, callas.Federated, callas.Unknown}
	f.Fuzz(func(t *testing.T, raw string) {
		for _, plan := range plans {
			got := plan.Classify(raw)
			require.Contains(t, classes, got.Class)
			require.Equal(t, got, plan.Classify(raw))
			for i := range len(got.URI) {
				require.True(t, got.URI[i] > ' ' && got.URI[i] < utf8.RuneSelf && got.URI[i] != '"' && got.URI[i] != '<' && got.URI[i] != '>', got.URI)
			}
			if got.URI != "" {
				require.Equal(t, got, plan.Classify(got.URI), "%q became %q", raw, got.URI)
			}
			if got.Class == callas.PSTN {
				require.Equal(t, "tel:"+got.Number, got.URI)
			}
			if got.Class == callas.Unknown {
				require.Equal(t, callas.Target{Class: callas.Unknown}, got)
			}
		}
	})
}
