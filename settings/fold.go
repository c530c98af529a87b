package settings

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// word is one word of a search, in the two ways in which people write letters that
// their keyboard lacks: "müller" as "muller" and as "mueller".
type word struct{ plain, long string }

// wordsOf splits a search into words.
func wordsOf(q string) []word {
	var out []word
	for _, s := range strings.Fields(q) {
		out = append(out, word{folded(s, false), folded(s, true)})
	}
	return out
}

// in reports whether a text contains the word in one of its spellings: "mueller",
// "muller" and "Müller" are all in "Müller", and "müller" is in "Mueller".
func (w word) in(text string) bool {
	if isASCII(text) {
		return containsFolded(text, w.plain) || w.long != w.plain && containsFolded(text, w.long)
	}
	plain, long := folded(text, false), folded(text, true)
	return strings.Contains(plain, w.plain) || strings.Contains(plain, w.long) ||
		strings.Contains(long, w.plain) || strings.Contains(long, w.long)
}

// folded is a text in small letters without marks. The long form writes ä, ö, ü and å
// as ae, oe, ue and aa; both write ß, æ, œ and such as two letters.
func folded(s string, long bool) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	for _, r := range norm.NFC.String(strings.ToLower(s)) {
		if as := respelt(r, long); as != "" {
			b.WriteString(as)
			continue
		}
		for _, r := range norm.NFKD.String(string(r)) {
			if !unicode.Is(unicode.Mn, r) {
				b.WriteRune(unicode.ToLower(r))
			}
		}
	}
	return b.String()
}

// respelt writes a letter that is not merely one with a mark; empty where it is.
func respelt(r rune, long bool) string {
	switch r {
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'þ':
		return "th"
	case 'ð', 'đ':
		return "d"
	case 'ł':
		return "l"
	case 'ı':
		return "i"
	}
	switch {
	case r == 'ø' && !long:
		return "o"
	case r == 'ø' || r == 'ö' && long:
		return "oe"
	case r == 'ä' && long:
		return "ae"
	case r == 'ü' && long:
		return "ue"
	case r == 'å' && long:
		return "aa"
	}
	return ""
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// containsFolded reports whether an ASCII text contains a word in small letters. It is
// run on every row of a table, so it allocates nothing.
func containsFolded(text, word string) bool {
	for i := 0; i+len(word) <= len(text); i++ {
		j := 0
		for j < len(word) && lower(text[i+j]) == word[j] {
			j++
		}
		if j == len(word) {
			return true
		}
	}
	return false
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
