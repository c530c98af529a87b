package engine_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callas"
	"callas/demo"
	"callas/engine"
	"callas/state"
)

func TestTheShippedPolicyIsRememberedByWhatItLooksAt(t *testing.T) {
	require.Equal(t, []string{"agent", "target.class", "target.country", "modality", "call_as", "stale"}, newHouse(t).KeyParts())
}

// The laws that remembering must not change an answer of: ours, one that reads the clock's
// input, one that goes through a table, one that looks at the whole call, and one whose
// answers change by themselves.
var laws = map[string]string{
	"the shipped law": "",
	"business hours":  `answer := outcome(input.time.minute >= 540, "closed")`,
	"a whole table":   `answer := outcome(count([s | some s in data.state.services; s.call_as_enabled]) >= 3, "few")`,
	"the whole call":  `answer := outcome(count(json.marshal(input)) % 3 > 0, "third")`,
	"what changes":    `answer := outcome(rand.intn(input.agent, 1000000) >= 0, "never")`,
	"every fact":      `answer := outcome(count(json.marshal(data.state.agents)) % 2 == 0, "odd")`,
	"an agent's name": `answer := outcome(startswith(data.state.agents[input.agent].name, "A"), "name")`,
	"who it is":       `answer := outcome(input.agent in {"anna", "emil"}, "other")`,
	"in brackets":     `answer := outcome(object.get(input, "agent", "") == input["agent"], "brackets")`,
	"found by name": `answer := outcome(holds, "name")
default holds := false
holds if { some who; startswith(data.state.agents[who].name, "A"); who == input.agent }`,
	"a place among all": `answer := outcome([count([1 | who == input.agent]) | some who; data.state.sessions[who]][0] == 1, "place")`,
	"everybody's rows": `answer := outcome(of[input.agent].direction != "none", "direction")
of[id] := a if some id, a in data.state.agents`,
	"as another": `answer := outcome(holds, "as another")
default holds := false
holds if data.callas.gates.duty with input.agent as "anna"`,
	"under other facts, which is not compiled": `answer := outcome(holds, "other facts")
default holds := false
holds if data.callas.gates.duty with data.state.sessions.anna.profile as "day"`,
	"another's row":  `answer := outcome(data.state.agents.anna.direction != "none", "anna")`,
	"a session":      `answer := outcome(data.state.sessions[input.agent].call_as == "help", "picked")`,
	"an agent's row": `answer := outcome(data.state.agents[input.agent].direction != "none", "direction")`,
}

const outcomeRule = `

outcome(true, _) := {"as": "service", "service": "help", "reasons": [], "identity": {"name": "Help"}} if data.state.agents[input.agent]

outcome(true, _) := {"as": "agent", "reasons": ["unknown"]} if not data.state.agents[input.agent]

outcome(false, why) := {"as": "agent", "reasons": [why]}
`

// under opens a law once, for as many houses as the test needs.
func under(t testing.TB, answer string) func(*engine.Parts) {
	if answer == "" {
		return func(*engine.Parts) {}
	}
	bundle := bundleOf(t, answer+outcomeRule)
	return func(p *engine.Parts) { p.Bundle = bundle }
}

// Remembered, evaluated as compiled and by OPA's topdown, and evaluated without whatever makes
// that fast: OPA's rule index, and the knowledge of what a policy can read.
func TestARememberedDecisionIsTheEvaluatedOne(t *testing.T) {
	var clock time.Time
	for name, answer := range laws {
		t.Run(name, func(t *testing.T) {
			law := under(t, answer)
			for _, memory := range []int{0, 64} { // one that is always full too
				h := newHouse(t, law, func(p *engine.Parts) {
					p.Now = func() time.Time { return clock }
					p.Memory = memory
					p.StaleAfter = time.Hour
				})
				forgetful := h.Parts
				forgetful.Memory = -1
				fresh, err := engine.New(forgetful)
				require.NoError(t, err)
				interpreted, err := engine.New(forgetful)
				require.NoError(t, err)
				interpreted.Interpreted()
				plain, err := engine.New(forgetful)
				require.NoError(t, err)
				plain.Plain()
				rapid.Check(t, func(rt *rapid.T) {
					clock = now
					h.load(t, demo.Story(now))
					for range 12 {
						step(t, rt, h, &clock, fresh, interpreted, plain)
					}
					sameMenu(rt, h, fresh, interpreted, plain)
				})
			}
		})
	}
}

