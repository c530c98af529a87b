package settings

import (
	"cmp"
	"strings"

	"callas"
	"callas/source"
)

// Normal returns a row in the one form that its settings have, so that equal settings
// are equal JSON: texts trimmed, numbers without blanks, lists whose order says nothing
// sorted and without doubles, lists and maps never null, times as a source keeps them
// (source.Moment). What is left open takes the safe value: direction none, a right of
// use still to be verified. A row in its normal form stays as it is; the row passed is
// never touched.
func Normal(row callas.Row) callas.Row {
	switch r := row.(type) {
	case *callas.Unit:
		return normalUnit(*r)
	case *callas.Service:
		return normalService(*r)
	case *callas.Profile:
		return normalProfile(*r)
	case *callas.Agent:
		return normalAgent(*r)
	case *callas.Session:
		return normalSession(*r)
	case *callas.AccessToken:
		return normalToken(*r)
	}
	return row
}

func normalUnit(u callas.Unit) *callas.Unit {
	trim(&u.ID, &u.Name, &u.Parent)
	u.Asserted = canonical(u.Asserted)
	u.Meta = normalMeta(u.Meta)
	return &u
}

func normalService(s callas.Service) *callas.Service {
	trim(&s.ID, &s.Name, &s.DisplayName, &s.Unit, &s.URI)
	s.Asserted = canonical(s.Asserted)
	s.ServeStale = normalDuration(s.ServeStale)
	s.Numbers = append([]callas.Number{}, s.Numbers...) // their order says which comes first
	for i := range s.Numbers {
		s.Numbers[i] = normalNumber(s.Numbers[i])
	}
	s.Meta = normalMeta(s.Meta)
	return &s
}

func normalNumber(n callas.Number) callas.Number {
	n.E164 = canonical(n.E164)
	n.Countries = set(n.Countries, func(c string) string { return strings.ToUpper(strings.TrimSpace(c)) })
	n.RightOfUse.Status = cmp.Or(n.RightOfUse.Status, callas.RightPending)
	n.RightOfUse.Evidence = strings.TrimSpace(n.RightOfUse.Evidence)
	n.RightOfUse.Expires = moment(n.RightOfUse.Expires)
	return n
}

func normalProfile(p callas.Profile) *callas.Profile {
	trim(&p.ID, &p.Name, &p.Unit)
	p.Services = set(p.Services, strings.TrimSpace)
	p.Meta = normalMeta(p.Meta)
	return &p
}

func normalAgent(a callas.Agent) *callas.Agent {
	trim(&a.ID, &a.Name, &a.Unit, &a.URI)
	a.Number = canonical(a.Number)
	a.Aliases = aliases(a.Aliases)
	a.Direction = cmp.Or(a.Direction, callas.DirectionNone)
	a.Profiles = set(a.Profiles, strings.TrimSpace)
	a.Responsible = responsibilitiesOf(a.Responsible)
	a.Meta = normalMeta(a.Meta)
	return &a
}

// responsibilitiesOf leaves out profiles without services. The map itself comes back
// where it is so already.
func responsibilitiesOf(all map[string][]string) map[string][]string {
	tidy := all != nil
	for _, services := range all {
		tidy = tidy && len(services) > 0 && isSet(services, strings.TrimSpace)
	}
	if tidy {
		return all
	}
	out := make(map[string][]string, len(all))
	for profile, services := range all {
		if services = set(services, strings.TrimSpace); len(services) > 0 {
			out[profile] = services
		}
	}
	return out
}

func normalSession(s callas.Session) *callas.Session {
	trim(&s.Agent, &s.Profile, &s.CallAs)
	if s.CallAs == callas.CallAsNone {
		s.CallAs = ""
	}
	s.Since = source.Moment(s.Since)
	s.ExpiresAt = moment(s.ExpiresAt)
	if s.CallAs == "" {
		s.ExpiresAt = nil
	} else {
		s.EndedBecause = ""
	}
	s.Meta = normalMeta(s.Meta)
	return &s
}

func normalToken(t callas.AccessToken) *callas.AccessToken {
	trim(&t.ID, &t.Parent, &t.Subject, &t.Principal.Name, &t.Principal.Agent)
	t.Hash = strings.ToLower(strings.TrimSpace(t.Hash))
	if t.Principal.Units = set(t.Principal.Units, strings.TrimSpace); len(t.Principal.Units) == 0 {
		t.Principal.Units = nil
	}
	t.CreatedAt = source.Moment(t.CreatedAt)
	t.ExpiresAt = moment(t.ExpiresAt)
	t.Meta = normalMeta(t.Meta)
	return &t
}

func normalMeta(m callas.Meta) callas.Meta {
	trim(&m.Source)
	if m.Locked = set(m.Locked, strings.TrimSpace); len(m.Locked) == 0 {
		m.Locked = nil
	}
	return m
}
