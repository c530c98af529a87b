package engine_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callas"
	"callas/demo"
	"callas/engine"
)

// What a law may read, in every way that a row can be come to: not there yet, in a table that
// is gone through, by a key that is found on the way, as a default, as one of all.
var readings = []string{
	`data.state.agents.zoe.unit`,
	`object.get(data.state.agents, "zoe", "nobody")`,
	`object.get(data.state.agents.zoe, "direction", "none")`,
	`[s.id | some s in data.state.services; s.unit == "care"]`,
	`[id | some id; data.state.services[id].unit == data.state.agents[input.agent].unit]`,
	`count(data.state.agents)`,
	`object.keys(data.state.sessions)`,
	`[v | walk(data.state, [["sessions", "zoe", "profile"], v])]`,
	`count([1 | walk(data.state, [_, "care"])])`,
	`[id | some id in ["zoe", "anna"]; not data.state.sessions[id]]`,
	`[id | some id in ["zoe", "anna"]; not data.state.agents[id].enabled]`,
	`[id | some id in ["zoe", "anna"]; every p in data.state.agents[id].profiles { data.state.profiles[p].off_duty }]`,
	`[data.state.units[u].path | some u in ["care", "new"]]`,
	`[t | some t; data.state[t].zoe]`,
	`[t | some t; data.state[t].fresh.unit]`,
	`[id | some id in ["zoe", "anna"]; not in_any(id)]` + "\n" + `in_any(id) if data.state[_][id]`,
	`[id | some id in ["zoe", "anna"]; not data.state[concat("", ["sess", "ions"])][id]]`,
	`{k: count(v) | some k, v in data.state}`,
	`[p | some p in data.state.agents[input.agent].profiles; not data.state.profiles[p]]`,
	`[n | n := data[_].agents.zoe.name]`,
	`data.state.agents[data.state.sessions.zoe.agent].name`,
	`[u | some s in data.state.services; some u in data.state.units[s.unit].path]`,
	`[n | n := data.state.services.fresh.numbers[_].right_of_use.status]`,
	`[x | x := by_unit[data.state.agents[input.agent].unit][_]]` + "\n" + `by_unit[a.unit] contains id if some id, a in data.state.agents`,
	`in_unit(data.state.agents[input.agent].unit)` + "\n" + `in_unit(u) := {id | some id; data.state.agents[id].unit == u}`,
	`[1 | some_unit["new"]]` + "\n" + `some_unit contains u if { some u; data.state.units[u] }`,
}

func TestADecisionStandsOnAllThatItsLawCanRead(t *testing.T) {
	for _, reading := range readings {
		t.Run(reading, func(t *testing.T) {
			clock := now
			h := newHouse(t, func(p *engine.Parts) {
				p.Bundle = bundleOf(t, `answer := {"as": "agent", "reasons": [concat("", ["read ", json.marshal(object.get({"it": it}, "it", ""))])]}

default it := "nothing"

it := [v | v := read]

read := `+reading)
				p.Now = func() time.Time { return clock }
			})
			require.NotEmpty(t, h.KeyParts())
			require.Empty(t, h.Refused())
			forgetful := h.Parts
			forgetful.Memory = -1
			var others []*engine.Engine
			for _, as := range []func(*engine.Engine){func(*engine.Engine) {}, (*engine.Engine).Interpreted, (*engine.Engine).Plain} {
				e, err := engine.New(forgetful)
				require.NoError(t, err)
				as(e)
				others = append(others, e)
			}
			rapid.Check(t, func(rt *rapid.T) {
				clock = now
				h.load(t, demo.Story(now))
				for range 4 {
					for _, caller := range []string{"anna", "zoe"} {
						call := h.call(caller, phone)
						got, err := h.Resolve(context.Background(), call)
						require.NoError(rt, err)
						for _, e := range others {
							want, err := e.Resolve(context.Background(), call)
							require.NoError(rt, err)
							require.Equal(rt, want.Reasons, got.Reasons)
						}
					}
					comeOrGo(t, rt, h, clock)
					clock = clock.Add(time.Duration(rapid.IntRange(0, 40).Draw(rt, "minutes")) * time.Minute)
				}
			})
		})
	}
}

// comeOrGo changes a row, or takes away or brings one that others may speak of.
func comeOrGo(t *testing.T, rt *rapid.T, h house, clock time.Time) {
	if rapid.Bool().Draw(rt, "there already") {
		h.set(t, randomRow(rt, h, clock))
		return
	}
	soon := clock.Add(30 * time.Minute)
	row := rapid.SampledFrom([]callas.Row{
		&callas.Agent{ID: "zoe", Name: "Zoe", Unit: "care", Enabled: true, Direction: callas.DirectionAll, Profiles: []string{"day"}},
		&callas.Session{Agent: "zoe", Profile: "day"},
		&callas.Service{ID: "fresh", Name: "Fresh", Unit: "new", Numbers: numberUntil(soon)},
		&callas.Unit{ID: "new", Name: "New", Parent: "care"},
		&callas.Unit{ID: "care", Name: "Care", Parent: "london"},
		&callas.Profile{ID: "day", Name: "Day", OffDuty: true},
		&callas.Session{Agent: "anna", Profile: "off"},
	}).Draw(rt, "row")
	sn := h.facts.Snapshot()
	edit := callas.Edit{Kind: row.Kind(), ID: row.Key(), Before: sn.Row(row.Kind(), row.Key())}
	rev := sn.Token().Revision + 1
	if edit.Before == nil {
		edit.After = row.WithRevision(rev)
	}
	require.NoError(t, h.facts.Apply(callas.Changeset{Token: callas.Token{Revision: rev, Chain: "test"}, Edits: []callas.Edit{edit}}))
}
