package settings

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"callas"
	"callas/state"
)

func (r rules) agent(a *callas.Agent) {
	r.id(a.ID)
	if a.ID == summaryWord {
		r.bad("/id", "%q stands for the counts of all agents where one is named: take another id", a.ID)
	}
	r.name(a.Name, "/name")
	if a.Unit == "" {
		r.bad("/unit", "is missing: every agent is in a unit")
	}
	r.atMost(len(a.Aliases), MaxAliases, "/aliases", "aliases")
	for _, alias := range a.Aliases {
		r.bearing("/aliases", checkAlias(alias))
	}
	if a.Number != "" {
		r.bearing("/number", r.ownNumber(a.Number))
	}
	if a.URI != "" {
		r.bearing("/uri", callas.CheckURI(a.URI))
	}
	oneOf(r, a.Direction, callas.Directions, "/direction")
	r.atMost(len(a.Profiles), MaxProfiles, "/profiles", "profiles")
	total := 0
	for _, services := range a.Responsible {
		total += len(services)
	}
	r.atMost(total, MaxResponsible, "/responsible", "services over all profiles")
	r.meta(a, a.Meta)
}

// ownNumber reports why a number cannot be an agent's own. It needs no right of use,
// being where the agent is called back, so it is held to less than a service's.
func (r rules) ownNumber(number string) error {
	if !strings.HasPrefix(number, "+") {
		return fmt.Errorf("%q lacks its country: write it such as +442079460201; an extension is an alias", number)
	}
	switch t := r.plan.Classify("tel:" + number); {
	case t.Class == callas.Emergency:
		return fmt.Errorf("%q is an emergency number", number)
	case t.Class == callas.Unknown || t.Number == "":
		return fmt.Errorf("%q is no telephone number", number)
	case t.Number != number:
		return fmt.Errorf("%q is not in its international form (did you mean %q?)", number, t.Number)
	}
	return nil
}

// checkAlias reports why an agent cannot be found by s. A platform sends it in a
// header or a form, so it is held to what a URI is.
func checkAlias(s string) error {
	switch {
	case state.NormalAlias(s) == "":
		return fmt.Errorf("%q is empty: remove it", s)
	case len(s) > callas.MaxURI:
		return fmt.Errorf("%.40q... is %d bytes long: at most %d", s, len(s), callas.MaxURI)
	case !utf8.ValidString(s) || strings.ContainsFunc(s, misplaced):
		return fmt.Errorf("%q holds a character that no address has: write sip:anna@example.org, 2001 or +442079460201", s)
	}
	return nil
}

// misplaced reports a character that no address has.
func misplaced(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || strings.ContainsRune("\"\\<>", r)
}
