package server

import (
	"maps"
	"slices"

	"callas"
	"callas/source"
	"callas/state"
)

// opens reports whether the asker may make a change that would open a gate: policy is
// asked about the change itself, so that a locked field is nobody's to change here.
func (s *Server) opens(r *request, sn *state.Snapshot, agent *callas.Agent, service *callas.Service, gate callas.Reason) (bool, error) {
	for _, w := range openers(sn, agent, service, gate) {
		reasons, err := against(r.ctx, s.Engine.Verdicts(sn), r.by, sn, w)
		if err != nil || len(reasons) == 0 {
			return err == nil, err
		}
	}
	return false, nil
}

// openers are changes each of which would open a gate; none where no setting would.
func openers(sn *state.Snapshot, agent *callas.Agent, service *callas.Service, gate callas.Reason) []source.Write {
	if agent == nil {
		return nil
	}
	switch gate {
	case callas.ReasonAgentDisabled, callas.ReasonDirection, callas.ReasonNotResponsible:
		a := *agent
		a.Enabled = true
		switch {
		case gate == callas.ReasonDirection:
			a.Direction, a.Enabled = callas.DirectionAll, agent.Enabled
		case gate == callas.ReasonNotResponsible && service != nil:
			a.Responsible, a.Enabled = responsible(sn, agent, service.ID), agent.Enabled
		}
		return []source.Write{write(&a)}
	case callas.ReasonNoneSelected, callas.ReasonUnknownService, callas.ReasonOffDuty:
		return sessions(sn, agent, service, gate)
	}
	if service == nil {
		return nil
	}
	c := *service
	switch gate {
	case callas.ReasonServiceDisabled:
		c.CallAsEnabled = true
	case callas.ReasonNoNumber:
		c.Numbers = append(slices.Clone(c.Numbers), callas.Number{Default: true})
	case callas.ReasonOtherUnit:
		a := *agent
		a.Unit, c.Unit = service.Unit, agent.Unit
		return []source.Write{write(&a), write(&c)}
	case callas.ReasonProfileWithoutService:
		if p := duty(sn, agent); p != nil {
			with := *p
			with.Services = append(slices.Clone(p.Services), service.ID)
			return append([]source.Write{write(&with)}, sessions(sn, agent, service, gate)...)
		}
	default:
		return nil
	}
	return []source.Write{write(&c)}
}

func write(row callas.Row) source.Write {
	return source.Write{Kind: row.Kind(), ID: row.Key(), Row: row}
}

// duty is the active duty profile; nil where there is none.
func duty(sn *state.Snapshot, agent *callas.Agent) *callas.Profile {
	if session := sn.Session(agent.ID); session != nil {
		return sn.Profile(session.Profile)
	}
	return nil
}

// sessions is the agent's session with the choice that a gate asks for, if there is one
// to make: a service under Call As, or a duty profile.
func sessions(sn *state.Snapshot, agent *callas.Agent, service *callas.Service, gate callas.Reason) []source.Write {
	w := untouched(sn, agent.ID)
	session := *w.Row.(*callas.Session)
	if gate == callas.ReasonNoneSelected || gate == callas.ReasonUnknownService {
		session.CallAs = "" // or whichever service it will be: that is no matter of who may choose
		return []source.Write{write(&session)}
	}
	for _, id := range agent.Profiles {
		p := sn.Profile(id)
		if p == nil || p.OffDuty || service != nil && !slices.Contains(p.Services, service.ID) {
			continue
		}
		session.Profile = id
		return []source.Write{write(&session)}
	}
	return nil
}

// responsible is an agent's, with a service under the active duty profile or, off duty,
// under each that the agent has.
func responsible(sn *state.Snapshot, agent *callas.Agent, service string) map[string][]string {
	under := agent.Profiles
	if p := duty(sn, agent); p != nil {
		under = []string{p.ID}
	}
	all := maps.Clone(agent.Responsible)
	if all == nil {
		all = map[string][]string{}
	}
	for _, profile := range under {
		all[profile] = append(slices.Clone(all[profile]), service)
	}
	return all
}
