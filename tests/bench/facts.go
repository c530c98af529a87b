package main

import (
	"callas"
	"callas/tests/bench/company"
)

// facts are the company's rows by id, for those who bring them to other judges.
type facts struct {
	paths    map[string][]string // of a unit: itself first, the root last
	services map[string]*callas.Service
	profiles map[string]*callas.Profile
	agents   map[string]*callas.Agent
	sessions map[string]*callas.Session
}

func factsOf(firm company.Company) *facts {
	f := &facts{
		paths: map[string][]string{}, services: map[string]*callas.Service{}, profiles: map[string]*callas.Profile{},
		agents: map[string]*callas.Agent{}, sessions: map[string]*callas.Session{},
	}
	for row := range firm.Rows() {
		switch r := row.(type) {
		case *callas.Unit:
			f.paths[r.ID] = append([]string{r.ID}, f.paths[r.Parent]...)
		case *callas.Service:
			f.services[r.ID] = r
		case *callas.Profile:
			f.profiles[r.ID] = r
		case *callas.Agent:
			f.agents[r.ID] = r
		case *callas.Session:
			f.sessions[r.Agent] = r
		}
	}
	return f
}

// chosen is the service that an agent has selected, as whoever asks another judge
// must know: those take the service in the question.
func (f *facts) chosen(agent string) string { return f.sessions[agent].CallAs }

// duty is the profile that an agent is on duty under: active, their own, and no
// off-duty one. It is nil for none.
func (f *facts) duty(agent string) *callas.Profile {
	for _, own := range f.agents[agent].Profiles {
		if p := f.profiles[own]; own == f.sessions[agent].Profile && !p.OffDuty {
			return p
		}
	}
	return nil
}
