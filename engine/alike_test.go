package engine_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callas"
	"callas/demo"
	"callas/engine"
	"callas/state"
)

// one makes a menu of one service, available where a condition holds.
const one = `
one(ok) := {"profile": "day", "items": [{"service": "help", "name": "Help", "available": true, "reasons": []}]} if ok
one(ok) := {"profile": "day", "items": [{"service": "help", "name": "Help", "available": false, "reasons": ["own"]}]} if not ok
default holds := false
`

// menuLaws are laws of menus, and whether agents can be alike to them.
var menuLaws = map[string]struct {
	law   string
	alike bool
}{
	"a field of the agent":                 {"answer := one(holds)\nholds if data.state.agents[input.agent].unit == \"care\"", true},
	"a field of a local":                   {"answer := one(holds)\nholds if { caller := data.state.agents[input.agent]; caller.responsible.day }", true},
	"the agent's name":                     {"answer := one(holds)\nholds if startswith(data.state.agents[input.agent].name, \"A\")", true},
	"that there is an agent":               {"answer := one(holds)\nholds if data.state.agents[input.agent]", true},
	"what the session has picked":          {"answer := one(holds)\nholds if data.state.sessions[input.agent].call_as == \"help\"", true},
	"why the session's pick has ended":     {"answer := one(holds)\nholds if data.state.sessions[input.agent].ended_because == \"expired\"", true},
	"a local in a closure":                 {"answer := one(holds)\nholds if { who := input.agent; count([1 | data.state.agents[who].enabled]) == 1 }", true},
	"a service that all read":              {"answer := one(holds)\nholds if { data.state.services.help.call_as_enabled; data.state.agents[input.agent].enabled }", true},
	"how old the facts may be":             {"answer := one(holds)\nholds if not data.state.services.help.stale", true},
	"none of the agent":                    {"answer := one(input.stale)", true},
	"who it is":                            {"answer := one(holds)\nholds if input.agent == \"anna\"", false},
	"who it is, by a local":                {"answer := one(holds)\nholds if { who := input.agent; data.state.agents[who]; startswith(who, \"a\") }", false},
	"a function of who it is":              {"answer := one(holds)\nholds if first(input.agent) == \"a\"\nfirst(s) := substring(s, 0, 1)", false},
	"a set of names":                       {"answer := one(holds)\nholds if input.agent in {\"anna\", \"ben\"}", false},
	"the whole input":                      {"answer := one(holds)\nholds if count(json.marshal(input)) > 31", false},
	"any value of the input":               {"answer := one(holds)\nholds if { some v in input; v == \"ben\" }", false},
	"another's row":                        {"answer := one(holds)\nholds if { data.state.agents[input.agent]; data.state.agents.anna.direction == \"all\" }", false},
	"all agents":                           {"answer := one(holds)\nholds if { some a in data.state.agents; a.direction == \"none\" }", false},
	"all sessions":                         {"answer := one(holds)\nholds if count([1 | some s in data.state.sessions; s.call_as]) > 2", false},
	"a service named like the agent":       {"answer := one(holds)\nholds if not data.state.services[input.agent]", false},
	"the agent's id":                       {"answer := one(holds)\nholds if data.state.agents[input.agent].id == \"anna\"", false},
	"the whole row":                        {"answer := one(holds)\nholds if count(data.state.agents[input.agent]) > 8", false},
	"another input":                        {"answer := one(holds)\nholds if picked with input as {\"agent\": \"anna\"}\npicked if data.state.sessions[input.agent].call_as", false},
	"who it is, after another rule's":      {"answer := one(holds)\nholds if false\nelse if { x := input.agent; x == \"anna\" }", false},
	"who it is, in the head of a rule":     {"answer := one(holds)\nholds if is[\"anna\"]\nis contains input.agent if data.state.agents[input.agent]", false},
	"who it is, as a key of its own":       {"answer := one(holds)\nholds if {\"anna\": true}[input.agent]", false},
	"who it is, as a key of the bundle's":  {"answer := one(holds)\nholds if not data.reasons[input.agent]", false},
	"who it is, in brackets":               {"answer := one(holds)\nholds if input[\"agent\"] == \"anna\"", false},
	"who it is, by object.get":             {"answer := one(holds)\nholds if object.get(input, \"agent\", \"\") == \"anna\"", false},
	"who it is, by a walk":                 {"answer := one(holds)\nholds if { walk(input, [path, v]); path == [\"agent\"]; v == \"anna\" }", false},
	"who it is, taken apart":               {"answer := one(holds)\nholds if { {\"agent\": who, \"stale\": _} = input; who == \"anna\" }", false},
	"who it is, in an array":               {"answer := one(holds)\nholds if { [who] := [input.agent]; who == \"anna\" }", false},
	"who it is, out of some":               {"answer := one(holds)\nholds if { some who in [\"anna\"]; who == input.agent; data.state.agents[who] }", false},
	"who it is, as an argument":            {"answer := one(holds)\nholds if is(\"anna\")\nis(who) if { who == input.agent; data.state.agents[who].enabled }", false},
	"the input, as an argument":            {"answer := one(holds)\nholds if is(input)\nis(asked) if asked.agent == \"anna\"", false},
	"who it is, not":                       {"answer := one(holds)\nholds if not is\nis if { who := \"anna\"; data.state.agents[who]; who == input.agent }", false},
	"the agent found among all":            {"answer := one(holds)\nholds if { some who; data.state.agents[who].name == \"Anna Meier\"; who == input.agent }", false},
	"the agent's place among all":          {"answer := one(holds)\nholds if [count([1 | who == input.agent]) | some who; data.state.agents[who]][0] == 1", false},
	"the agent's place among sessions":     {"answer := one(holds)\nholds if { l := [mine | some who; data.state.sessions[who]; mine := count([1 | who == input.agent])]; l[0] == 1 }", false},
	"rows by who has them":                 {"answer := one(holds)\nholds if of[input.agent].direction == \"none\"\nof[id] := a if some id, a in data.state.agents", false},
	"a row by a path that is put together": {"answer := one(holds)\nholds if object.get(data.state, [\"agents\", \"anna\", \"direction\"], \"\") == \"none\"", false},
}

