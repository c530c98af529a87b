package web

import (
	"encoding/json"
	"strings"

	"callas"
	"callas/client"
)

// whyFacts are the rows that an explanation is about, as far as its reader may see them,
// to tell each gate's fact in words rather than as a value at a path.
type whyFacts struct {
	*visit
	page    *whyPage
	asked   client.Explanation
	agent   *callas.Agent
	service *callas.Service
	profile *callas.Profile
	duty    string // the id of the active profile
}

func (f *whyFacts) read() (err error) {
	if f.agent, err = whyRow[callas.Agent](f.visit, callas.KindAgent, f.page.Agent); err != nil {
		return err
	}
	id := f.page.Service
	for _, g := range f.asked.Gates {
		switch g.Gate {
		case callas.ReasonNoneSelected:
			if id == whySelected {
				id = whyText(g.Fact)
			}
		case callas.ReasonOffDuty:
			f.duty = whyText(g.Fact)
		}
	}
	if f.service, err = whyRow[callas.Service](f.visit, callas.KindService, id); err != nil {
		return err
	}
	f.profile, err = whyRow[callas.Profile](f.visit, callas.KindProfile, f.duty)
	return err
}

// hue is the colour of whom they will see.
func (f *whyFacts) hue() string {
	switch {
	case f.asked.As != callas.AsService:
		return "self"
	case f.service != nil:
		return hue(f.service.Hue, f.service.ID)
	}
	return hue(0, f.asked.Service)
}

func (f *whyFacts) serviceName() string {
	if f.service != nil {
		return f.service.Name
	}
	for _, o := range append(f.page.Menu, f.page.Others...) {
		if o.Chosen {
			return o.Text
		}
	}
	if f.page.Service == whySelected {
		return f.say("why.selected")
	}
	return f.page.Service
}

func (f *whyFacts) profileName() string {
	if f.profile != nil {
		return f.profile.Name
	}
	return f.duty
}

// gate tells one in words.
func (f *whyFacts) gate(g client.Gate) whyGate {
	out := whyGate{Title: f.reason(g.Gate)}
	switch {
	case !g.Applies:
		out.State, out.Title, out.Fact = "na", f.passed(g.Gate), f.notAsked(g.Gate)
	case g.Passed:
		out.State, out.Title, out.Fact = "ok", f.passed(g.Gate), f.fact(g)
	default:
		out.State, out.Fact = "ko", f.fact(g)
		out.Who = f.who(g)
		if g.You {
			out.Fix, out.FixIt = f.place(g.Gate)
			out.AtAgent = strings.HasPrefix(out.Fix, "/agents/")
			out.Who = ""
		}
	}
	if g.Policy != nil && !f.page.Mine {
		out.File = g.Policy.File
		out.Place = out.File[strings.LastIndexByte(out.File, '/')+1:] + ":" + whyNumber(g.Policy.Line)
		out.Source = whyPolicyLink(g.Policy.File, g.Policy.Line)
	}
	return out
}

// passed is a gate's condition as it holds.
func (f *whyFacts) passed(gate callas.Reason) string {
	if key := "why.gate." + string(gate); f.has(key) {
		return f.say(key)
	}
	return f.reason(gate) // of an installation's own policy, which says only when it is closed
}

// notAsked tells why the law did not come to a gate.
func (f *whyFacts) notAsked(gate callas.Reason) string {
	failed := map[callas.Reason]bool{}
	for _, r := range f.asked.Reasons {
		failed[r] = true
	}
	switch {
	case failed[callas.ReasonEmergency]:
		return f.say("why.na.emergency")
	case failed[callas.ReasonUnknownAgent]:
		return f.say("why.na.unknown_agent")
	case failed[callas.ReasonNoneSelected], failed[callas.ReasonUnknownService]:
		return f.say("why.na.none_selected")
	case gate == callas.ReasonNoNumber && f.asked.Target.Class != callas.PSTN:
		return f.say("why.na.no_number")
	case failed[callas.ReasonOffDuty]:
		return f.say("why.na.off_duty")
	}
	return f.say("why.na.other")
}

// who tells who can open a gate that its reader cannot.
func (f *whyFacts) who(g client.Gate) string {
	key := "why.who." + g.Who
	if g.Who == string(callas.RoleAgent) && f.page.Mine {
		key = "why.who.me" // who cannot: policy fixes it
	}
	if !f.has(key) {
		return ""
	}
	return f.say(key)
}

// place is where the reader opens a gate, and what the link there says.
func (f *whyFacts) place(gate callas.Reason) (href, label string) {
	agent := "/agents/" + f.page.Agent
	switch gate {
	case callas.ReasonNoneSelected, callas.ReasonUnknownService, callas.ReasonOffDuty, callas.ReasonProfileWithoutService:
		if f.page.Mine {
			return "/assistant", f.say("why.fix.assistant")
		}
		if gate == callas.ReasonProfileWithoutService && f.profile != nil {
			return "/profiles/" + f.profile.ID, f.say("why.fix.profile", f.profile.Name)
		}
	case callas.ReasonServiceDisabled:
		return "/services/" + f.serviceID() + "#general", f.say("why.fix.switch", f.serviceName())
	case callas.ReasonNoNumber:
		return "/services/" + f.serviceID() + "#numbers", f.say("why.fix.numbers", f.serviceName())
	case callas.ReasonDirection:
		agent += "#dir-h"
	case callas.ReasonNotResponsible:
		agent += "#under-" + f.duty
	case callas.ReasonAgentDisabled:
		agent += "#enabled"
	}
	return agent, f.say("why.fix.agent", f.page.Name)
}

func (f *whyFacts) serviceID() string {
	if f.service != nil {
		return f.service.ID
	}
	return f.page.Service
}

// whyText is a fact that is a text; empty where it is none.
func whyText(fact json.RawMessage) (s string) {
	_ = json.Unmarshal(fact, &s)
	return s
}
