package settings

import (
	"context"
	"iter"
	"slices"

	"callas"
	"callas/giveway"
	"callas/state"
)

// matcher finds the rows that a query selects.
type matcher struct {
	Query
	sn      *state.Snapshot
	near    *state.Near
	words   []word
	below   map[string]bool // the filter's unit and those below it; nil: any
	offered map[string]bool // profiles that are part of the service under may_call_as
}

func newMatcher(sn *state.Snapshot, q Query) (*matcher, error) {
	if err := q.Filter.check(sn, q.Visible); err != nil {
		return nil, err
	}
	m := &matcher{Query: q, sn: sn, near: sn.Near(), words: wordsOf(q.Filter.Q)}
	if q.Filter.Unit != "" {
		m.below = map[string]bool{}
		for _, id := range sn.Below(q.Filter.Unit) {
			m.below[id] = true
		}
	}
	if want := q.Filter.MayCallAs; want != "" {
		m.offered = profilesOffering(sn, func(s string) bool { return want == AnyService || s == want })
	}
	return m, nil
}

// everything reports whether no row needs to be looked at.
func (m *matcher) everything() bool { return m.Filter == Filter{} && m.Visible == nil }

// all returns the rows that match, in the order of their ids. Menus are looked at last
// and only for agents of whom the rows do not tell already: on all cores but one.
func (m *matcher) all(ctx context.Context, menu func(context.Context, string) (callas.Menu, error)) ([]callas.Row, error) {
	var rows []callas.Row
	var walk stroll
	for row := range m.candidates() {
		walk.step()
		if m.Visible.Covers(row) && m.matches(row) {
			rows = append(rows, row)
		}
	}
	if m.Filter.MayCallAs == "" && m.Filter.CallingAs == "" {
		return rows, nil
	}
	holds := make([]bool, len(rows))
	err := giveway.InParallel(ctx, len(rows), func(i int) error {
		menu, err := menu(ctx, rows[i].Key())
		holds[i] = err == nil && m.offers(menu)
		return err
	})
	if err != nil {
		return nil, err
	}
	matching := rows[:0]
	for i, row := range rows {
		if holds[i] {
			matching = append(matching, row)
		}
	}
	return matching, nil
}

// candidates goes through rows by the narrowest index.
func (m *matcher) candidates() iter.Seq[callas.Row] {
	if m.Kind != callas.KindAgent {
		return m.sn.Rows(m.Kind)
	}
	switch {
	case m.Filter.CallingAs != "":
		return func(yield func(callas.Row) bool) {
			for row := range m.sn.Rows(callas.KindSession) {
				s := row.(*callas.Session)
				if s.CallAs == "" || m.Filter.CallingAs != AnyService && s.CallAs != m.Filter.CallingAs {
					continue
				}
				if a := m.near.Agent(s.Agent); a != nil && !yield(a) {
					return
				}
			}
		}
	case m.Filter.Responsible != "":
		return func(yield func(callas.Row) bool) {
			for a := range m.sn.AgentsResponsible(m.Filter.Responsible) {
				if !yield(a) {
					return
				}
			}
		}
	}
	return m.sn.Rows(m.Kind)
}

// matches reports whether a row does, as far as rows tell.
func (m *matcher) matches(row callas.Row) bool {
	switch r := row.(type) {
	case *callas.Unit:
		return m.in(r.ID) && m.reads(r.Name, r.ID, nil, "")
	case *callas.Service:
		return m.in(r.Unit) && m.switched(r.CallAsEnabled) && m.reads(r.Name, r.ID, numbersOf(r), r.DisplayName)
	case *callas.Profile:
		return m.in(r.Unit) && (m.Filter.Service == "" || slices.Contains(r.Services, m.Filter.Service)) &&
			m.reads(r.Name, r.ID, nil, "")
	case *callas.Agent:
		return m.in(r.Unit) && m.switched(r.Enabled) && m.agent(r) && m.reads(r.Name, r.ID, r.Aliases, r.Number)
	}
	return m.reads("", row.Key(), nil, "")
}

func (m *matcher) agent(a *callas.Agent) bool {
	f := &m.Filter
	if f.Direction != "" && a.Direction != f.Direction ||
		f.Profile != "" && !slices.Contains(a.Profiles, f.Profile) ||
		f.Responsible != "" && !responsibleFor(a, f.Responsible) {
		return false
	}
	if f.OnDuty != "" {
		s := m.near.Session(a.ID)
		if s == nil || s.Profile != f.OnDuty || !slices.Contains(a.Profiles, f.OnDuty) {
			return false
		}
	}
	switch {
	case f.MayCallAs == "":
		return true
	case f.MayCallAs == AnyService:
		return mentions(a, m.offered)
	}
	return responsibleFor(a, f.MayCallAs) || slices.ContainsFunc(a.Profiles, func(p string) bool { return m.offered[p] })
}

// offers reports whether a menu has what the filter asks of it.
func (m *matcher) offers(menu callas.Menu) bool {
	switch want := m.Filter.MayCallAs; want {
	case "":
	case AnyService:
		if !offersAny(menu) {
			return false
		}
	default:
		if item, _ := offer(menu, want); !item.Available {
			return false
		}
	}
	switch want := m.Filter.CallingAs; want {
	case "":
		return true
	case AnyService:
		return calling(menu) != ""
	default:
		return calling(menu) == want
	}
}

// offersAny reports whether any service is available.
func offersAny(menu callas.Menu) bool {
	return slices.ContainsFunc(menu.Items, func(i callas.MenuItem) bool { return i.Available })
}

// calling is the service that an agent's calls go out as; empty: none.
func calling(menu callas.Menu) string {
	if menu.Selection == nil || menu.Selection.Withdrawn {
		return ""
	}
	return menu.Selection.Service
}

func (m *matcher) in(unit string) bool { return m.below == nil || m.below[unit] }

func (m *matcher) switched(on bool) bool {
	return m.Filter.Enabled == nil || *m.Filter.Enabled == on
}

// reads reports whether every word is somewhere in a row's texts.
func (m *matcher) reads(name, id string, more []string, last string) bool {
	for _, w := range m.words {
		if !w.in(name) && !w.in(id) && !w.in(last) && !slices.ContainsFunc(more, w.in) {
			return false
		}
	}
	return true
}

func responsibleFor(a *callas.Agent, service string) bool {
	for _, services := range a.Responsible {
		if slices.Contains(services, service) {
			return true
		}
	}
	return false
}

func numbersOf(s *callas.Service) []string {
	out := make([]string, len(s.Numbers))
	for i, n := range s.Numbers {
		out[i] = n.E164
	}
	return out
}