func TestAgentsAreAlikeToALawThatOnlyReadsTheirRows(t *testing.T) {
	require.True(t, newHouse(t).Alike(), "the shipped law")
	for name, tc := range menuLaws {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, func(p *engine.Parts) { p.Bundle = menusOf(t, tc.law+one) })
			require.Equal(t, tc.alike, h.Alike())
		})
	}
}

// Remembered and shared among those who are alike, as the policy would answer each by itself.
func TestASharedMenuIsTheAgentsOwn(t *testing.T) {
	laws := map[string]func(p *engine.Parts){"the shipped law": func(*engine.Parts) {}}
	for _, name := range []string{"a field of the agent", "the agent's name", "what the session has picked",
		"why the session's pick has ended", "how old the facts may be", "who it is", "another's row", "all agents",
		"the agent found among all", "the agent's place among all", "the agent's place among sessions", "rows by who has them"} {
		bundle := menusOf(t, menuLaws[name].law+one)
		laws[name] = func(p *engine.Parts) { p.Bundle = bundle }
	}
	var clock time.Time
	for name, law := range laws {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, law, func(p *engine.Parts) {
				p.Now = func() time.Time { return clock }
				p.Memory, p.StaleAfter = 64, time.Hour
			})
			forgetful := h.Parts
			forgetful.Memory = -1
			plain, err := engine.New(forgetful)
			require.NoError(t, err)
			plain.Plain()
			rapid.Check(t, func(rt *rapid.T) {
				clock = now
				h.load(t, demo.Story(now))
				for range 3 {
					switch rapid.IntRange(0, 4).Draw(rt, "what happens") {
					case 0:
						clock = clock.Add(time.Duration(rapid.IntRange(1, 90).Draw(rt, "minutes")) * time.Minute)
					case 1:
						h.facts.Heard(clock)
					default:
						h.set(t, randomRow(rt, h, clock))
					}
					sn := h.facts.Snapshot()
					sameMenus(rt, h, plain, sn)
					sameMenus(rt, h, plain, wouldBe(rt, h, sn, clock))
				}
			})
		})
	}
}

