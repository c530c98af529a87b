package web

import (
	"cmp"
	"slices"
	"strings"

	"callas"
)

// A menuOption is a service under Call As.
type menuOption struct {
	ID, Name, Number string
	Hue              string
	Key              string // which number key picks it
	On               bool   // it is selected, as the server says
	Withdrawn        bool   // it is selected, and its right is gone
	Reasons          []string
	Until            string
}

// A missing is some services that are not available now for one and the same cause.
type missing struct {
	Services      []menuOption
	Profile, Duty string // the duty profile that has them, where choosing it helps
	Reasons       []string
}

// A duty is a duty profile of the agent's, or none.
type duty struct {
	ID, Name string
	On       bool
}

// keys is how many options a number key can pick; there are more where one may search.
const keys = 9

// Many reports whether there are so many options that one searches among them.
func (a *assistant) Many() bool { return len(a.Options) > keys || a.Query != "" }

// Absent counts the services that are not available.
func (a *assistant) Absent() (n int) {
	for _, m := range a.Missing {
		n += len(m.Services)
	}
	return n
}

// None reports whether None is selected.
func (a *assistant) None() bool { return a.picked() == nil }

// Alarm reports whether calls go out otherwise than the agent wished.
func (a *assistant) Alarm() bool { return a.Notice != nil && a.Notice.Kind == "withdrawn" }

// picked is the selected option; nil: None.
func (a *assistant) picked() *menuOption {
	for i := range a.Options {
		if a.Options[i].On {
			return &a.Options[i]
		}
	}
	return nil
}

// find leaves those options that the query names, and the selected one.
func (a *assistant) find() {
	sought := strings.ToLower(strings.TrimSpace(a.Query))
	a.Options = slices.DeleteFunc(a.Options, func(o menuOption) bool {
		return sought != "" && !o.On && !strings.Contains(strings.ToLower(o.Name), sought)
	})
}

// duties are the agent's profiles. Being off duty without one is offered where none of them
// means it, and shown where it is so.
func (v *visit) duties(menu *callas.Menu) (all []duty) {
	free := false
	for _, p := range menu.Profiles {
		all = append(all, duty{p.Profile, p.Name, p.Profile == menu.Profile})
		free = free || p.OffDuty
	}
	if menu.Profile == "" || !free {
		all = append([]duty{{"", v.say("asst.duty_none"), menu.Profile == ""}}, all...)
	}
	return all
}

// offers tells what can be picked from what is missing. A selection that was withdrawn
// keeps its place by name, so that the number keys of the others stay as they are.
func (v *visit) offers(menu *callas.Menu) (all []menuOption, absent []missing) {
	for _, item := range menu.Items {
		o := menuOption{ID: item.Service, Name: item.Name, Number: item.Number, Hue: hue(item.Hue, item.Service)}
		if s := menu.Selection; s != nil && s.Service == item.Service {
			o.On, o.Withdrawn, o.Reasons, o.Until = true, s.Withdrawn, v.whyNot(s.Reasons), v.until(s.ExpiresAt)
		}
		if item.Available || o.On {
			all = append(all, o)
			continue
		}
		absent = v.lacking(absent, menu, item, o)
	}
	slices.SortStableFunc(all, func(a, b menuOption) int {
		return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	for i := range all[:min(keys, len(all))] {
		all[i].Key = string(rune('1' + i))
	}
	slices.SortStableFunc(absent, func(a, b missing) int { // what can be helped first
		return cmp.Compare(min(len(b.Profile), 1), min(len(a.Profile), 1))
	})
	return all, absent
}

// lacking adds a service to those that are missing for the same cause.
func (v *visit) lacking(absent []missing, menu *callas.Menu, item callas.MenuItem, o menuOption) []missing {
	m := missing{Profile: remedy(menu, item), Reasons: v.whyNot(general(item.Reasons))}
	for i := range absent {
		if absent[i].Profile == m.Profile && (m.Profile != "" || slices.Equal(absent[i].Reasons, m.Reasons)) {
			absent[i].Services = append(absent[i].Services, o)
			return absent
		}
	}
	for _, p := range menu.Profiles {
		if p.Profile == m.Profile {
			m.Duty = p.Name
		}
	}
	m.Services = []menuOption{o}
	return append(absent, m)
}

// general are those of a service's reasons that keep an agent from every service, or all
// where there is none: what is said once for all of them need not be said of each.
func general(reasons []callas.Reason) []callas.Reason {
	var about []callas.Reason
	for _, reason := range reasons {
		if reason == callas.ReasonAgentDisabled || reason == callas.ReasonDirection {
			about = append(about, reason)
		}
	}
	if about == nil {
		return reasons
	}
	return about
}

// remedy is the duty profile under which a service would be available, as far as a page can
// tell: nothing but the active profile stands in its way. The server has the last word.
func remedy(menu *callas.Menu, item callas.MenuItem) string {
	for _, reason := range item.Reasons {
		switch reason {
		case callas.ReasonOffDuty, callas.ReasonProfileWithoutService, callas.ReasonNotResponsible:
		default:
			return ""
		}
	}
	for _, id := range item.Profiles {
		if id != menu.Profile {
			return id
		}
	}
	return ""
}
