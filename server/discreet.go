package server

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"callas"
	"callas/engine"
	"callas/state"
)

const factsPath = "data.state."

// discreet says which row a gate's fact stands in, and leaves the fact out where the
// asker may not read that row. A service of their own menu they know, but not the
// evidence that its numbers may be shown.
func (v *sight) discreet(g engine.Gate, facts *state.Snapshot, menu map[string]bool) explainedGate {
	told := explainedGate{Gate: g}
	path, ok := strings.CutPrefix(g.Path, factsPath)
	if !ok {
		return told // it was said in the question, or there is no fact
	}
	rows := rowsAt(facts, path)
	for _, row := range rows {
		switch {
		case v.covers(row):
		case row.Kind() == callas.KindService && menu[row.Key()]:
			told.Fact = withoutEvidence(told.Fact)
		case row.Kind() == callas.KindProfile && v.onDuty(row.Key()):
		default:
			told.withhold()
			return told
		}
	}
	if len(rows) == 1 {
		told.Row = &touched{rows[0].Kind(), rows[0].Key()}
	}
	return told
}

// withhold leaves the fact out.
func (g *explainedGate) withhold() { g.Fact, g.Path, g.Row, g.Withheld = nil, "", nil, true }

// tellsCallee reports whether a gate's fact is whom a call was for, which an installation's
// own law may look at: that is shown for a reason only (reveal).
func (g *explainedGate) tellsCallee(t callas.Target) bool {
	for path, text := range map[string]string{"input.target.number": t.Number, "input.target.uri": t.URI} {
		quoted, err := json.Marshal(text)
		if err != nil || g.Path != "" && strings.HasPrefix(path, g.Path) || text != "" && bytes.Contains(g.Fact, quoted) {
			return true
		}
	}
	return false
}

// onDuty reports whether the asker has a profile, whose services their menu lists.
func (v *sight) onDuty(profile string) bool {
	a := v.sn.Agent(v.agent)
	return a != nil && slices.Contains(a.Profiles, profile)
}

// rowsAt are the rows that a path such as agents.anna.direction can mean: ids may hold
// dots too.
func rowsAt(sn *state.Snapshot, path string) (rows []callas.Row) {
	table, rest, _ := strings.Cut(path, ".")
	kind := callas.Kind(strings.TrimSuffix(table, "s"))
	for at := 0; at <= len(rest); at++ {
		if at < len(rest) && rest[at] != '.' {
			continue
		}
		if row := sn.Row(kind, rest[:at]); row != nil {
			rows = append(rows, row)
		}
	}
	return rows
}

// withoutEvidence takes out of numbers why they may be shown, which is the house's own.
func withoutEvidence(fact json.RawMessage) json.RawMessage {
	var numbers []callas.Number
	if json.Unmarshal(fact, &numbers) != nil {
		return fact
	}
	for i := range numbers {
		numbers[i].RightOfUse.Evidence = ""
	}
	text, err := json.Marshal(numbers)
	if err != nil {
		return nil
	}
	return text
}
