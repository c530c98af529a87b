package dialplan_test

import (
	"testing"

	"callas/dialplan"
)

func BenchmarkClassify(b *testing.B) {
	plan := nordhang(b)
	for _, bench := range []struct{ name, raw string }{
		{"tel_E164", "tel:+442079460100"},
		{"tel_E164_one_country", "tel:+41791234567"},
		{"tel_E164_not_valid", "tel:+447700900123"},
		{"tel_E164_USA", "tel:+12125550123"},
		{"tel_E164_Canada", "tel:+14165550123"},
		{"tel_with_separators", "tel:+44-20-7946-0100"},
		{"national", "02079460100"},
		{"outside_national", "9 020 7946 0100"},
		{"international", "0041791234567"},
		{"sip_user_phone", "sip:+41791234567@sbc.example;user=phone"},
		{"sip_internal", "sip:anna@nordhang.example"},
		{"sip_federated", "sip:customer@partner.example"},
		{"extension", "2001"},
		{"emergency", "112"},
		{"emergency_outside", "9-911"},
		{"unknown", "anna"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				plan.Classify(bench.raw)
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := dialplan.New(dialplan.Config{HomeCountry: "GB"}); err != nil {
			b.Fatal(err)
		}
	}
}
