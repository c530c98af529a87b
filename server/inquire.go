package server

import (
	"encoding/json"
	"time"

	"callas"
	"callas/engine"
	"callas/server/wire"
	"callas/state"
)

// An explained call is what people are told of it: no gate's fact that they may not read,
// and which gates they could open themselves.
type explained struct {
	callas.Decision
	Gates   []explainedGate `json:"gates"`
	Latency time.Duration   `json:"latency_ns"` // of deciding, nothing remembered
}

type explainedGate struct {
	engine.Gate
	You bool `json:"you"` // the asker may change what keeps it closed
}

// inquire answers people what explain answers platforms, of agents that they may see. It
// is no call: nothing is counted and nothing goes on record.
func (s *Server) inquire(r *request) (answer, error) {
	q, err := wire.ReadInquiry(r.body)
	if err != nil {
		return answer{}, err
	}
	if err := s.await(r, q.MinRevision); err != nil {
		return answer{}, err
	}
	sn := r.read(s.State.Snapshot())
	v, err := s.see(r, sn)
	if err != nil {
		return answer{}, err
	}
	if err := v.demand(r, callas.KindAgent); err != nil {
		return answer{}, err
	}
	agent := named(sn, q.Agent)
	if agent == nil && !v.all || agent != nil && !v.covers(agent) {
		return answer{}, refuse(notFound, "there is no agent %.64q, or none that you may see", q.Agent)
	}
	call := s.call(&q.Question)
	if q.Class != "" {
		call.Target = callas.Target{Class: q.Class}
		if q.Class == callas.PSTN {
			call.Target.Country = s.Engine.HomeCountry // as in a menu's preview
		}
	}
	e, err := s.Engine.Explain(r.ctx, call) // an error has been logged, and is a reason of the decision
	out := explained{Decision: e.Decision, Gates: []explainedGate{}, Latency: e.Took}
	r.revision = e.Revision.String()
	if err != nil {
		return answer{json: out}, nil
	}
	for _, g := range e.Gates {
		told := explainedGate{Gate: v.discreet(g, chosen(sn, agent, call))}
		if g.Applies && !g.Passed {
			if told.You, err = s.opens(r, sn, agent, chosen(sn, agent, call), g.Gate); err != nil {
				return answer{}, err
			}
		}
		out.Gates = append(out.Gates, told)
	}
	return answer{json: out}, nil
}

// named finds an agent by id or by any alias.
func named(sn *state.Snapshot, name string) *callas.Agent {
	if a := sn.Agent(name); a != nil {
		return a
	}
	return sn.AgentByAlias(name)
}

// chosen is the service that a call asks to go out as; nil where there is none.
func chosen(sn *state.Snapshot, agent *callas.Agent, call callas.Call) *callas.Service {
	id := call.CallAs
	if id == "" && agent != nil {
		if session := sn.Session(agent.ID); session != nil {
			id = session.CallAs
		}
	}
	return sn.Service(id)
}

// discreet leaves out what a gate tells of a service that the asker may not read.
func (v *sight) discreet(g engine.Gate, service *callas.Service) engine.Gate {
	switch g.Gate {
	case callas.ReasonServiceDisabled, callas.ReasonOtherUnit, callas.ReasonNoNumber:
		if service != nil && !v.covers(service) {
			g.Fact, g.Path = json.RawMessage("null"), ""
		}
	}
	return g
}
