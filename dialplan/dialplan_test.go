package dialplan_test

import (
	"strings"
	"testing"

	"callas"
	"callas/dialplan"

	"github.com/stretchr/testify/require"
)

// A target is what a case expects of one raw target.
type target struct {
	raw  string
	want callas.Target
}

func emergency(raw, number, uri string) target {
	return target{raw, callas.Target{Class: callas.Emergency, Number: number, URI: uri}}
}

func pstn(raw, e164, country string) target {
	return target{raw, callas.Target{Class: callas.PSTN, Number: e164, URI: "tel:" + e164, Country: country}}
}

func internal(raw, number, uri string) target {
	return target{raw, callas.Target{Class: callas.Internal, Number: number, URI: uri}}
}

func federated(raw, uri string) target {
	return target{raw, callas.Target{Class: callas.Federated, URI: uri}}
}

func unknown(raw string) target {
	return target{raw, callas.Target{Class: callas.Unknown}}
}

func check(t *testing.T, plan *dialplan.Plan, cases []target) {
	t.Helper()
	for _, tc := range cases {
		t.Run(tc.raw, func(t *testing.T) {
			require.Equal(t, tc.want, plan.Classify(tc.raw))
		})
	}
}

func newPlan(t testing.TB, cfg dialplan.Config) *dialplan.Plan {
	t.Helper()
	plan, err := dialplan.New(cfg)
	require.NoError(t, err)
	return plan
}

// nordhang is the demo company: London, outside line 9, extensions 2000 to 2999.
func nordhang(t testing.TB) *dialplan.Plan {
	return newPlan(t, dialplan.Config{
		HomeCountry:      "GB",
		OutsidePrefixes:  []string{"9"},
		InternalDomains:  []string{"nordhang.example", "10.0.0.5", "2001:db8::5"},
		InternalPatterns: []string{"2XXX", "*9X", "+44207946020X"},
	})
}

func TestAPlanTellsItsHome(t *testing.T) {
	plan := nordhang(t)
	require.Equal(t, "GB", plan.HomeCountry())
	require.Equal(t, "nordhang.example", plan.Domain())
	require.Empty(t, newPlan(t, dialplan.Config{HomeCountry: "CH"}).Domain())
}

func TestT11EmergencyTargets(t *testing.T) {
	plan := nordhang(t)
	for _, raw := range []string{
		"112", "911", "110", "117", "118", "144", "999", "0112", "9-911", "933", "urn:service:sos",
		"sip:112@nordhang.example;user=phone", "sip:112@gateway.example;user=phone", "sip:112@10.0.0.5;user=phone",
	} {
		require.Equal(t, callas.Emergency, plan.Classify(raw).Class, raw)
	}
}

func TestInternalTargets(t *testing.T) {
	const extension = "tel:2001;phone-context=nordhang.example"
	check(t, nordhang(t), []target{
		internal("2001", "2001", extension),
		internal("2-001", "2001", extension),
		internal("tel:2001", "2001", extension),
		internal("TEL:2001;phone-context=Nordhang.Example", "2001", extension),
		internal("tel:5001;phone-context=nordhang.example", "5001", "tel:5001;phone-context=nordhang.example"),
		internal("*97", "*97", "tel:*97;phone-context=nordhang.example"),
		internal("sip:2001@nordhang.example", "2001", "sip:2001@nordhang.example"),
		internal("sip:2001@nordhang.example;user=phone", "2001", "sip:2001@nordhang.example"),
		internal("sip:5001@nordhang.example", "5001", "sip:5001@nordhang.example"),
		internal("sip:anna@nordhang.example", "", "sip:anna@nordhang.example"),
		internal("anna@nordhang.example", "", "sip:anna@nordhang.example"),
		internal("SIP:anna@NORDHANG.Example.", "", "sip:anna@nordhang.example"),
		internal("sips:anna@nordhang.example:5061;transport=tls", "", "sips:anna@nordhang.example:5061"),
		internal("sip:anna:secret@nordhang.example?Subject=hello", "", "sip:anna@nordhang.example"),
		internal("sip:%61nna@nordhang.example", "", "sip:anna@nordhang.example"),
		internal(`"Meier, \"Anna\" <x>" <sip:anna@nordhang.example>;tag=1`, "", "sip:anna@nordhang.example"),
		internal("sip:anna@nordhang.example;user=phone", "", "sip:anna@nordhang.example"),
		internal("sip:2001@10.0.0.5:5080", "2001", "sip:2001@10.0.0.5:5080"),
		internal("sip:2001@[2001:DB8:0::5]", "2001", "sip:2001@[2001:db8::5]"),
		internal("sip:nordhang.example", "", "sip:nordhang.example"),
		{"020 7946 0201", callas.Target{Class: callas.Internal, Number: "+442079460201", URI: "tel:+442079460201", Country: "GB"}},
		{"sip:+442079460201@trunk.example", callas.Target{Class: callas.Internal, Number: "+442079460201", URI: "tel:+442079460201", Country: "GB"}},
	})
}

