package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"

	"callas"
	"callas/decisionlog"
	"callas/state"
)

// ReadsCallee reports whether a decision can depend on the number or the URI that is
// called, which a record may hide. The error says why no decision can be repeated at all.
func (e *Engine) ReadsCallee() (bool, error) {
	if !deterministic(e.Bundle.Compiler, e.decision.body) {
		return false, fmt.Errorf("bundle %s: the policy calls a builtin whose answer changes by itself", e.Bundle.Name)
	}
	parts, err := partsOf(e.Bundle.Compiler, e.decision.body)
	return parts&(partNumber|partURI) != 0, err
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
	answer, err := e.decision.ask(ctx, &e.facts, m, recordedInput(r, &call, agent), adminDeadline)
	if err == nil {
		var d callas.Decision
		if d, err = read(answer, m, agent); err == nil {
			e.stamp(&d, sn, &call, r.Input.Age)
			return d, nil
		}
	}
	if ctx.Err() != nil {
		return callas.Decision{}, ctx.Err()
	}
	reason := callas.ReasonEngineError
	if errors.Is(err, ErrTimeout) {
		reason = callas.ReasonTimeout
	}
	return e.asAgent(m, &call, agent, reason), nil
}

// recordedInput is input, with the time as the record has it: the zone it was worked out
// in may be unknown here.
func recordedInput(r *decisionlog.Record, call *callas.Call, agent *callas.Agent) ast.Value {
	id := call.Agent
	if agent != nil {
		id = agent.ID
	}
	t := r.Input.Time
	return fields([]field{
		text("agent", id),
		{"target", ast.NewTerm(fields([]field{
			one("class", call.Target.Class), some("number", call.Target.Number),
			some("uri", call.Target.URI), some("country", call.Target.Country)}))},
		one("modality", call.Modality), some("call_as", call.CallAs), flag("stale", r.Input.Stale),
		{"time", ast.NewTerm(fields([]field{
			{"weekday", ast.InternedTerm(t.Weekday)}, {"minute", ast.InternedTerm(t.Minute)},
			text("date", t.Date), text("zone", t.Zone)}))}})
}
