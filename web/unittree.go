package web

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"callas"
)

// A unitTree is the units that a visitor may see: their own and those below, and the names
// of those above.
type unitTree struct {
	rows  []unitRow // every unit behind its parent, siblings by name
	byID  map[string]*unitRow
	depth map[string]int
}

// A unitRow is a unit, and what hangs on it where that was asked for.
type unitRow struct {
	callas.Unit
	Usage struct {
		Agents   int `json:"agents"`
		Services int `json:"services"`
		Units    int `json:"units"`
	} `json:"usage"`
}

// units reads the tree; filter may ask for usage too.
func (v *visit) units(filter url.Values) (*unitTree, error) {
	rows, _, err := listed[unitRow](v, callas.KindUnit, filter, 0)
	if err != nil {
		return nil, err
	}
	t := &unitTree{byID: map[string]*unitRow{}, depth: map[string]int{}}
	below := map[string][]*unitRow{}
	for i := range rows {
		t.byID[rows[i].ID] = &rows[i]
	}
	for i := range rows {
		parent := rows[i].Parent
		if t.byID[parent] == nil {
			parent = "" // above what may be seen
		}
		below[parent] = append(below[parent], &rows[i])
	}
	t.grow(below, "", 0)
	return t, nil
}

func (t *unitTree) grow(below map[string][]*unitRow, parent string, depth int) {
	children := below[parent]
	slices.SortFunc(children, func(a, b *unitRow) int { return cmp.Or(byName(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	for _, u := range children {
		t.rows, t.depth[u.ID] = append(t.rows, *u), depth
		t.grow(below, u.ID, depth+1)
	}
}

// byName orders names as people look for them.
func byName(a, b string) int {
	return cmp.Or(cmp.Compare(strings.ToLower(a), strings.ToLower(b)), cmp.Compare(a, b))
}

// Name is a unit's name; the id of one that may not be seen.
func (t *unitTree) Name(id string) string {
	if u := t.byID[id]; u != nil {
		return u.Name
	}
	return id
}

// Above are the names of the units above one: Nordhang › London. Empty at the top.
func (t *unitTree) Above(id string) string {
	var names []string
	for u := t.byID[id]; u != nil && t.byID[u.Parent] != nil && len(names) < len(t.byID); u = t.byID[u.Parent] {
		names = append(names, t.byID[u.Parent].Name)
	}
	slices.Reverse(names)
	return strings.Join(names, " › ")
}

// within reports whether a unit is one of tops or lies below one.
func (t *unitTree) within(id string, tops []string) bool {
	for range len(t.byID) + 1 {
		if slices.Contains(tops, id) {
			return true
		}
		u := t.byID[id]
		if u == nil || u.Parent == "" {
			return false
		}
		id = u.Parent
	}
	return false
}

// A choice is one option of a list.
type choice struct {
	Value, Label string
	On           bool
}

// choices are the units that ok lets through, as options: a unit's level is told by dashes,
// since options have no other way to show it.
func (t *unitTree) choices(chosen string, ok func(unitRow) bool) []choice {
	var out []choice
	for _, u := range t.rows {
		if ok == nil || ok(u) {
			out = append(out, choice{u.ID, strings.Repeat("– ", t.depth[u.ID]) + u.Name, u.ID == chosen})
		}
	}
	return out
}
