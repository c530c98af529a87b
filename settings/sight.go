package settings

import (
	"fmt"
	"iter"

	"callas"
	"callas/hint"
	"callas/state"
)

// A Sight tells which rows an asker may see; nil: all of them. What is wrong with a request
// names no row beyond it that the request itself does not name: else a misspelt id would be
// a way to read.
type Sight func(callas.Row) bool

// Blind sees nothing, as one does of whom nobody knows yet who they are.
func Blind(callas.Row) bool { return false }

// Covers reports whether there is such a row and the asker sees it.
func (see Sight) Covers(row callas.Row) bool { return row != nil && (see == nil || see(row)) }

// ids goes through the ids of a kind that may be named.
func (see Sight) ids(sn *state.Snapshot, k callas.Kind) iter.Seq[string] {
	return func(yield func(string) bool) {
		for row := range sn.Rows(k) {
			if see.Covers(row) && !yield(row.Key()) {
				return
			}
		}
	}
}

// missing says that there is no such row: `there is no unit "londn" (did you mean "london"?)`.
func (see Sight) missing(sn *state.Snapshot, k callas.Kind, id string) string {
	return fmt.Sprintf("there is no %s %q%s", k, id, hint.DidYouMean(id, see.ids(sn, k)))
}
