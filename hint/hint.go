// Package hint guesses which of the known words a mistyped one was meant to be.
// It only ever suggests: nothing is accepted because it is near.
package hint

import (
	"fmt"
	"iter"
	"slices"
	"strings"
)

const (
	longWord = 64   // bytes: no id or field is longer, and nothing is like a word beyond it
	compared = 2000 // words that are looked at: with more, an error would cost more than it helps
	few      = 12   // words that can be listed in a message and still be read
)

// DidYouMean returns ` (did you mean "listen"?)` for "lissten", and nothing where no
// known word is near.
func DidYouMean(word string, known iter.Seq[string]) string {
	if near := Nearest(word, known); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	return ""
}

// OneOf is DidYouMean, and where no known word is near it lists them if they are few.
func OneOf(word string, known []string) string {
	if near := DidYouMean(word, slices.Values(known)); near != "" {
		return near
	}
	if n := len(known); n > 0 && n <= few {
		return fmt.Sprintf(" (known: %s)", strings.Join(slices.Sorted(slices.Values(known)), ", "))
	}
	return ""
}

// Nearest returns the known word with the fewest edits from word, or "" where that is
// another word rather than a slip: more than two edits and more than a third of the
// word, or over half of it. Case and separators do not count: callAs is call_as.
func Nearest(word string, known iter.Seq[string]) string {
	if word == "" || len(word) > longWord {
		return ""
	}
	best, least, seen := "", max(2, len(word)/3)+1, 0
	for k := range known {
		if seen++; seen > compared {
			break
		}
		d := edits(plain(word), plain(k), least)
		if d < least && 2*d <= max(len(word), len(k)) {
			best, least = k, d
		}
	}
	return best
}

var separators = strings.NewReplacer("_", "", "-", "", " ", "", ".", "")

func plain(s string) string { return strings.ToLower(separators.Replace(s)) }

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
