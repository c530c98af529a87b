package engine

import (
	"context"
	"time"

	"callas"
)

// judgeAlike is judge for a call that is not remembered: where somebody who is alike has
// made the same call, the policy is not asked again. It is shared only what shows nothing
// personal, so a service's identity and never an agent's. m is what the decision stands on
// for this agent: the agent's own rows, and what it stands on for all who are alike.
func (e *Engine) judgeAlike(ctx context.Context, m *moment, call *callas.Call, limit time.Duration) (callas.Decision, error) {
	if e.likes == nil {
		return e.judge(ctx, m, call, limit)
	}
	agent := m.agentNamed(call.Agent)
	if agent == nil {
		return e.judge(ctx, m, call, limit)
	}
	m.agent = agent.ID
	o := own{id: agent.ID, agent: agent}
	if o.session, _ = m.look(callas.KindSession, agent.ID).(*callas.Session); o.session != nil && o.session.CallAs != "" {
		m.past(o.session.ExpiresAt)
	}
	var space [keySpace]byte
	key := appendKey(space[:0], e.parts&^partAgent, call, e.tooOld(m.age), m.now, e.Zone)
	key = e.callers.appendKey(key, o, m.now)
	if r := e.likes.find(key, m.Snapshot, m.now, m.age); r != nil {
		m.stand(&r.ground)
		d := r.answer
		e.stamp(&d, m.Snapshot, call, m.age)
		return d, nil
	}
	judged, named := newMoment(m.Snapshot, m.now, m.age), *call
	named.Agent = agent.ID
	judged.knows(o)
	d, err := e.judge(ctx, judged, &named, limit)
	if err != nil {
		return d, err
	}
	m.stand(&judged.ground)
	if !judged.shown {
		r := &remembered[callas.Decision]{answer: d}
		r.answer.Target = callas.Target{}
		r.is(&judged.ground)
		e.likes.keep(key, r)
	}
	return d, nil
}
