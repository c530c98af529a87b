package engine_test

import (
	"context"
	"fmt"
	"testing"

	"callas"
	"callas/demo"
	"callas/engine"
	"callas/state"
)

// What a remembered call costs in process, without HTTP.
func BenchmarkRemembered(b *testing.B) {
	h := newHouse(b)
	for name, call := range map[string]struct{ agent, target string }{
		"as service": {"anna", phone}, "as agent, one reason": {"clara", phone}, "emergency": {"anna", "tel:112"},
	} {
		b.Run(name, func(b *testing.B) { resolves(b, h, h.call(call.agent, call.target)) })
	}
}

// What a call costs that nothing is remembered of: the whole of the law, in process.
func BenchmarkJudged(b *testing.B) {
	h := newHouse(b, func(p *engine.Parts) { p.Memory = -1 })
	h.set(b, h.agent("ben", func(a *callas.Agent) { a.Direction = callas.DirectionInternal; a.Responsible = nil }),
		h.service("claims", func(s *callas.Service) { s.CallAsEnabled, s.Unit = false, "leeds" }))
	four := h.call("ben", phone)
	four.CallAs = "claims"
	for _, tc := range []struct {
		name string
		call callas.Call
		want outcome
	}{
		{"as service", h.call("anna", phone), asService("help")},
		{"as agent, direction", h.call("anna", account), asAgent("direction")},
		{"as agent, four reasons", four, asAgent("service_disabled", "other_unit", "direction", "not_responsible")},
		{"unknown agent", h.call("nobody", phone), asAgent("unknown_agent")},
	} {
		b.Run(tc.name, func(b *testing.B) {
			if got, err := h.Resolve(context.Background(), tc.call); err != nil || fmt.Sprint(outcomeOf(got)) != fmt.Sprint(tc.want) {
				b.Fatal(outcomeOf(got), err)
			}
			resolves(b, h, tc.call)
		})
	}
	constant := newHouse(b, func(p *engine.Parts) { p.Memory = -1 }, judgedBy(b, `answer := {"as": "agent", "reasons": ["none_selected"]}`))
	b.Run("a law that looks at next to nothing", func(b *testing.B) { resolves(b, constant, constant.call("anna", phone)) })
}

// What a call costs of an agent who is asked about for the first time, of those among
// 20,000 who call as a service: somebody who is alike has mostly called before.
func BenchmarkFirstCall(b *testing.B) {
	h := newHouse(b)
	h.load(b, crowd(20_000))
	var calls []callas.Call
	for row := range h.facts.Snapshot().Rows(callas.KindAgent) {
		call := h.call(row.Key(), phone)
		if d, err := h.Resolve(context.Background(), call); err == nil && d.As == callas.AsService {
			calls = append(calls, call)
		}
	}
	e, asked := h.Engine, len(calls)
	b.ReportAllocs()
	for b.Loop() {
		if asked == len(calls) {
			b.StopTimer()
			var err error
			if e, err = engine.New(h.Parts); err != nil {
				b.Fatal(err)
			}
			asked = 0
			b.StartTimer()
		}
		if _, err := e.Resolve(context.Background(), calls[asked]); err != nil {
			b.Fatal(err)
		}
		asked++
	}
}

func resolves(b *testing.B, h house, call callas.Call) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := h.Resolve(context.Background(), call); err != nil {
			b.Fatal(err)
		}
	}
}

// What policy costs for each row of an import or a bulk edit.
func BenchmarkMay(b *testing.B) {
	h := newHouse(b)
	sn := h.facts.Snapshot()
	admin := callas.Principal{Name: "root", Role: callas.RoleAdmin}
	supervisor := callas.Principal{Name: "sue", Role: callas.RoleSupervisor, Units: []string{"london"}}
	anna := sn.Agent("anna")
	for name, change := range map[string]callas.Change{
		"an admin creates an agent": {By: admin, Action: callas.Create, Kind: callas.KindAgent, ID: "new",
			After: h.agent("anna", func(a *callas.Agent) { a.ID = "new" })},
		"a supervisor changes a direction": {By: supervisor, Action: callas.Update, Kind: callas.KindAgent, ID: "anna",
			Before: anna, After: h.agent("anna", func(a *callas.Agent) { a.Direction = callas.DirectionAll }), Fields: []string{"direction"}},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if v, err := h.May(context.Background(), sn, change); err != nil || !v.Allow {
					b.Fatal(v, err)
				}
			}
		})
	}
}

// What a menu costs that nothing is remembered of: the whole of the law, in process.
func BenchmarkMenu(b *testing.B) {
	for _, services := range []int{5, 50} {
		b.Run(fmt.Sprint(services, " services"), func(b *testing.B) {
			h := newHouse(b, func(p *engine.Parts) { p.Memory = -1 })
			var ids []string
			for i := range services {
				id := fmt.Sprint("service", i)
				ids = append(ids, id)
				h.set(b, h.service("help", func(s *callas.Service) { s.ID, s.Name = id, "Service "+id }))
			}
			day := *h.facts.Snapshot().Profile("day")
			day.Services = ids
			h.set(b, &day, h.agent("anna", func(a *callas.Agent) { a.Responsible = map[string][]string{"day": ids[:services/2]} }))
			sn := h.facts.Snapshot()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := h.Menu(context.Background(), sn, "anna"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// What the menus of 10,000 agents cost: asked for the first time, again, and after an
// edit that is not made, of which nothing is remembered.
func BenchmarkMenus10k(b *testing.B) {
	h := newHouse(b)
	h.load(b, crowd(10_000))
	sn := h.facts.Snapshot()
	service := h.service("help", func(s *callas.Service) { s.CallAsEnabled = false })
	would, err := sn.With([]callas.Edit{{Kind: callas.KindService, ID: "help", Before: sn.Service("help"), After: service}})
	if err != nil {
		b.Fatal(err)
	}
	forgetful := h.Parts
	forgetful.Memory = -1
	fresh, err := engine.New(forgetful)
	if err != nil {
		b.Fatal(err)
	}
	for _, tc := range []struct {
		name  string
		e     *engine.Engine
		facts *state.Snapshot
	}{{"the first time", fresh, sn}, {"again", h.Engine, sn}, {"after an edit", h.Engine, would}} {
		b.Run(tc.name, func(b *testing.B) {
			for b.Loop() {
				menus := tc.e.Menus(tc.facts)
				for row := range tc.facts.Rows(callas.KindAgent) {
					if _, err := menus(context.Background(), row.Key()); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
	b.Run("one, again", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := h.Menu(context.Background(), sn, "agent5000"); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// crowd is the demo company with n agents, who are what its agents are and mostly on duty.
func crowd(n int) []callas.Row {
	var out []callas.Row
	var agents []*callas.Agent
	for _, row := range demo.Rows(now) {
		if a, ok := row.(*callas.Agent); ok {
			agents = append(agents, a)
		} else if row.Kind() != callas.KindSession {
			out = append(out, row)
		}
	}
	for i := range n {
		a := *agents[i%len(agents)]
		a.ID = fmt.Sprint("agent", i)
		a.Name, a.Aliases = "Agent "+a.ID, []string{fmt.Sprint("sip:", a.ID, "@nordhang.example")}
		s := &callas.Session{Agent: a.ID, Profile: []string{"day", "day", "off", "day", "campaign"}[i%5], Since: now}
		if services := a.Responsible[s.Profile]; len(services) > 0 && i%3 == 0 {
			s.CallAs = services[0]
		}
		out = append(out, &a, s)
	}
	return out
}
