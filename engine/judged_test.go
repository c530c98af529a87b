package engine_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callas"
	"callas/demo"
	"callas/engine"
	"callas/settings"
)

// changeRules are rules that an installation adds to the law of changes, and whether
// changes of agents can be the same to it then.
var changeRules = map[string]struct {
	rule string
	same bool
}{
	"a field after":               {`reasons contains "own" if input.after.direction == "all"`, true},
	"a field of a local":          {`reasons contains "own" if { was := input.before; was.enabled; not input.after.enabled }`, true},
	"the agent's name":            {`reasons contains "own" if startswith(input.after.name, "A")`, true},
	"which fields":                {`reasons contains "own" if "number" in input.fields`, true},
	"whether it is deleted":       {`reasons contains "own" if is_null(input.after)`, true},
	"the id of a session":         {`reasons contains "own" if { input.kind == "session"; input.id == "anna" }`, true},
	"who asks":                    {`reasons contains "own" if input.by.name == "sue"`, true},
	"a unit above":                {`reasons contains "own" if data.state.units[input.after.unit].parent == "nordhang"`, true},
	"the id of any row":           {`reasons contains "own" if input.id == "anna"`, false},
	"the id in a row":             {`reasons contains "own" if input.after.id == "anna"`, false},
	"the agent's aliases":         {`reasons contains "own" if "2001" in input.after.aliases`, false},
	"a field that another names":  {`reasons contains "own" if { some f in ["name"]; input.before[f] != input.after[f] }`, false},
	"a row as a whole":            {`reasons contains "own" if count(input.after) > 9`, false},
	"two rows compared":           {`reasons contains "own" if input.before == input.after`, false},
	"a row in a function":         {"reasons contains \"own\" if _anna(input.after)\n_anna(row) if row.id == \"anna\"", false},
	"a row as a rule's value":     {"reasons contains \"own\" if _row.id == \"anna\"\n_row := input.after", false},
	"each value of a row":         {`reasons contains "own" if { some v in input.after; v == "anna" }`, false},
	"the whole input":             {`reasons contains "own" if count(json.marshal(input)) > 500`, false},
	"another input":               {"reasons contains \"own\" if _x with input.id as \"anna\"\n_x if input.id == \"anna\"", false},
	"the id, in another's else":   {"reasons contains \"own\" if _x\n_x if input.kind == \"session\"\nelse if input.id == \"anna\"", false},
	"the id of a row of any kind": {`reasons contains "own" if { input.kind != "session"; input.id == "anna" }`, false},
	"a row taken for the other":   {`reasons contains "own" if { was := input.before; is := input.after; count([1 | was == is]) == 0; was.name == "Anna" }`, false},
	"a row that another is":       {"reasons contains \"own\" if _x(input.after)\n_x(row) if { row == input.after; row.name == \"Anna\" }", false},
	"what changes by itself":      {`reasons contains "own" if rand.intn("x", 2) == 1`, false},
}

func TestChangesAreTheSameToALawThatReadsFieldsOfTheRows(t *testing.T) {
	require.True(t, newHouse(t).Same(), "the shipped law")
	for name, tc := range changeRules {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, func(p *engine.Parts) { p.Bundle = changesBy(t, tc.rule) })
			require.Equal(t, tc.same, h.Same())
		})
	}
}

// Shared among changes that are the same, as the law would judge each by itself.
func TestASharedVerdictIsTheChangesOwn(t *testing.T) {
	laws := map[string]func(p *engine.Parts){"the shipped law": func(*engine.Parts) {}}
	for name, tc := range changeRules {
		if tc.same || name == "the id of any row" || name == "a field that another names" {
			bundle := changesBy(t, tc.rule)
			laws[name] = func(p *engine.Parts) { p.Bundle = bundle }
		}
	}
	for name, law := range laws {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, law)
			h.load(t, demo.Story(now))
			plain, err := engine.New(h.Parts)
			require.NoError(t, err)
			plain.Plain()
			sn := h.facts.Snapshot()
			rapid.Check(t, func(rt *rapid.T) {
				may := h.Verdicts(sn)
				for range 12 {
					c := randomChange(rt, h)
					want, err := plain.May(context.Background(), sn, c)
					require.NoError(rt, err)
					got, err := may(context.Background(), c)
					require.NoError(rt, err)
					require.Equal(rt, want, got)
				}
			})
		})
	}
}

