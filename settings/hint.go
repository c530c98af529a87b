package settings

import (
	"fmt"
	"iter"
	"slices"

	"callas"
	"callas/state"
)

// didYouMean returns ` (did you mean "direction"?)` for the candidate most like word,
// or nothing where none is close. At most hinted candidates are compared.
func didYouMean(word string, candidates iter.Seq[string]) string {
	best, least := "", len(word)/3+2
	seen := 0
	for c := range candidates {
		if seen++; seen > hinted {
			break
		}
		if d := distance(word, c, least); d < least {
			best, least = c, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

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

// distance is the number of letters to insert, drop, replace or swap with their
// neighbour to make b of a (optimal string alignment); limit where it is as much or more.
func distance(a, b string, limit int) int {
	if d := len(a) - len(b); d >= limit || -d >= limit {
		return limit
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			row[j] = min(last[j]+1, row[j-1]+1)
			if a[i-1] == b[j-1] {
				row[j] = min(row[j], last[j-1])
			} else {
				row[j] = min(row[j], last[j-1]+1)
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		if slices.Min(row) >= limit {
			return limit
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit)
}
