package engine

import (
	"context"
	"crypto/rand"
	"errors"

	"github.com/open-policy-agent/opa/v1/ast"

	"callas"
	"callas/state"
)

func newID() string { return rand.Text() }

// Resolve answers a call. The decision is always good to act on: when err says that
// no policy could decide, the call goes out as the agent and the reason is "timeout"
// or "engine_error".
func (e *Engine) Resolve(ctx context.Context, call callas.Call) (callas.Decision, error) {
	return e.resolve(ctx, e.State.Snapshot(), call)
}

// ResolveAll answers several calls from one snapshot, in their order. The error joins
// those of the calls that no policy could decide.
func (e *Engine) ResolveAll(ctx context.Context, calls []callas.Call) ([]callas.Decision, error) {
	sn := e.State.Snapshot()
	decisions := make([]callas.Decision, len(calls))
	var errs []error
	for i, call := range calls {
		var err error
		if decisions[i], err = e.resolve(ctx, sn, call); err != nil {
			errs = append(errs, err)
		}
	}
	return decisions, errors.Join(errs...)
}

func (e *Engine) resolve(ctx context.Context, sn *state.Snapshot, call callas.Call) (callas.Decision, error) {
	agent := agentNamed(sn, call.Agent)
	if call.Target.Class == callas.Emergency {
		return e.asAgent(sn, call, agent, callas.ReasonEmergency), nil
	}
	answer, err := e.ask(ctx, e.decision, sn, e.input(call, agent), e.Deadline)
	if err == nil {
		var d callas.Decision
		if d, err = read(answer, sn, agent); err == nil {
			e.stamp(&d, sn, call)
			return d, nil
		}
	}
	reason := callas.ReasonEngineError
	if errors.Is(err, ErrTimeout) {
		reason = callas.ReasonTimeout
	}
	d := e.asAgent(sn, call, agent, reason)
	e.Log.Error("could not decide: the call goes out as the agent",
		"decision", d.ID, "agent", call.Agent, "class", call.Target.Class, "call_id", call.CallID, "err", err)
	return d, err
}

// agentNamed finds the agent by id or by any alias; nil when there is none.
func agentNamed(sn *state.Snapshot, name string) *callas.Agent {
	if a := sn.Agent(name); a != nil {
		return a
	}
	return sn.AgentByAlias(name)
}

// asAgent is the answer that needs no policy.
func (e *Engine) asAgent(sn *state.Snapshot, call callas.Call, agent *callas.Agent, why callas.Reason) callas.Decision {
	d := callas.Decision{As: callas.AsAgent, Reasons: []callas.Reason{why}}
	if agent != nil {
		d.Identity = &callas.Identity{Name: agent.Name, Number: agent.Number, URI: agent.URI, Asserted: agent.Number}
	}
	e.stamp(&d, sn, call)
	return d
}

func (e *Engine) stamp(d *callas.Decision, sn *state.Snapshot, call callas.Call) {
	d.ID = e.NewID()
	d.Target = call.Target
	d.Revision = sn.Token()
	d.Policy = e.Digest()
	d.Stale = e.State.Age(e.Now()) > toldStale
}

// input is the call as the policy reads it. The agent is named by id where one is found.
func (e *Engine) input(call callas.Call, agent *callas.Agent) ast.Value {
	id := call.Agent
	if agent != nil {
		id = agent.ID
	}
	target := fields([]field{
		text("class", string(call.Target.Class)), some("number", call.Target.Number),
		some("uri", call.Target.URI), some("country", call.Target.Country)})
	now := e.Now()
	return fields([]field{
		text("agent", id), {"target", ast.NewTerm(target)}, text("modality", string(call.Modality)),
		some("call_as", call.CallAs), flag("stale", e.Stale(now)), {"time", e.clock(now)}})
}