func TestAnExtensionWithoutADomainHasNoURI(t *testing.T) {
	plan := newPlan(t, dialplan.Config{HomeCountry: "GB", InternalPatterns: []string{"2xxx"}})
	require.Equal(t, callas.Target{Class: callas.Internal, Number: "2001"}, plan.Classify("2001"))
}

func TestFederatedTargets(t *testing.T) {
	check(t, nordhang(t), []target{
		federated("sip:customer@partner.example", "sip:customer@partner.example"),
		federated("sips:Customer@Partner.Example;transport=tls", "sips:Customer@partner.example"),
		federated("<sip:customer@partner.example:5070>", "sip:customer@partner.example:5070"),
		federated("sip:2001@partner.example", "sip:2001@partner.example"),
		federated("sip:2001@partner.example;user=phone", "sip:2001@partner.example"),
		federated("sip:customer@sub.nordhang.example", "sip:customer@sub.nordhang.example"),
		federated("sip:customer@nordhang.example.partner.example", "sip:customer@nordhang.example.partner.example"),
		federated("sip:j%c3%bcrg@partner.example", "sip:j%C3%BCrg@partner.example"),
		federated("sip:jürg@partner.example", "sip:j%C3%BCrg@partner.example"),
		federated("sip:a%40b@partner.example", "sip:a%40b@partner.example"),
		federated("sip:customer@[2001:db8::1]:5060", "sip:customer@[2001:db8::1]:5060"),
		federated("sip:2079460100@partner.example", "sip:2079460100@partner.example"),
		federated("sip:9001@partner.example", "sip:9001@partner.example"),
		federated("sip:10.1.2.3", "sip:10.1.2.3"),
	})
}

func TestUnknownTargets(t *testing.T) {
	var cases []target
	for _, raw := range []string{
		"", " ", "anna", "+", "+999 123", "+4420", "0", "00", "9", "5001", "79460100", "118 118", "101", "123456789012345678901",
		"tel:", "tel:anna", "tel:5001;phone-context=partner.example", "tel:2;phone-context=+44", "tel:79460100;phone-context=+x", strings.Repeat("5 ", 49), strings.Repeat("5", 49), "++44", "tel:5;x=1", "1+44 20 7946 0100", "12ab34",
		"sip:", "sip:@partner.example", "sip:anna@", "sip:anna@part ner.example", "sip:anna@partner.example:port",
		"sip:an na@partner.example", "sip:anna@nordhang.example@partner.example", "sip:anna%0d%0aFrom: x@partner.example",
		"sip:anna@münchen.example", "sip:anna@[::1", "sip:anna@[fe80::1%25eth0]", "mailto:anna@nordhang.example",
		"skype:anna", "https://nordhang.example", "urn:service:counseling", "urn:uuid:112", "10.0.0.5", "<>", `"`,
	} {
		cases = append(cases, unknown(raw))
	}
	check(t, nordhang(t), cases)
}
