package settings

import (
	"strings"

	"callas"
)

// checkUnits finds units that would lie below themselves, or too deep.
func (a *after) checkUnits(found *findings) {
	touched := false
	for range a.rows(callas.KindUnit) {
		touched = true
		break
	}
	if !touched {
		return
	}
	tree := tree{after: a, depth: map[string]int{}}
	for i, row := range a.rows(callas.KindUnit) {
		if ring := tree.climb(row.Key()); ring != nil {
			found.addf(i, "/parent", "would put the unit below itself: %s: choose another parent", strings.Join(tree.told(ring), " in "))
		}
	}
	if found.total > 0 {
		return // depths mean something only in a tree
	}
	for id := range a.ids(callas.KindUnit) {
		tree.climb(id)
		if tree.depth[id] <= MaxDepth {
			continue
		}
		if i, ok := tree.movedBy(id); ok {
			found.addf(i, "/parent", "would put %s at level %d: at most %d", a.named(callas.KindUnit, id), tree.depth[id], MaxDepth)
		}
	}
}

// tree remembers how deep units lie, so that every unit is climbed from once.
type tree struct {
	after *after
	depth map[string]int // 1: at the top; 0: being climbed over; -1: in or below a ring
}

// climb works out the depth of a unit and of those above it. It returns the ring that
// the unit is part of: the unit, its parent and so on, to the unit again.
func (t *tree) climb(id string) []string {
	var path []string
	depth := 0
	for at := id; at != ""; {
		d, seen := t.depth[at]
		if seen {
			if depth = d; d == 0 {
				depth = -1
			}
			break
		}
		unit, _ := t.after.row(callas.KindUnit, at).(*callas.Unit)
		if unit == nil {
			break // a missing parent has a finding of its own
		}
		t.depth[at] = 0
		path = append(path, at)
		at = unit.Parent
	}
	for i := len(path) - 1; i >= 0; i-- {
		if depth >= 0 {
			depth++
		}
		t.depth[path[i]] = depth
	}
	if t.depth[id] != -1 {
		return nil
	}
	return t.ring(id)
}

// ring goes up from a unit that is in or below a ring; nil where it is only below. Of
// a long ring only the beginning is told.
func (t *tree) ring(id string) []string {
	seen := map[string]bool{}
	ring := []string{id}
	for at := id; len(ring) <= MaxDepth; {
		seen[at] = true
		unit, _ := t.after.row(callas.KindUnit, at).(*callas.Unit)
		if unit == nil {
			return nil
		}
		at = unit.Parent
		ring = append(ring, at)
		if at == id {
			return ring
		}
		if seen[at] {
			return nil
		}
	}
	return append(ring, more)
}

// told leaves out of a ring what the asker does not see.
func (t *tree) told(ring []string) []string {
	out := make([]string, len(ring))
	for i, id := range ring {
		if out[i] = id; id != more && !t.after.names(callas.KindUnit, id) {
			out[i] = unnamed(callas.KindUnit)
		}
	}
	return out
}

// more stands for the rest of a ring.
const more = "..."

// movedBy finds the write that put a unit where it is: its own, or one above it.
func (t *tree) movedBy(id string) (int, bool) {
	for at := id; at != ""; {
		if i, ok := t.after.written(callas.KindUnit, at); ok {
			return i, true
		}
		unit, _ := t.after.row(callas.KindUnit, at).(*callas.Unit)
		if unit == nil {
			return 0, false
		}
		at = unit.Parent
	}
	return 0, false
}