// step lets something happen, or asks all engines the same.
func step(t *testing.T, rt *rapid.T, h house, clock *time.Time, engines ...*engine.Engine) {
	switch rapid.IntRange(0, 5).Draw(rt, "what happens") {
	case 0:
		h.set(t, randomRow(rt, h, *clock))
	case 1:
		*clock = clock.Add(time.Duration(rapid.IntRange(1, 90).Draw(rt, "minutes")) * time.Minute)
	case 2:
		h.facts.Heard(*clock)
	default:
		call := randomCall(rt, h)
		got, gotErr := h.Resolve(context.Background(), call)
		got.ID = ""
		for _, e := range engines {
			want, wantErr := e.Resolve(context.Background(), call)
			require.Equal(rt, wantErr, gotErr)
			want.ID = ""
			require.Equal(rt, want, got)
		}
		sameGates(rt, call, h.Engine, engines)
	}
}

func sameGates(rt *rapid.T, call callas.Call, e *engine.Engine, engines []*engine.Engine) {
	want, wantErr := e.Explain(context.Background(), call)
	for _, e := range engines {
		got, err := e.Explain(context.Background(), call)
		require.Equal(rt, wantErr, err)
		require.Equal(rt, want.Gates, got.Gates)
	}
}

// sameMenu asks for a menu as it is, and as it would be after an edit.
func sameMenu(rt *rapid.T, h house, engines ...*engine.Engine) {
	sn := h.facts.Snapshot()
	row := h.service("help", func(s *callas.Service) { s.CallAsEnabled, s.Unit = !s.CallAsEnabled, "care" })
	above := &callas.Unit{ID: "london", Name: "London", Parent: rapid.SampledFrom([]string{"", "leeds"}).Draw(rt, "above")}
	would, err := sn.With([]callas.Edit{
		{Kind: row.Kind(), ID: row.Key(), Before: sn.Row(row.Kind(), row.Key()), After: row},
		{Kind: above.Kind(), ID: above.Key(), Before: sn.Row(above.Kind(), above.Key()), After: above},
	})
	require.NoError(rt, err)
	for _, facts := range []*state.Snapshot{would, sn} {
		want, err := h.Menu(context.Background(), facts, "anna")
		require.NoError(rt, err)
		for _, e := range engines {
			got, err := e.Menu(context.Background(), facts, "anna")
			require.NoError(rt, err)
			require.Equal(rt, want, got)
		}
	}
}

func randomRow(t *rapid.T, h house, clock time.Time) callas.Row {
	agent := rapid.SampledFrom([]string{"anna", "ben", "clara", "emil"}).Draw(t, "agent")
	service := rapid.SampledFrom([]string{"help", "claims", "premium"}).Draw(t, "service")
	soon := clock.Add(time.Duration(rapid.IntRange(-30, 120).Draw(t, "expires")) * time.Minute)
	switch rapid.IntRange(0, 3).Draw(t, "row") {
	case 0:
		return h.agent(agent, func(a *callas.Agent) {
			a.Direction = rapid.SampledFrom(callas.Directions).Draw(t, "direction")
			a.Unit = rapid.SampledFrom([]string{"care", "leeds", "nordhang"}).Draw(t, "unit")
			a.Enabled = rapid.Bool().Draw(t, "enabled")
		})
	case 1:
		return h.service(service, func(s *callas.Service) {
			s.CallAsEnabled = rapid.Bool().Draw(t, "on")
			s.ServeStale = rapid.SampledFrom([]string{"", "30m", "2h"}).Draw(t, "serve stale")
			s.Numbers = numberUntil(soon)
		})
	case 2:
		return &callas.Session{Agent: agent, Profile: rapid.SampledFrom([]string{"day", "campaign", "off", ""}).Draw(t, "profile"),
			CallAs: service, Since: clock, ExpiresAt: rapid.SampledFrom([]*time.Time{nil, &soon}).Draw(t, "until")}
	}
	return &callas.Unit{ID: "care", Name: "Care", Parent: rapid.SampledFrom([]string{"london", "leeds", "nordhang"}).Draw(t, "parent")}
}

func randomCall(t *rapid.T, h house) callas.Call {
	call := h.call(
		rapid.SampledFrom([]string{"anna", "sip:ben@nordhang.example", "2003", "emil", "nobody"}).Draw(t, "caller"),
		rapid.SampledFrom([]string{phone, "+41791234567", account, internal, "2001", "112", "nonsense:"}).Draw(t, "target"))
	call.Modality = rapid.SampledFrom(callas.Modalities).Draw(t, "modality")
	call.CallAs = rapid.SampledFrom([]string{"", "", "none", "claims", "nope"}).Draw(t, "call as")
	return call
}

