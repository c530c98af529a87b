package wire

import "strings"

// longWord is longer than any field's name: nothing is like a word beyond it.
const longWord = 64

// DidYouMean returns ` (did you mean "x"?)` for the known word nearest to a
// misspelt one, and nothing where none is near.
func DidYouMean(word string, known []string) string {
	best, near := "", len(word)/3+1
	if word == "" || len(word) > longWord {
		return ""
	}
	for _, k := range known {
		if d := distance(plain(word), plain(k)); d <= near && (best == "" || d < near) {
			best, near = k, d
		}
	}
	if best == "" {
		return ""
	}
	return ` (did you mean "` + best + `"?)`
}

// plain folds what people mix up without meaning another word: callAs, Call-As.
func plain(s string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "", " ", "").Replace(s))
}

// distance counts the insertions, deletions, replacements and swaps of
// neighbours between two words of at most longWord bytes.
func distance(a, b string) int {
	var before, last, row [longWord + 1]int
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
