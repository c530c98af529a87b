package server

import (
	"fmt"
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
	Gates    []explainedGate `json:"gates"`
	Latency  time.Duration   `json:"latency_ns"`         // of deciding, nothing remembered
	Recorded any             `json:"recorded,omitempty"` // the decision as it was made, of a recorded one
}

type explainedGate struct {
	engine.Gate
	You      bool     `json:"you"`                // the asker may change what keeps it closed
	Row      *touched `json:"row,omitempty"`      // where the fact stands
	Withheld bool     `json:"withheld,omitempty"` // the fact is not the asker's to read
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
	v, err := s.seeing(r, sn, callas.KindAgent)
	if err != nil {
		return answer{}, err
	}
	if q.At != "" {
		return s.inquireAgain(r, v, q.At)
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
	e, err := s.Engine.ExplainOver(r.ctx, sn, call) // an error has been logged, and is a reason of the decision
	if err != nil {
		return answer{json: explained{Decision: e.Decision, Gates: []explainedGate{}, Latency: e.Took}}, nil
	}
	out, err := s.explained(r, v, sn, agent, call, e)
	return answer{json: out}, err
}

// inquireAgain answers about a recorded decision by the policy of now, over the facts of
// the decision's own revision.
func (s *Server) inquireAgain(r *request, v *sight, id string) (answer, error) {
	d, err := s.find(r, v, id)
	if err != nil {
		return answer{}, err
	}
	if reads, err := s.Engine.ReadsCallee(); err == nil && reads && d.Masked != "" {
		return answer{}, refuse(conflict, "the policy reads whom a call is for, which the record hides of this one: it cannot be explained again")
	}
	past, err := s.past(r.ctx, v.sn, d.Revision)
	if err != nil {
		return answer{}, err
	}
	e, err := s.Engine.Reexplain(r.ctx, past, d)
	if err != nil {
		return answer{}, fmt.Errorf("decision %s: %w", id, err)
	}
	agent := past.Agent(d.Agent)
	out, err := s.explained(r, v, past, agent, d.Call(), e)
	if out.As == callas.AsAgent && agent != nil && !v.covers(agent) {
		out.Identity = nil // the record said for which service they called, and not who they are
	}
	shown, hides := d.Hidden()
	for i := range out.Gates {
		if hides && out.Gates[i].tellsCallee(d.Target) {
			out.Gates[i].withhold()
		}
	}
	out.Target, out.Recorded = shown.Target, recorded(d)
	return answer{json: out}, err
}

// explained holds an explanation over some facts to what its asker may read, and says
// which gates they could open now.
func (s *Server) explained(r *request, v *sight, facts *state.Snapshot, agent *callas.Agent, call callas.Call, e engine.Explanation) (explained, error) {
	out := explained{Decision: e.Decision, Gates: make([]explainedGate, len(e.Gates)), Latency: e.Took}
	menu := map[string]bool{} // services that the asker is told of anyway
	var now *callas.Agent     // whose gates could be opened
	if agent != nil {
		now = v.sn.Agent(agent.ID)
	}
	if now != nil && now.ID == v.agent {
		own, err := s.Engine.Menu(r.ctx, v.sn, v.agent)
		if err != nil {
			return out, err
		}
		for i := range own.Items {
			menu[own.Items[i].Service] = true
		}
	}
	service := chosen(facts, agent, call)
	if service != nil {
		service = v.sn.Service(service.ID)
	}
	for i, g := range e.Gates {
		told := v.discreet(g, facts, menu)
		if g.Applies && !g.Passed {
			var err error
			if told.You, err = s.opens(r, v.sn, now, service, g.Gate); err != nil {
				return out, err
			}
		}
		out.Gates[i] = told
	}
	return out, nil
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
