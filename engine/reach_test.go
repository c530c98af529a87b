package engine_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"callas"
)

func TestOfARowIsReadWhatTheLawNames(t *testing.T) {
	const all = "everything"
	for name, tc := range map[string]struct {
		law  string
		want []string // of an agent's row; the bundle's gate looks at no field of it
	}{
		"a field by its path":                   {`answer := data.state.agents[input.agent].unit`, []string{"unit"}},
		"a field of a local":                    {`answer := 1 if { caller := data.state.agents[input.agent]; caller.unit == "care"; caller.responsible.day }`, []string{"responsible", "unit"}},
		"a field of a local in a closure":       {`answer := 1 if { caller := data.state.agents[input.agent]; [1 | caller.name == "Anna"] }`, []string{"name"}},
		"a field of each row":                   {`answer := [a.unit | some a in data.state.agents]`, []string{"unit"}},
		"a field of a local with a default":     {`answer := object.get(caller, "unit", caller.name) if caller := data.state.agents[input.agent]`, []string{"name", "unit"}},
		"a row as a default":                    {`answer := object.get({}, "unit", caller) if caller := data.state.agents[input.agent]`, []string{all}},
		"that there is a row":                   {`answer := 1 if not data.state.agents.anna`, nil},
		"a field in another rule's else":        {"answer := other\nother := 1 if false\nelse := data.state.agents[input.agent].uri", []string{"uri"}},
		"a field that the answer names":         {`answer := 1 if data.state.agents[input.agent][input.modality]`, []string{all}},
		"a field of a local by a variable":      {`answer := 1 if { caller := data.state.agents[input.agent]; some f in ["unit"]; caller[f] }`, []string{all}},
		"a row as an answer":                    {`answer := data.state.agents[input.agent]`, []string{all}},
		"a row as a rule's value":               {"answer := caller.unit\ncaller := data.state.agents[input.agent]", []string{all}},
		"a row within an answer":                {`answer := {"who": data.state.agents[input.agent]}`, []string{all}},
		"a row in a function":                   {"answer := f(data.state.agents[input.agent])\nf(row) := row.unit", []string{all}},
		"a local in a function":                 {"answer := f(caller) if caller := data.state.agents[input.agent]\nf(row) := row.unit", []string{all}},
		"a local in a builtin":                  {`answer := object.keys(caller) if caller := data.state.agents[input.agent]`, []string{all}},
		"two rows compared":                     {`answer := 1 if { caller := data.state.agents.anna; caller == data.state.agents[input.agent] }`, []string{all}},
		"a row compared with what is made here": {`answer := 1 if data.state.agents.anna == {"id": "anna"}`, []string{all}},
		"a local under another name":            {`answer := 1 if { caller := data.state.agents.anna; other := caller; other.unit == "care" }`, []string{all}},
		"a row gone through":                    {`answer := [v | some v in data.state.agents.anna]`, []string{all}},
		"a table as a whole":                    {`answer := count(data.state.agents)`, []string{all}},
		"any table":                             {`answer := [1 | some t in ["agents"]; data.state[t].anna.unit]`, []string{all}},
		"a row instead of another":              {"answer := x if x := other with input as data.state.agents.anna\nother := input.agent", []string{all}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, judgedBy(t, tc.law))
			require.Equal(t, tc.want, h.Reach("agent"))
		})
	}
	require.Equal(t, []string{all}, newHouse(t).Reach("service"), "which is kept, and so shown whole anyway")
}

// OPA's rule index looks for a row in its whole table before it tries a rule on it.
func TestNoTableIsReadForARow(t *testing.T) {
	h := newHouse(t, judgedBy(t, `answer := {"as": "agent", "reasons": [r | some r in closed]}
closed contains "external" if data.state.agents[input.agent].direction == "external"
closed contains "all" if data.state.agents[input.agent].direction == "all"
closed contains "always"`))
	for range 2 {
		_, err := h.Resolve(context.Background(), h.call("anna", phone))
		require.NoError(t, err)
	}
	h.set(t, h.agent("dora", func(a *callas.Agent) { a.Name = "Dora Stern" }))
	got, err := h.Resolve(context.Background(), h.call("anna", phone))
	require.NoError(t, err)
	require.Equal(t, asAgent("always", "external"), outcomeOf(got))
	hits, _, _ := h.Remembered()
	require.EqualValues(t, 2, hits, "another agent's row has changed, which was not read")
}