// randomChange is of an agent: mostly an edit, of one of five by one of four.
func randomChange(t *rapid.T, h house) callas.Change {
	var c callas.Change
	c.By = rapid.SampledFrom([]callas.Principal{{Name: "root", Role: callas.RoleAdmin}, {Name: "aud", Role: callas.RoleAuditor},
		{Name: "sue", Role: callas.RoleSupervisor, Units: []string{"london"}}, {Name: "lee", Role: callas.RoleSupervisor, Units: []string{"leeds", "care"}}}).Draw(t, "by")
	c.Kind, c.ID, c.Action = callas.KindAgent, rapid.SampledFrom([]string{"anna", "ben", "clara", "dora", "emil"}).Draw(t, "agent"), callas.Update
	before := h.agent(c.ID, func(a *callas.Agent) {
		a.Locked = rapid.SampledFrom([][]string{nil, nil, {"direction"}, {"unit", "name"}}).Draw(t, "locked")
		a.Unit = rapid.SampledFrom([]string{a.Unit, "care", "nordhang"}).Draw(t, "unit before")
	})
	after := *before
	after.Direction = rapid.SampledFrom(callas.Directions).Draw(t, "direction")
	after.Unit = rapid.SampledFrom([]string{before.Unit, "care", "leeds"}).Draw(t, "unit")
	after.Enabled = rapid.Bool().Draw(t, "enabled")
	after.Responsible = map[string][]string{"day": rapid.SampledFrom([][]string{{"help"}, {"itdesk"}, {"help", "itdesk"}}).Draw(t, "responsible")}
	after.Locked = rapid.SampledFrom([][]string{before.Locked, nil}).Draw(t, "locked after")
	after.Name = rapid.SampledFrom([]string{before.Name, "Anna"}).Draw(t, "name")
	c.Before, c.After = before, &after
	c.Undoes = rapid.SampledFrom([]*callas.Undoing{nil, nil, {Own: true}, {Own: true, Followed: true}, {Followed: true},
		{Own: true, Followed: true, Services: map[string]string{"itdesk": "leeds"}}, {Services: map[string]string{"help": "care", "itdesk": "london"}}}).Draw(t, "undoes")
	switch rapid.IntRange(0, 6).Draw(t, "what") {
	case 0:
		c.Action, c.Before = callas.Create, nil
	case 1:
		c.Action, c.After = callas.Delete, nil
	case 2: // the judge finds the fields
	default:
		c.Fields = settings.Fields(before, &after)
	}
	return c
}

// What a caller leaves out is no way past a lock.
func TestTheJudgeFindsTheFieldsThatNobodyNames(t *testing.T) {
	h := newHouse(t)
	root := callas.Principal{Name: "root", Role: callas.RoleAdmin}
	locked := h.agent("anna", func(a *callas.Agent) { a.Source, a.Locked = "hr", []string{"name"} })
	renamed := *locked
	renamed.Name = "Anna Stern"
	for name, c := range map[string]callas.Change{
		"an edit":    {By: root, Action: callas.Update, Kind: callas.KindAgent, ID: "anna", Before: locked, After: &renamed},
		"a deletion": {By: root, Action: callas.Delete, Kind: callas.KindAgent, ID: "anna", Before: locked},
	} {
		for _, may := range []func(context.Context, callas.Change) (engine.Verdict, error){
			h.Verdicts(h.facts.Snapshot()), func(ctx context.Context, c callas.Change) (engine.Verdict, error) {
				return h.May(ctx, h.facts.Snapshot(), c)
			}} {
			v, err := may(context.Background(), c)
			require.NoError(t, err)
			require.Equal(t, engine.Verdict{Reasons: []callas.Reason{"locked"}}, v, name)
		}
	}
	imported := *locked
	imported.ID = "zoe"
	v, err := h.May(context.Background(), h.facts.Snapshot(), callas.Change{Action: callas.Create, Kind: callas.KindAgent, ID: "zoe", After: &imported,
		By: callas.Principal{Name: "sue", Role: callas.RoleSupervisor, Units: []string{"london"}}})
	require.NoError(t, err)
	require.True(t, slices.Contains(v.Reasons, "ownership"), "%v", v.Reasons)
}
