package sqlstore

import (
	"cmp"
	"slices"

	"callas"
)

// byKind sorts ids under their kinds, in the order they come.
func byKind[T any](all []T, key func(T) (callas.Kind, string)) map[callas.Kind][]string {
	out := map[callas.Kind][]string{}
	for _, one := range all {
		k, id := key(one)
		out[k] = append(out[k], id)
	}
	return out
}

// upserts lists the edits of a kind that leave a row, units from the top down.
func upserts(edits []callas.Edit, k callas.Kind) []callas.Edit {
	out := picked(edits, func(e callas.Edit) bool { return e.Kind == k && e.After != nil })
	if k == callas.KindUnit {
		topDown(out, func(e callas.Edit) string { return e.After.(*callas.Unit).Parent })
	}
	return out
}

// deletions lists the edits of a kind that leave none, units from the bottom up.
func deletions(edits []callas.Edit, k callas.Kind) []callas.Edit {
	out := picked(edits, func(e callas.Edit) bool { return e.Kind == k && e.After == nil })
	if k == callas.KindUnit {
		topDown(out, func(e callas.Edit) string { return e.Before.(*callas.Unit).Parent })
		slices.Reverse(out)
	}
	return out
}

func picked(edits []callas.Edit, want func(callas.Edit) bool) []callas.Edit {
	n := 0
	for _, e := range edits {
		if want(e) {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	out := make([]callas.Edit, 0, n)
	for _, e := range edits {
		if want(e) {
			out = append(out, e)
		}
	}
	return out
}

// topDown sorts edits of units by how many of the others are above each.
func topDown(edits []callas.Edit, parent func(callas.Edit) string) {
	above := make(map[string]string, len(edits))
	for _, e := range edits {
		above[e.ID] = parent(e)
	}
	depth := func(id string) (n int) {
		for up, ok := above[id]; ok && n <= len(edits); up, ok = above[up] {
			n++
		}
		return n
	}
	slices.SortStableFunc(edits, func(a, b callas.Edit) int { return cmp.Compare(depth(a.ID), depth(b.ID)) })
}

// kinds names the kinds among edits, each between spaces.
func kinds(edits []callas.Edit) string {
	out := " "
	for _, k := range callas.Kinds {
		if slices.ContainsFunc(edits, func(e callas.Edit) bool { return e.Kind == k }) {
			out += string(k) + " "
		}
	}
	return out
}

func anys(texts []string) []any {
	out := make([]any, len(texts))
	for i, s := range texts {
		out[i] = s
	}
	return out
}
