package web

import (
	"encoding/json"
	"slices"
	"strings"

	"callas"
	"callas/client"
)

// fact is the value that decided a gate, in words: whose, and what it is.
func (f *whyFacts) fact(g client.Gate) string {
	told := string(g.Fact) != "null" && len(g.Fact) > 0
	if !told && g.Path == "" && (g.Passed || g.Applies) {
		return f.say("why.fact.withheld")
	}
	service := f.serviceName()
	switch g.Gate {
	case callas.ReasonEmergency:
		return f.whyTarget(f.asked.Target)
	case callas.ReasonUnknownAgent:
		return f.say("why.fact.agent", f.page.Name, f.page.Agent)
	case callas.ReasonAgentDisabled:
		return f.say("why.fact.agent", f.page.Name, f.onOff(g.Passed))
	case callas.ReasonNoneSelected:
		return f.selection(g)
	case callas.ReasonUnknownService:
		return service
	case callas.ReasonServiceDisabled:
		return f.say("why.fact.switch", service, f.onOff(g.Passed))
	case callas.ReasonOtherUnit:
		return f.units()
	case callas.ReasonDirection:
		return f.say("why.fact.direction", f.say("why.direction."+whyText(g.Fact)), f.say("why.class."+string(f.asked.Target.Class)))
	case callas.ReasonOffDuty:
		if f.duty == "" {
			return f.say("why.fact.no_duty")
		}
		return f.say("why.fact.duty", f.profileName())
	case callas.ReasonProfileWithoutService:
		return f.say("why.fact.offers", f.profileName(), f.names(g.Fact))
	case callas.ReasonNotResponsible:
		return f.say("why.fact.responsible", f.profileName(), f.names(g.Fact))
	case callas.ReasonModality:
		return f.say("why.modality." + whyText(g.Fact))
	case callas.ReasonNoNumber:
		if !told {
			break
		}
		return f.numbers(g.Fact)
	case callas.ReasonStale:
		if g.Passed {
			return f.say("why.fact.fresh")
		}
		return f.say("why.fact.stale")
	}
	if !told {
		return ""
	}
	return string(g.Fact)
}

func (f *whyFacts) onOff(on bool) string {
	if on {
		return f.say("why.on")
	}
	return f.say("why.off")
}

// selection tells what was picked, and whether the question or the agent picked it.
func (f *whyFacts) selection(g client.Gate) string {
	switch {
	case f.page.Service != whySelected:
		return f.say("why.fact.asked", f.serviceName())
	case f.service != nil:
		return f.say("why.fact.selected", f.service.Name)
	case whyText(g.Fact) != "":
		return f.say("why.fact.selected", whyText(g.Fact))
	}
	return f.say("why.fact.none")
}

// names lists a fact that is services, by their names where they are known.
func (f *whyFacts) names(fact json.RawMessage) string {
	var ids []string
	_ = json.Unmarshal(fact, &ids)
	if len(ids) == 0 {
		return f.say("why.fact.nothing")
	}
	shown := []string{}
	for _, id := range ids {
		name := id
		for _, o := range append(slices.Clone(f.page.Menu), f.page.Others...) {
			if o.Value == id {
				name = o.Text
			}
		}
		shown = append(shown, name)
	}
	slices.Sort(shown) // a fact is a set
	const most = 8
	if len(shown) > most {
		shown = append(shown[:most], f.say("why.fact.more", len(ids)-most))
	}
	return strings.Join(shown, ", ")
}

// units tells where agent and service stand; what the reader may not see is left out.
func (f *whyFacts) units() string {
	if f.agent == nil || f.service == nil {
		return ""
	}
	return f.say("why.fact.units", f.path(f.agent.Unit), f.path(f.service.Unit))
}

// deepest bounds how far a path climbs, whatever the tree.
const deepest = 16

// path is a unit with those above it: London › Customer Care.
func (f *whyFacts) path(id string) string {
	var names []string
	for id != "" && len(names) < deepest {
		unit, err := whyRow[callas.Unit](f.visit, callas.KindUnit, id)
		if err != nil || unit == nil {
			if len(names) == 0 {
				return id
			}
			break
		}
		names = append(names, unit.Name)
		id = unit.Parent
	}
	slices.Reverse(names)
	return strings.Join(names, " › ")
}

// numbers lists a service's numbers and what speaks for or against each.
func (f *whyFacts) numbers(fact json.RawMessage) string {
	var all []callas.Number
	_ = json.Unmarshal(fact, &all)
	if len(all) == 0 {
		return f.say("why.fact.no_numbers")
	}
	var told []string
	for _, n := range all {
		one := f.web.Spell(n.E164) + " (" + f.say("why.right."+string(n.RightOfUse.Status))
		if len(n.Countries) > 0 {
			one += ", " + strings.Join(n.Countries, ", ")
		}
		told = append(told, one+")")
	}
	return strings.Join(told, " · ")
}
