package web

import (
	"slices"

	"callas"
)

// What a visitor may do is policy's to say, when they do it. What is here only spares them
// forms that would be refused: a page asks GET /v1/me, and where it is wrong the API's
// refusal is shown.

// may reports whether a form to do something to a row in a unit is offered.
func (v *visit) may(action callas.Action, k callas.Kind, tree *unitTree, unit string) bool {
	return v.does(action, k) && (v.me.Role != callas.RoleSupervisor || tree.within(unit, v.me.Units))
}

// mayCreate reports whether a form to create a row somewhere is offered.
func (v *visit) mayCreate(k callas.Kind, tree *unitTree) bool {
	return slices.ContainsFunc(tree.rows, func(u unitRow) bool { return v.may(callas.Create, k, tree, u.ID) })
}

// does reports whether the visitor's role does such things at all.
func (v *visit) does(action callas.Action, k callas.Kind) bool {
	return slices.Contains(v.me.May[k], action)
}
