package settings

import (
	"fmt"
	"strings"

	"callas"
)

// shownMembers is how many of those in a unit are named: enough to know where to look.
const shownMembers = 3

// checkDeletions refuses to delete a unit that something is still in. Everything else
// that may be deleted takes its traces along (consequences).
func (a *after) checkDeletions(found *findings) {
	var members map[string]*membership
	for i, unit := range a.deleted(callas.KindUnit) {
		if members == nil {
			members = a.scattered()
		}
		m := members[unit]
		if m == nil {
			m = &membership{}
		}
		for child := range a.sn.Children(unit) {
			a.remains(m, child)
		}
		for service := range a.sn.ServicesInUnit(unit) {
			a.remains(m, service)
		}
		if m.count > 0 {
			found.addf(i, "", "unit %q still has %s: move or delete them first, or in the same change", unit, m)
		}
	}
}

// remains counts a row that the batch leaves in a unit it deletes. A row that the batch
// sets there has a finding of its own.
func (a *after) remains(m *membership, row callas.Row) {
	if _, touched := a.written(row.Kind(), row.Key()); !touched {
		m.add(row, a.see)
	}
}

// scattered finds the members of units that no index leads to, in one pass: agents,
// profiles, and lasting access tokens, which must not come back to life with the next unit
// of that name. Sign-ins and links end with the unit (consequences).
func (a *after) scattered() map[string]*membership {
	out := map[string]*membership{}
	add := func(unit string, row callas.Row) {
		if unit == "" {
			return
		}
		if out[unit] == nil {
			out[unit] = &membership{}
		}
		a.remains(out[unit], row)
	}
	for row := range a.sn.Rows(callas.KindAgent) {
		add(row.(*callas.Agent).Unit, row)
	}
	for row := range a.sn.Rows(callas.KindProfile) {
		add(row.(*callas.Profile).Unit, row)
	}
	for row := range a.sn.Rows(callas.KindToken) {
		if token := row.(*callas.AccessToken); token.Use == callas.UseToken {
			for _, unit := range token.Principal.Units {
				add(unit, row)
			}
		}
	}
	return out
}

// membership counts the rows in a unit and names the first of them that the asker sees.
type membership struct {
	count int
	names []string
}

func (m *membership) add(row callas.Row, see Sight) {
	if m.count++; len(m.names) < shownMembers && see.Covers(row) {
		m.names = append(m.names, fmt.Sprintf("%s %q", row.Kind(), row.Key()))
	}
}

// String writes `unit "care", agent "anna" and 7 more`, or "2 in it that you may not see".
func (m *membership) String() string {
	names := strings.Join(m.names, ", ")
	switch more := m.count - len(m.names); {
	case names == "":
		return fmt.Sprintf("%d in it that you may not see", more)
	case more > 0:
		return fmt.Sprintf("%s and %d more", names, more)
	}
	return names
}
