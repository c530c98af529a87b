// Package settings holds the rules that a change must keep before it reaches the
// source: what a row may say, what rows may say of each other, and what else must
// change along with it.
//
// It looks at a snapshot and at what was asked, and answers with the writes to
// commit or with everything that is wrong. It never writes, never decides who may
// call as whom (it asks Menus) and knows nothing of HTTP.
package settings

import (
	"context"

	"callas"
	"callas/dialplan"
	"callas/source"
	"callas/state"
)

// Menus tells what agents may call as, as the policy in force sees a snapshot. What it
// returns is for many agents at one moment, and is called from several goroutines at once.
type Menus interface {
	Menus(sn *state.Snapshot) func(ctx context.Context, agent string) (callas.Menu, error)
}

// A Finding is one thing wrong with one write of a batch. Its pointer is within the
// row: "/numbers/0/e164", and "" for the row as a whole.
type Finding struct {
	Write int // index into the batch
	callas.Problem
}

// Problems are the findings without their writes: for a batch of one.
func Problems(findings []Finding) []callas.Problem {
	out := make([]callas.Problem, len(findings))
	for i, f := range findings {
		out[i] = f.Problem
	}
	return out
}

// Invalid is what was asked, found wanting.
type Invalid struct {
	Problems []callas.Problem // never empty
}

// Error tells the first problem.
func (e *Invalid) Error() string {
	p := e.Problems[0]
	if p.Pointer == "" {
		return p.Detail
	}
	return p.Pointer + " " + p.Detail
}

// Admit checks a batch of writes against the rules, on the state as it will be when
// all of them are done, and fills in what follows from them:
//
//   - a deleted service leaves profiles and responsibilities, and selections of it end;
//   - a deleted profile leaves agents, and whoever has it active is off duty;
//   - a deleted agent's session and access tokens are deleted.
//
// It returns the batch in its normal form, in its order, followed by what was filled
// in, each of those conditional on the row being as the snapshot has it. With findings
// it returns no writes. At most MaxFindings are returned, in the order of the writes.
//
// Findings name only rows that the asker sees, beside those of the batch.
func Admit(sn *state.Snapshot, plan *dialplan.Plan, see Sight, writes []source.Write) ([]source.Write, []Finding) {
	full, found := admit(sn, plan, see, writes)
	if found.total > 0 {
		return nil, found.list
	}
	return full, nil
}

func admit(sn *state.Snapshot, plan *dialplan.Plan, see Sight, writes []source.Write) ([]source.Write, *findings) {
	found := &findings{}
	next := newAfter(sn, see, writes, found)
	next.checkRows(plan, found)
	next.checkReferences(found)
	next.checkUnits(found)
	next.checkAliases(found)
	next.checkDeletions(found)
	found.sort()
	if found.total > 0 {
		return nil, found
	}
	return append(next.writes, next.consequences()...), found
}
