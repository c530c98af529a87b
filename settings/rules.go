package settings

import (
	"context"
	"fmt"
	"slices"

	"callas"
	"callas/dialplan"
	"callas/giveway"
	"callas/hint"
)

// checkedTogether is how many rows one goroutine checks at a time.
const checkedTogether = 32

// checkRows holds every row to its own rules, on all cores but one: telling a valid number
// takes microseconds, and an import has a hundred thousand.
func (a *after) checkRows(plan *dialplan.Plan, found *findings) {
	chunks := (len(a.writes) + checkedTogether - 1) / checkedTogether
	part := make([]findings, chunks)
	// Nothing in it fails or is cancelled.
	_ = giveway.InParallel(context.Background(), chunks, func(c int) error {
		for i := c * checkedTogether; i < min((c+1)*checkedTogether, len(a.writes)); i++ {
			r := rules{plan: plan, write: i, found: &part[c]}
			r.check(a.writes[i].Kind, a.writes[i].ID, a.writes[i].Row)
		}
		return nil
	})
	for _, p := range part {
		found.merge(p)
	}
}

// rules checks one row by itself.
type rules struct {
	plan  *dialplan.Plan
	write int
	found *findings
}

func (r rules) check(k callas.Kind, id string, row callas.Row) {
	if row == nil {
		if callas.NewRow(k) == nil {
			r.bad("", "unknown kind %q%s", k, hint.DidYouMean(string(k), kindNames()))
		}
		return
	}
	if row.Kind() != k || row.Key() != id {
		r.bad("/id", "is %q, but the write is of %s %q", row.Key(), k, id)
		return
	}
	switch row := row.(type) {
	case *callas.Unit:
		r.unit(row)
	case *callas.Service:
		r.service(row)
	case *callas.Profile:
		r.profile(row)
	case *callas.Agent:
		r.agent(row)
	case *callas.Session:
		r.session(row)
	case *callas.AccessToken:
		r.token(row)
	}
}

func (r rules) unit(u *callas.Unit) {
	r.id(u.ID)
	r.name(u.Name, "/name")
	r.presentable(u.Asserted, "/asserted")
	r.meta(u, u.Meta)
}

func (r rules) profile(p *callas.Profile) {
	r.id(p.ID)
	r.name(p.Name, "/name")
	if p.OffDuty && len(p.Services) > 0 {
		r.bad("/services", "must be empty: nobody answers for a service off duty")
	}
	r.atMost(len(p.Services), MaxServices, "/services", "services")
	r.meta(p, p.Meta)
}

// id checks the key that a row is kept under; for a session that is its agent's.
func (r rules) id(id string) {
	r.bearing("/id", callas.CheckID(id))
}

func (r rules) name(name, pointer string) {
	r.bearing(pointer, callas.CheckName(name))
}

// presentable checks a number that callees or networks see; none is fine.
func (r rules) presentable(number, pointer string) {
	if number != "" {
		r.bearing(pointer, r.plan.CheckPresentable(number))
	}
}

func (r rules) meta(row callas.Row, m callas.Meta) {
	if m.Source != "" {
		r.name(m.Source, "/source")
	}
	if m.Source == "" && len(m.Locked) > 0 {
		r.bad("/locked", "names fields, but no source owns the row: set \"source\" too")
	}
	for _, field := range m.Locked {
		if !slices.Contains(lockable(row), field) {
			r.bad("/locked", "%q is no field of a row of kind %s that can be locked%s", field, row.Kind(), hint.DidYouMean(field, slices.Values(lockable(row))))
		}
	}
}

// oneOf checks a word from a fixed set.
func oneOf[S ~string](r rules, word S, set []S, pointer string) {
	if slices.Contains(set, word) {
		return
	}
	r.found.add(r.write, pointer, func() string {
		names := make([]string, len(set))
		for i, s := range set {
			names[i] = string(s)
		}
		return fmt.Sprintf("%q is none of %s%s", word, listed(names), hint.DidYouMean(string(word), slices.Values(names)))
	})
}

func (r rules) atMost(n, limit int, pointer, what string) {
	if n > limit {
		r.bad(pointer, "holds %d %s: at most %d", n, what, limit)
	}
}

// bearing notes an error, if it is one.
func (r rules) bearing(pointer string, err error) {
	if err != nil {
		r.bad(pointer, "%v", err)
	}
}

func (r rules) bad(pointer, format string, args ...any) {
	r.found.addf(r.write, pointer, format, args...)
}
