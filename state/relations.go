package state

import (
	"iter"
	"slices"

	"callas"
)

// ServicesInUnit goes through the services of one unit, not of those below it.
func (sn *Snapshot) ServicesInUnit(unit string) iter.Seq[*callas.Service] {
	return matching[callas.Service](sn, tableServices, indexUnit, unit)
}

// AgentsResponsible goes through the agents who answer for a service under any profile.
// It looks at every agent.
func (sn *Snapshot) AgentsResponsible(service string) iter.Seq[*callas.Agent] {
	return func(yield func(*callas.Agent) bool) {
		for a := range allFrom[callas.Agent, *callas.Agent](sn, "") {
			for _, services := range a.Responsible {
				if slices.Contains(services, service) {
					if !yield(a) {
						return
					}
					break
				}
			}
		}
	}
}

// SessionsSelecting goes through the sessions in which a service is selected, the
// withdrawn selections and those past their expiry among them. It looks at every session.
func (sn *Snapshot) SessionsSelecting(service string) iter.Seq[*callas.Session] {
	return func(yield func(*callas.Session) bool) {
		for s := range allFrom[callas.Session, *callas.Session](sn, "") {
			if s.CallAs == service && !yield(s) {
				return
			}
		}
	}
}

// Children goes through the units right below a unit.
func (sn *Snapshot) Children(unit string) iter.Seq[*callas.Unit] {
	return matching[callas.Unit](sn, tableUnits, indexParent, unit)
}

// Below returns a unit's id and those of all units below it, nearer ones first;
// nothing when there is no such unit. It ends even where the tree is none.
func (sn *Snapshot) Below(unit string) []string {
	if sn.Unit(unit) == nil {
		return nil
	}
	ids, seen := []string{unit}, map[string]bool{unit: true}
	for i := 0; i < len(ids); i++ {
		for child := range sn.Children(ids[i]) {
			if !seen[child.ID] {
				seen[child.ID] = true
				ids = append(ids, child.ID)
			}
		}
	}
	return ids
}
