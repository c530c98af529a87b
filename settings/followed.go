package settings

import (
	"slices"

	"callas"
)

// Followed tells of a changeset which of its edits nobody had to ask for: what rows lost
// because of what it deleted, as Admit fills that in, and what came back to them where that
// was undone. It goes by the rows themselves: an edit that did anything else besides did not
// merely follow. Access tokens never do: who gives them back says so.
func Followed(cs callas.Changeset) func(k callas.Kind, id string) bool {
	deleted, made := lostIn(cs, true), lostIn(cs, false)
	type key struct {
		kind callas.Kind
		id   string
	}
	followed := map[key]bool{}
	for _, e := range cs.Edits {
		if deleted.explains(e.Before, e.After) || made.explains(e.After, e.Before) {
			followed[key{e.Kind, e.ID}] = true
		}
	}
	return func(k callas.Kind, id string) bool { return followed[key{k, id}] }
}

// A loss is what others lose, sorted.
type loss struct{ services, profiles, agents []string }

// lostIn lists the rows that a changeset deleted, or that it made.
func lostIn(cs callas.Changeset, deleted bool) loss {
	var l loss
	for _, e := range cs.Edits {
		if e.Before == nil == deleted || e.After != nil == deleted {
			continue
		}
		switch e.Kind {
		case callas.KindService:
			l.services = append(l.services, e.ID)
		case callas.KindProfile:
			l.profiles = append(l.profiles, e.ID)
		case callas.KindAgent:
			l.agents = append(l.agents, e.ID)
		}
	}
	slices.Sort(l.services)
	slices.Sort(l.profiles)
	slices.Sort(l.agents)
	return l
}

// explains reports whether a row became what it did by the loss, and by nothing else.
func (l loss) explains(before, after callas.Row) bool {
	if before == nil {
		return false
	}
	switch row := before.(type) {
	case *callas.Profile:
		left := *row
		left.Services = without(row.Services, l.services)
		return after != nil && Same(Normal(&left), after)
	case *callas.Agent:
		left := *row
		loseServices(&left, l.services)
		loseProfiles(&left, l.profiles)
		return after != nil && Same(Normal(&left), after)
	case *callas.Session:
		if in(l.agents)(row.Agent) {
			return after == nil
		}
		left := *row
		if in(l.services)(row.CallAs) {
			end(&left, EndedServiceDeleted)
		}
		if in(l.profiles)(row.Profile) {
			loseProfile(&left)
		}
		return after != nil && Same(Normal(&left), after)
	}
	return false
}