// wouldBe is the facts after an edit that is not made.
func wouldBe(t *rapid.T, h house, sn *state.Snapshot, clock time.Time) *state.Snapshot {
	row := randomRow(t, h, clock)
	edit := callas.Edit{Kind: row.Kind(), ID: row.Key(), Before: sn.Row(row.Kind(), row.Key()), After: row}
	would, err := sn.With([]callas.Edit{edit})
	require.NoError(t, err)
	return would
}

func sameMenus(t *rapid.T, h house, plain *engine.Engine, sn *state.Snapshot) {
	menus := h.Menus(sn)
	for _, agent := range []string{"anna", "ben", "clara", "dora", "emil", "nobody", "anna"} {
		want, err := plain.Menu(context.Background(), sn, agent)
		require.NoError(t, err)
		shared, err := menus(context.Background(), agent)
		require.NoError(t, err)
		require.Equal(t, want, shared, "of many")
		alone, err := h.Menu(context.Background(), sn, agent)
		require.NoError(t, err)
		require.Equal(t, want, alone, "by itself")
	}
}

func TestAMenuThatChangesByItselfIsAskedForEachTime(t *testing.T) {
	h := newHouse(t, func(p *engine.Parts) {
		p.Bundle = menusOf(t, "answer := one(rand.intn(format_int(time.now_ns(), 10), 2) == 1)"+one)
	})
	require.False(t, h.Alike())
	menus := h.Menus(h.facts.Snapshot())
	require.Eventually(t, func() bool {
		a, err := menus(context.Background(), "anna")
		require.NoError(t, err)
		b, err := menus(context.Background(), "anna")
		require.NoError(t, err)
		return a.Items[0].Available != b.Items[0].Available
	}, time.Minute, time.Millisecond)
}

func TestTheMenusOfAThousandTakeFewEvaluations(t *testing.T) {
	h := newHouse(t)
	sn := h.facts.Snapshot()
	for range 2 {
		menus := h.Menus(sn)
		for row := range sn.Rows(callas.KindAgent) {
			_, err := menus(context.Background(), row.Key())
			require.NoError(t, err)
		}
	}
	hits, misses, _ := h.RememberedMenus()
	require.Less(t, misses, uint64(200), "kinds of agents among a thousand")
	require.Equal(t, misses, hits, "the second time each kind is remembered")

	h.set(t, h.agent("anna", func(a *callas.Agent) { a.Name = "Anna Stern" }), &callas.Session{Agent: "dora", Profile: "off"})
	_, err := h.Menu(context.Background(), h.facts.Snapshot(), "ben")
	require.NoError(t, err)
	_, again, _ := h.RememberedMenus()
	require.Equal(t, misses, again, "others have changed, and what anna's menu shows has not")
}

func TestMenusAreRememberedWithinBounds(t *testing.T) {
	h := newHouse(t, func(p *engine.Parts) {
		p.Memory = 32
		p.Bundle = menusOf(t, "answer := one(input.agent == \"anna\")"+one)
	})
	for i := range 400 {
		_, err := h.Menu(context.Background(), h.facts.Snapshot(), fmt.Sprint(2000+i))
		require.NoError(t, err)
	}
	_, misses, evicted := h.RememberedMenus()
	require.EqualValues(t, 400, misses)
	require.GreaterOrEqual(t, evicted, uint64(400-32))
}
