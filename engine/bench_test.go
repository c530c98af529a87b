package engine_test

import (
	"context"
	"testing"

	"callas"
	"callas/engine"
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

// What policy costs for each row of an import or a bulk edit.
func BenchmarkMay(b *testing.B) {
	h := newHouse(b)
	sn := h.facts.Snapshot()
	change := callas.Change{By: callas.Principal{Name: "root", Role: callas.RoleAdmin}, Action: callas.Create,
		Kind: callas.KindAgent, ID: "new", After: h.agent("anna", func(a *callas.Agent) { a.ID = "new" })}
	b.ReportAllocs()
	for b.Loop() {
		if v, err := h.May(context.Background(), sn, change); err != nil || !v.Allow {
			b.Fatal(v, err)
		}
	}
}

// What a call costs that nothing is remembered of.
func BenchmarkJudge(b *testing.B) {
	h := newHouse(b, func(p *engine.Parts) { p.Memory = -1 })
	question := h.call("anna", phone)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := h.Resolve(context.Background(), question); err != nil {
			b.Fatal(err)
		}
	}
}

// What a bulk edit's plan costs for each agent, before and after.
func BenchmarkMenu(b *testing.B) {
	h := newHouse(b)
	sn := h.facts.Snapshot()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := h.Menu(context.Background(), sn, "anna"); err != nil {
			b.Fatal(err)
		}
	}
}
