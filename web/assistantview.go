package web

import (
	"fmt"
	"time"

	"callas"
)

// An assistant is what the Agent Assistant shows: one menu in the agent's words.
type assistant struct {
	Agent, Name string
	Units       []string
	Own         bool // the agent's own: they may choose
	Query       string
	Revision    int64
	Told        string // as:help, withdrawn:help, ended:expired, none: what the script compares
	Title       string // of the window
	Confirmed   time.Time

	Seen    seen   // by who is called on a telephone
	Reach   []seen // by each network
	Duties  []duty
	Options []menuOption // what can be picked, None left out
	Missing []missing
	Refused *notice // why a wish was refused
	Notice  *notice // what happened to the selection
	Back    *notice // told once a withdrawn selection works again
	Hint    string  // why there is nothing to pick
}

// A seen is whom a network shows.
type seen struct {
	Network      string // pstn, internal, federated
	Icon         string
	Name, Number string
	Hue          string // of the service; empty: it is the agent
	Until        string
}

// A notice is something that happened, in words.
type notice struct {
	Kind  string // withdrawn, ended, good; empty: a refusal
	Title string
	Body  []string
}

// Icon is what a notice is known by where colour is not seen.
func (n *notice) Icon() string {
	switch n.Kind {
	case "ended":
		return "info"
	case "good":
		return "circle-check"
	}
	return "triangle-alert"
}

// A withdrawal tells who took the right to a selection away, and when.
type withdrawal struct {
	Actor string    `json:"actor"`
	At    time.Time `json:"at"`
}

// networks in the order the card shows them; the first is the large one.
func networks() []seen {
	return []seen{{Network: "pstn", Icon: "phone"}, {Network: "internal", Icon: "users"}, {Network: "federated", Icon: "message-square"}}
}

// assistant puts a menu into the agent's words. By tells who withdrew the selection, where
// that is known.
func (v *visit) assistant(menu *callas.Menu, by *withdrawal) *assistant {
	a := &assistant{Agent: menu.Agent, Name: menu.Name, Units: menu.Units, Revision: menu.Revision.Revision, Confirmed: v.web.Now()}
	a.Duties = v.duties(menu)
	a.Options, a.Missing = v.offers(menu)
	picked := a.picked()
	a.see(menu, picked)
	switch {
	case picked == nil && menu.Ended == "":
		a.Told, a.Title = "none", v.say("asst.title_none")
	case picked == nil:
		a.Told, a.Title = "ended:"+menu.Ended, v.say("asst.title_none")
		a.Notice = &notice{Kind: "ended", Title: v.say("asst.ended"), Body: []string{v.ending(menu.Ended)}}
		if menu.Ended != "off_duty" && menu.Ended != "logged_out" { // which nobody does in a call
			a.Notice.Body = append(a.Notice.Body, v.say("asst.unsaid"))
		}
	case picked.Withdrawn:
		a.Told, a.Title = "withdrawn:"+picked.ID, v.say("asst.title_withdrawn", picked.Name)
		a.Notice = v.withdrawn(picked, by)
	default:
		a.Told, a.Title = "as:"+picked.ID, v.say("asst.title_as", picked.Name)
		a.Back = &notice{Kind: "good", Title: v.say("asst.back", picked.Name), Body: []string{v.say("asst.back_sub")}}
	}
	a.Hint = v.hint(menu, a)
	return a
}

// see fills in whom each network shows.
func (a *assistant) see(menu *callas.Menu, picked *menuOption) {
	a.Reach = networks()
	for i := range a.Reach {
		s := &a.Reach[i]
		class := callas.Class(s.Network)
		if id := menu.Preview[class]; id != nil {
			s.Name, s.Number = id.Name, id.Number
		}
		if menu.PreviewAs[class] == callas.AsService && picked != nil {
			s.Hue, s.Until = picked.Hue, picked.Until
		}
	}
	a.Seen = a.Reach[0]
}

func (v *visit) withdrawn(picked *menuOption, by *withdrawal) *notice {
	n := &notice{Kind: "withdrawn", Title: v.say("asst.withdrawn", picked.Name)}
	if by != nil {
		n.Body = append(n.Body, v.say("asst.withdrawn_by", by.Actor, v.hour(by.At)))
	}
	n.Body = append(append(n.Body, picked.Reasons...), v.say("asst.next_call"), v.say("asst.unsaid_of", picked.Name))
	return n
}

// ending is why a selection ended; one that this version does not know is told by its code.
func (w *words) ending(because string) string {
	if key := "asst.ended." + because; w.has(key) {
		return w.say(key)
	}
	return because
}

// hint is why there is nothing to pick but None.
func (v *visit) hint(menu *callas.Menu, a *assistant) string {
	switch {
	case len(a.Options) > 0:
		return ""
	case len(menu.Items) == 0:
		return v.say("asst.empty_all")
	case offDuty(menu) && len(menu.Profiles) > 0:
		return v.say("asst.empty_off")
	}
	return v.say("asst.empty")
}

func offDuty(menu *callas.Menu) bool {
	for _, p := range menu.Profiles {
		if p.Profile == menu.Profile {
			return p.OffDuty
		}
	}
	return true
}

// hour is a time of day without its seconds, in the zone of the pages.
func (v *visit) hour(t time.Time) string { return t.In(v.web.Zone).Format("15:04") }

// until is when a selection ends: the time, and the day where it is another.
func (v *visit) until(at *time.Time) string {
	if at == nil {
		return ""
	}
	end, now := at.In(v.web.Zone), v.web.Now().In(v.web.Zone)
	if v.day(end) == v.day(now) {
		return v.say("asst.until", v.hour(end))
	}
	return v.say("asst.until", fmt.Sprintf("%s %s", v.day(end), v.hour(end)))
}
