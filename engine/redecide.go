package engine

import (
	"context"
	"fmt"

	"callas"
	"callas/decisionlog"
	"callas/state"
)

// ReadsCallee reports whether a decision can depend on the number or the URI that is
// called, which a record may hide. The error says why no decision can be repeated at all.
func (e *Engine) ReadsCallee() (bool, error) {
	if !e.decision.repeats {
		return false, fmt.Errorf("bundle %s: the policy calls a builtin whose answer changes by itself", e.Bundle.Name)
	}
	return e.decision.parts&(partNumber|partURI) != 0, nil
}

// Redecide answers a recorded call by this engine's policy, over the facts given, at the
// moment of the record: its time, the age of its facts, and what the policy was told of
// both. It asks the policy each time, remembers nothing and records nothing. The call is
// as the record has it, its callee masked where it was masked.
func (e *Engine) Redecide(ctx context.Context, sn *state.Snapshot, r *decisionlog.Record) (callas.Decision, error) {
	m := newMoment(sn, r.At, r.Input.Age)
	call := r.Call()
	agent := m.agentNamed(call.Agent)
	if call.Target.Class == callas.Emergency {
		return e.asAgent(m, &call, agent, callas.ReasonEmergency), nil
	}
	d, err := e.rule(ctx, m, &call, agent, inputOf(e.decision.parts, &call, agent, r.Input.Stale, r.Input.Time), adminDeadline)
	if err != nil && ctx.Err() != nil {
		return callas.Decision{}, ctx.Err()
	}
	return d, nil
}
