package settings

import (
	"iter"

	"callas"
	"callas/state"
)

// ids goes through the ids of a kind, to be meant.
func ids(sn *state.Snapshot, k callas.Kind) iter.Seq[string] {
	return func(yield func(string) bool) {
		for row := range sn.Rows(k) {
			if !yield(row.Key()) {
				return
			}
		}
	}
}

// seen goes through the ids of the agents that may be seen; nil: of all.
func seen(sn *state.Snapshot, visible func(callas.Row) bool) iter.Seq[string] {
	return func(yield func(string) bool) {
		for row := range sn.Rows(callas.KindAgent) {
			if (visible == nil || visible(row)) && !yield(row.Key()) {
				return
			}
		}
	}
}
