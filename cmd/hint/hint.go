// Package hint guesses which of the known words a mistyped one was meant to be.
// It only ever suggests: nothing is accepted because it is near.
package hint

import (
	"fmt"
	"slices"
	"strings"
)

// DidYouMean returns ` (did you mean "listen"?)` for "lissten", and the known
// words themselves where none is near and they are few.
func DidYouMean(word string, known []string) string {
	if near := Nearest(word, known); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	if n := len(known); n > 0 && n <= 12 {
		return fmt.Sprintf(" (known: %s)", strings.Join(slices.Sorted(slices.Values(known)), ", "))
	}
	return ""
}

// Nearest returns the known word with the fewest edits from word, or "" where
// that is another word rather than a slip: more than two edits and more than a
// third of the word, or over half of it.
func Nearest(word string, known []string) string {
	best, least := "", max(2, len(word)/3)+1
	for _, k := range known {
		d := edits(strings.ToLower(word), strings.ToLower(k), least)
		if d < least && 2*d <= max(len(word), len(k)) {
			best, least = k, d
		}
	}
	return best
}

// edits counts the letters to insert, drop, swap with their neighbour or change
// to get from a to b; bound is enough of an answer where there are more.
func edits(a, b string, bound int) int {
	if len(a)-len(b) >= bound || len(b)-len(a) >= bound {
		return bound
	}
	before, above, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			change := above[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(change, above[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}
