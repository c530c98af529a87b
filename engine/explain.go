package engine

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"

	"callas"
	"callas/decisionlog"
	"callas/state"
)

// An Explanation is a decision with every gate that it passed or failed.
type Explanation struct {
	callas.Decision
	Gates []Gate `json:"gates"`
}

// A Gate is one condition as one call met it.
type Gate struct {
	Gate    callas.Reason   `json:"gate"`
	Passed  bool            `json:"passed"`
	Applies bool            `json:"applies"`          // false: the call never came to it
	Fact    json.RawMessage `json:"fact"`             // the value that decided it; null where there is none
	Path    string          `json:"path"`             // where that value stands: data.state.agents.anna.direction
	Who     string          `json:"who"`              // who can change it: agent, supervisor, admin, operator, nobody
	Policy  *Place          `json:"policy,omitempty"` // where the law says so
}

// A Place is a line of a bundle's file.
type Place struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// Explain answers a call and says of every gate whether it passed and why. Decision
// and gates are of the same snapshot.
func (e *Engine) Explain(ctx context.Context, call callas.Call) (Explanation, error) {
	return e.ExplainOver(ctx, e.State.Snapshot(), call)
}

// ExplainOver is Explain over one snapshot.
func (e *Engine) ExplainOver(ctx context.Context, sn *state.Snapshot, call callas.Call) (Explanation, error) {
	m := e.at(sn)
	began := e.Now()
	d, err := e.judge(ctx, m, &call, e.Deadline)
	d.Took = e.Now().Sub(began)
	if err != nil {
		return Explanation{Decision: d, Gates: []Gate{}}, err
	}
	return e.gates(ctx, m, d, e.input(e.explanation.parts, m, &call, m.agentNamed(call.Agent)))
}

// Reexplain is Redecide with every gate: what this engine's policy says of a recorded
// call over the facts given. The decision keeps the record's name.
func (e *Engine) Reexplain(ctx context.Context, sn *state.Snapshot, r *decisionlog.Record) (Explanation, error) {
	d, err := e.Redecide(ctx, sn, r)
	d.ID, d.Revision = r.ID, r.Revision
	if err != nil {
		return Explanation{Decision: d, Gates: []Gate{}}, err
	}
	m, call := newMoment(sn, r.At, r.Input.Age), r.Call()
	return e.gates(ctx, m, d, inputOf(e.explanation.parts, &call, m.agentNamed(call.Agent), r.Input.Stale, r.Input.Time))
}

// gates adds every gate to a decision.
func (e *Engine) gates(ctx context.Context, m *moment, d callas.Decision, input ast.Value) (Explanation, error) {
	out := Explanation{Decision: d, Gates: []Gate{}}
	answer, err := e.explanation.ask(ctx, &e.facts, m, input, adminDeadline)
	if err != nil {
		return out, err
	}
	if err := ast.As(answer, &out.Gates); err != nil {
		return out, fmt.Errorf("%s: malformed answer: %w", explanationQuery, err)
	}
	for i, g := range out.Gates {
		if file, line, ok := e.Bundle.Gate(string(g.Gate)); ok {
			out.Gates[i].Policy = &Place{File: file, Line: line}
		}
	}
	return out, nil
}
