package engine

import (
	"context"
	"errors"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"callas"
	"callas/decisionlog"
	"callas/state"
)

// Resolve answers a call. The decision is always good to act on: when err says that
// no policy could decide, the call goes out as the agent and the reason is "timeout"
// or "engine_error". Identity and reasons are shared with other callers: constants.
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

// keySpace is enough for the key of every ordinary call; a longer one is put on the heap.
const keySpace = 256

// resolve answers a call and puts the decision on record. The snapshot is one that the
// store published.
func (e *Engine) resolve(ctx context.Context, sn *state.Snapshot, call callas.Call) (callas.Decision, error) {
	now := e.Now()
	age := e.State.Age(now)
	d, agent, mask, err := e.answer(ctx, sn, &call, now, age, e.Deadline)
	d.Took = e.Now().Sub(now)
	if e.Record != nil {
		e.record(sn, &call, agent, &d, mask, now, age)
	}
	return d, err
}

// answer remembers or judges. It also names the agent by id, empty for an unknown one, and
// says how the record writes the callee.
func (e *Engine) answer(ctx context.Context, sn *state.Snapshot, call *callas.Call, now time.Time, age, limit time.Duration) (callas.Decision, string, decisionlog.Mask, error) {
	if e.memory == nil || call.Target.Class == callas.Emergency {
		m := newMoment(sn, now, age)
		d, err := e.judge(ctx, m, call, limit)
		mask, _ := e.mask(ctx, m, call, &d, err)
		return d, m.agent, mask, err
	}
	var space [keySpace]byte
	key := appendKey(space[:0], e.parts, call, e.tooOld(age), now, e.Zone)
	if r := e.memory.find(key, sn, now, age); r != nil {
		d := *r.answer.outcome
		e.stamp(&d, sn, call, age)
		return d, r.answer.agent, r.answer.mask, nil
	}
	m := newMoment(sn, now, age)
	d, err := e.judgeAlike(ctx, m, call, limit)
	mask, sure := e.mask(ctx, m, call, &d, err)
	if sure {
		r := &remembered[decided]{answer: decided{e.outcomes.of(&d), m.agent, mask}}
		r.is(&m.ground)
		e.memory.keep(key, r)
	}
	return d, m.agent, mask, err
}

// record puts a decision on record before its effect can be asked about. What cannot be
// recorded, where it must be, goes out as the agent.
func (e *Engine) record(sn *state.Snapshot, call *callas.Call, agent string, d *callas.Decision, mask decisionlog.Mask, now time.Time, age time.Duration) {
	entry := e.entries.Get().(*decisionlog.Entry)
	*entry = decisionlog.Entry{
		At: now, Latency: d.Took, Call: *call, Agent: agent, Decision: *d,
		Mask: mask, Stale: e.tooOld(age), Age: age, Zone: e.Zone,
	}
	err := e.Record.Append(entry)
	e.entries.Put(entry)
	if err != nil && d.As == callas.AsService {
		m := newMoment(sn, now, age)
		*d = e.asAgent(m, call, m.agentNamed(call.Agent), callas.ReasonUnrecorded)
	}
}

// judge asks the policy, and answers as the agent where it cannot.
func (e *Engine) judge(ctx context.Context, m *moment, call *callas.Call, limit time.Duration) (callas.Decision, error) {
	agent := m.agentNamed(call.Agent)
	if agent != nil {
		m.agent = agent.ID
	}
	if call.Target.Class == callas.Emergency {
		return e.asAgent(m, call, agent, callas.ReasonEmergency), nil
	}
	d, err := e.rule(ctx, m, call, agent, e.input(e.decision.parts, m, call, agent), limit)
	if err == nil {
		d.Prepare()
		return d, nil
	}
	e.Log.Error("could not decide: the call goes out as the agent",
		"decision", d.ID, "agent", call.Agent, "class", call.Target.Class, "call_id", call.CallID, "err", err)
	return d, err
}

// rule asks the policy about a call, and names what kept it from answering as the reason
// for which the call goes out as the agent.
func (e *Engine) rule(ctx context.Context, m *moment, call *callas.Call, agent *callas.Agent, input ast.Value, limit time.Duration) (callas.Decision, error) {
	answer, err := e.decision.ask(ctx, &e.facts, m, input, limit)
	if err == nil {
		var d callas.Decision
		if d, err = read(answer, m, agent); err == nil {
			e.stamp(&d, m.Snapshot, call, m.age)
			return d, nil
		}
	}
	reason := callas.ReasonEngineError
	if errors.Is(err, ErrTimeout) {
		reason = callas.ReasonTimeout
	}
	return e.asAgent(m, call, agent, reason), err
}

// agentNamed finds the agent by id or by any alias; nil when there is none.
func (m *moment) agentNamed(name string) *callas.Agent {
	if a, ok := m.look(callas.KindAgent, name).(*callas.Agent); ok {
		return a
	}
	id, changed := m.WatchAlias(name)
	m.watches = append(m.watches, changed)
	if id == "" {
		return nil
	}
	a, _ := m.look(callas.KindAgent, id).(*callas.Agent)
	return a
}

// asAgent is the answer that needs no policy.
func (e *Engine) asAgent(m *moment, call *callas.Call, agent *callas.Agent, why callas.Reason) callas.Decision {
	d := callas.Decision{As: callas.AsAgent, Reasons: []callas.Reason{why}}
	if agent != nil {
		d.Identity = &callas.Identity{Name: agent.Name, Number: agent.Number, URI: agent.URI, Asserted: agent.Number}
	}
	e.stamp(&d, m.Snapshot, call, m.age)
	return d
}

// stamp adds what differs from call to call.
func (e *Engine) stamp(d *callas.Decision, sn *state.Snapshot, call *callas.Call, age time.Duration) {
	d.ID = e.NewID()
	d.Target = call.Target
	d.Revision = sn.Token()
	d.Policy = e.Bundle.Digest
	d.Stale = age > toldStale
}
