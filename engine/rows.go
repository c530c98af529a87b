package engine

import (
	"slices"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"callas"
)

// show turns a row into what a policy reads: the row's JSON, written by hand because
// it stands between a call and its answer. Only the fields in want are written, all where
// it is nil. Two things are judged by the clock here, so that no policy needs one: an
// expired selection reads as None, and an expired right of use as expired. And two are
// worked out: a unit's path (itself, its parent, up to the root) and whether a service
// finds the facts too old.
func (m *moment) show(row callas.Row, want names, known *terms) ast.Value {
	if _, ok := row.(*callas.AccessToken); ok {
		return ast.Null{} // policies never see one
	}
	w := writing{want: want, names: known, fields: make([][2]*ast.Term, 0, 16)}
	m.write(&w, row)
	return w.object()
}

func (m *moment) write(w *writing, row callas.Row) {
	switch r := row.(type) {
	case *callas.Unit:
		m.writeUnit(w, r)
	case *callas.Service:
		m.writeService(w, r)
	case *callas.Profile:
		w.text("id", r.ID)
		w.text("name", r.Name)
		w.some("unit", r.Unit)
		w.when("off_duty", r.OffDuty)
		w.refs("services", r.Services)
		w.meta(r.Meta)
	case *callas.Agent:
		w.text("id", r.ID)
		w.text("name", r.Name)
		w.ref("unit", r.Unit)
		w.flag("enabled", r.Enabled)
		w.list("aliases", r.Aliases)
		w.some("number", r.Number)
		w.some("uri", r.URI)
		w.one("direction", string(r.Direction))
		w.refs("profiles", r.Profiles)
		w.refsBy("responsible", r.Responsible)
		w.meta(r.Meta)
	case *callas.Session:
		m.writeSession(w, r)
	}
}

func (m *moment) writeUnit(w *writing, u *callas.Unit) {
	w.text("id", u.ID)
	w.text("name", u.Name)
	w.some("parent", u.Parent)
	w.some("asserted", u.Asserted)
	if w.wants("path") {
		w.refs("path", m.pathOf(u))
	}
	w.meta(u.Meta)
}

// pathOf is a unit, its parent and so on, as far as there are any.
func (m *moment) pathOf(u *callas.Unit) []string {
	path := []string{u.ID}
	for parent := u.Parent; parent != "" && !slices.Contains(path, parent); {
		path = append(path, parent)
		above, ok := m.look(callas.KindUnit, parent).(*callas.Unit)
		if !ok {
			break
		}
		parent = above.Parent
	}
	return path
}

func (m *moment) writeService(w *writing, s *callas.Service) {
	w.text("id", s.ID)
	w.text("name", s.Name)
	w.text("display_name", s.DisplayName)
	w.text("unit", s.Unit)
	w.flag("call_as_enabled", s.CallAsEnabled)
	if w.wants("numbers") {
		w.add("numbers", m.numbers(s.Numbers))
	}
	w.some("uri", s.URI)
	w.some("asserted", s.Asserted)
	if s.Hue != 0 {
		w.number("hue", s.Hue)
	}
	w.some("serve_stale", s.ServeStale)
	w.when("stale", m.tooOld(s.ServeStale))
	w.meta(s.Meta)
}

func (m *moment) numbers(ns []callas.Number) *ast.Term {
	out := make([]*ast.Term, len(ns))
	for i, n := range ns {
		status := n.RightOfUse.Status
		if status == callas.RightVerified && m.past(n.RightOfUse.Expires) {
			status = callas.RightExpired
		}
		var right, w writing
		right.one("status", string(status))
		right.some("evidence", n.RightOfUse.Evidence)
		right.at("expires", n.RightOfUse.Expires)
		w.text("e164", n.E164)
		w.list("countries", n.Countries)
		w.when("default", n.Default)
		w.add("right_of_use", ast.NewTerm(right.object()))
		out[i] = ast.NewTerm(w.object())
	}
	return ast.ArrayTerm(out...)
}

func (m *moment) writeSession(w *writing, s *callas.Session) {
	if s.CallAs != "" && s.Agent != m.own {
		m.past(s.ExpiresAt)
	}
	w.text("agent", s.Agent)
	w.someRef("profile", s.Profile)
	w.someRef("call_as", selected(s, m.now))
	w.at("since", &s.Since)
	w.at("expires_at", s.ExpiresAt)
	w.some("ended_because", ended(s, m.now))
	w.meta(s.Meta)
}

func past(deadline *time.Time, now time.Time) bool { return deadline != nil && !now.Before(*deadline) }

// past reports whether a deadline is over; it bounds what stands on it.
func (m *moment) past(deadline *time.Time) bool {
	over := past(deadline, m.now)
	switch {
	case deadline == nil:
	case over && deadline.After(m.from):
		m.from = *deadline
	case !over && (m.until.IsZero() || deadline.Before(m.until)):
		m.until = *deadline
	}
	return over
}

// tooOld reports whether the facts are older than a service lets them be.
func (m *moment) tooOld(serveStale string) bool {
	bound, err := time.ParseDuration(serveStale)
	if err != nil {
		return false // none set
	}
	m.ages = append(m.ages, ageBound{bound, m.age > bound})
	return m.age > bound
}
