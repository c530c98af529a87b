package web

import (
	"callas"
	"callas/client"
)

// An agentService is a service of the agent's menu, with what stands for and against it.
type agentService struct {
	*callas.Service
	Available bool
	Reasons   []callas.Reason
	Gates     []whyGate // failing first; none where they are not told here
	Target    callas.Class
}

// More is how many reasons there are beside the first.
func (s agentService) More() int { return max(0, len(s.Reasons)-1) }

// explained is for how many services the gates are told: each is a question of its own.
// Of the others the menu's reasons are.
const explained = 24

func (v *visit) agentServices(d *directory, a *staffed, menu callas.Menu) ([]agentService, error) {
	var out []agentService
	for i, item := range menu.Items {
		s := agentService{Service: d.service(item.Service), Available: item.Available, Reasons: item.Reasons}
		if d.services[item.Service] == nil {
			s.Service = &callas.Service{ID: item.Service, Name: item.Name}
		}
		if i < explained {
			if err := v.gates(d, &s, a); err != nil {
				return nil, err
			}
		}
		out = append(out, s)
	}
	return out, nil
}

// gates asks how each condition stands for a call as the service: to a colleague where
// that is all the agent's direction is about, else to a telephone.
func (v *visit) gates(d *directory, s *agentService, a *staffed) error {
	if s.Target = callas.PSTN; a.Direction == callas.DirectionInternal {
		s.Target = callas.Internal
	}
	e, _, err := v.api.Explain(v.r.Context(), client.Question{Agent: a.ID, Class: s.Target, Modality: callas.Audio, CallAs: s.ID})
	if unseen(err) {
		return nil
	}
	if err != nil {
		return err
	}
	asked := whyQuestion{Agent: a.ID, Service: s.ID, Target: string(s.Target), Modality: callas.Audio}
	facts := &whyFacts{visit: v, page: &whyPage{whyQuestion: asked, Name: a.Name}, asked: e,
		agent: &a.Agent, service: s.Service, duty: a.active(), profile: d.profiles[a.active()]}
	for _, service := range d.Services {
		facts.page.Menu = append(facts.page.Menu, whyOption{Value: service.ID, Text: service.Name, Chosen: service.ID == s.ID})
	}
	for _, g := range facts.gates() {
		if g.State != "na" {
			s.Gates = append(s.Gates, g)
		}
	}
	return nil
}
