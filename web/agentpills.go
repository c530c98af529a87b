package web

import (
	"net/http"
	"net/url"

	"callas"
	"callas/client"
)

// A pill is a filter that one chooses from a list.
type pill struct {
	Name, Label string
	Options     []option
}

// An option of a list.
type option struct {
	Value, Label string
	On           bool
}

// agentPills are the table's filters. Those without a list of their own are shown where a
// link has set them, so that nothing filters unseen.
func (v *visit) agentPills(d *directory, filter url.Values) []pill {
	var units, services, profiles, directions []option
	for _, u := range d.Units {
		units = append(units, option{Value: u.ID, Label: d.where(u.ID)})
	}
	for _, s := range d.Services {
		services = append(services, option{Value: s.ID, Label: s.Name})
	}
	for _, p := range d.Profiles {
		profiles = append(profiles, option{Value: p.ID, Label: p.Name})
	}
	for _, dir := range callas.Directions {
		directions = append(directions, option{Value: string(dir), Label: v.direction(dir)})
	}
	orAny := append([]option{{Value: "any", Label: v.say("agents.at_least_one")}}, services...)
	pills := []pill{
		{"unit", v.say("agents.f_unit"), units},
		{"responsible", v.say("agents.f_responsible"), services},
		{"direction", v.say("agents.f_direction"), directions},
		{"on_duty", v.say("agents.f_on_duty"), profiles},
		{"may_call_as", v.say("agents.f_may"), orAny},
	}
	for _, more := range []pill{
		{"calling_as", v.say("agents.f_calling"), orAny},
		{"profile", v.say("agents.f_profile"), profiles},
		{"enabled", v.say("agents.f_enabled"), []option{{Value: "true", Label: v.say("agent.on")}, {Value: "false", Label: v.say("agent.off")}}},
	} {
		if filter.Get(more.Name) != "" {
			pills = append(pills, more)
		}
	}
	for i := range pills {
		pills[i].choose(filter.Get(pills[i].Name))
	}
	return pills
}

// choose marks an option; one that is not in the list is added, so that it stays to be seen.
func (p *pill) choose(value string) {
	p.Options = append([]option{}, p.Options...)
	for i := range p.Options {
		if p.Options[i].Value == value {
			p.Options[i].On = true
			return
		}
	}
	if value != "" {
		p.Options = append(p.Options, option{value, value, true})
	}
}

// direction is a direction in words.
func (w *words) direction(d callas.Direction) string {
	key := "why.direction." + string(d)
	return w.say(key)
}

// An agentSummary is the sentence above the table.
type agentSummary struct {
	Agents  int `json:"total"`
	MayCall int `json:"may_call"` // as at least one service, now
	Calling int `json:"calling"`  // as a service, now
	Units   int `json:"-"`
}

func (v *visit) agentSummary(d *directory) (*agentSummary, error) {
	s := &agentSummary{Units: len(d.Units)}
	return s, v.api.Do(v.r.Context(), client.Request{Method: http.MethodGet, Path: "/v1/agents/summary"}, s)
}