func TestADecisionThatChangesByItselfIsNotRemembered(t *testing.T) {
	h := newHouse(t, under(t, `answer := outcome(rand.intn("x", 1000000) + time.now_ns() > 0, "never")`))
	require.Empty(t, h.KeyParts())
	for range 3 {
		_, err := h.Resolve(context.Background(), h.call("anna", phone))
		require.NoError(t, err)
	}
}

func TestADecisionIsNeverOlderThanTheRevisionItTells(t *testing.T) {
	h := newHouse(t) // at revision 1, with help switched on
	const changes = 300
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for i := range 4 {
		readers.Add(1)
		go func() {
			defer readers.Done()
			caller := []string{"anna", "2001", "sip:anna@nordhang.example", "ben"}[i]
			for {
				select {
				case <-stop:
					return
				default:
				}
				d, err := h.Resolve(context.Background(), h.call(caller, phone))
				if err != nil || (d.As == callas.AsService) != (d.Revision.Revision%2 == 1) {
					panic(fmt.Sprintf("%s at revision %s: %v", d.As, d.Revision, err))
				}
			}
		}()
	}
	for range changes {
		h.set(t, h.service("help", func(s *callas.Service) { s.CallAsEnabled = !s.CallAsEnabled }))
		time.Sleep(200 * time.Microsecond)
	}
	close(stop)
	readers.Wait()
	hits, misses, _ := h.Remembered()
	require.Positive(t, hits)
	require.Positive(t, misses)
}

func TestNoEntryOutlivesADatabase(t *testing.T) {
	h := newHouse(t)
	call := h.call("anna", phone)
	got, err := h.Resolve(context.Background(), call)
	require.NoError(t, err)
	require.Equal(t, asService("help"), outcomeOf(got))
	h.load(t, nil)
	got, err = h.Resolve(context.Background(), call)
	require.NoError(t, err)
	require.Equal(t, asAgent("unknown_agent"), outcomeOf(got))
}

func TestMemoryIsBounded(t *testing.T) {
	h := newHouse(t, func(p *engine.Parts) { p.Memory = 32 })
	for i := range 400 {
		_, err := h.Resolve(context.Background(), h.call(fmt.Sprint(2000+i), phone))
		require.NoError(t, err)
	}
	hits, misses, evicted := h.Remembered() // a hit: somebody who is alike has made the call
	require.EqualValues(t, 400, hits+misses)
	require.GreaterOrEqual(t, evicted, uint64(400-32))
}

// What many agents have in common is kept once: it is then in reach of the processor.
func TestAgentsOfOneServiceShareItsIdentity(t *testing.T) {
	h := newHouse(t)
	resolve := func(agent string) callas.Decision {
		call := h.call(agent, account)
		call.CallAs = "help"
		d, err := h.Resolve(t.Context(), call)
		require.NoError(t, err)
		require.Equal(t, callas.AsService, d.As)
		return d
	}
	h.set(t, h.agent("anna", func(a *callas.Agent) { a.Direction = callas.DirectionAll }))
	for range 2 { // judged, then remembered
		resolve("anna")
		resolve("ben")
	}
	anna, ben := resolve("anna"), resolve("ben")
	require.Same(t, anna.Identity, ben.Identity)
	require.NotEqual(t, anna.ID, ben.ID)
	h.set(t, h.service("help", func(s *callas.Service) { s.DisplayName = "Another" }))
	require.Equal(t, "Another", resolve("anna").Identity.Name)
}

// Most agents have selected nothing, and services change all day.
func TestWhoHasSelectedNothingIsRememberedWhateverServicesDo(t *testing.T) {
	h := newHouse(t)
	ask := func() {
		d, err := h.Resolve(t.Context(), h.call("dora", phone))
		require.NoError(t, err)
		require.Equal(t, asAgent("none_selected", "off_duty"), outcomeOf(d))
	}
	ask()
	h.set(t, h.service("help", func(s *callas.Service) { s.CallAsEnabled = false }))
	h.set(t, &callas.Service{ID: "fresh", Name: "Fresh", Unit: "london"})
	ask()
	_, misses, _ := h.Remembered()
	require.EqualValues(t, 1, misses)
}
