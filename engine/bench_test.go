package engine_test

import (
	"context"
	"testing"
)

// What one call costs in process, without HTTP.
func BenchmarkResolve(b *testing.B) {
	h := newHouse(b)
	for name, call := range map[string]struct{ agent, target string }{
		"as service": {"anna", phone}, "as agent, one reason": {"clara", phone}, "emergency": {"anna", "tel:112"},
	} {
		b.Run(name, func(b *testing.B) {
			question := h.call(call.agent, call.target)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := h.Resolve(context.Background(), question); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
