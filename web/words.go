package web

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

//go:embed locales
var locales embed.FS

// Languages that the pages speak, the first where nothing better is known.
var languages = []string{"en", "de"}

// words is one language: its catalogue, and how it writes figures and times.
type words struct {
	lang   string
	locale string // lang and region, BCP 47
	sep    string // between the thousands
	texts  map[string]string
}

// openWords reads every catalogue: locales/<language>/<subject>.json, {key: text}. In a
// text, {0} is the first argument, and {0|agent|agents} is agent where it is 1.
func openWords(region string) (map[string]*words, error) {
	all := map[string]*words{}
	for _, lang := range languages {
		w := &words{lang: lang, locale: lang + "-" + region, sep: separator(region), texts: map[string]string{}}
		names, err := fs.Glob(locales, path.Join("locales", lang, "*.json"))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			text, err := locales.ReadFile(name)
			if err != nil {
				return nil, err
			}
			more := map[string]string{}
			if err := json.Unmarshal(text, &more); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			for key, said := range more {
				if _, twice := w.texts[key]; twice {
					return nil, fmt.Errorf("%s: %s is said in another catalogue already", name, key)
				}
				w.texts[key] = said
			}
		}
		all[lang] = w
	}
	return all, nil
}

// separator is how a region groups digits. Browsers and CLDR disagree about some, so the
// script is given the same.
func separator(region string) string {
	switch region {
	case "CH", "LI":
		return "’"
	case "DE", "IT", "NL", "ES", "DK", "BR", "BE":
		return "."
	case "FR", "AT", "SE", "NO", "FI", "PL", "CZ", "PT":
		return "\u202f"
	}
	return ","
}

// say is a text in this language; a key that it lacks shows as what it is.
func (w *words) say(key string, args ...any) string {
	text, ok := w.texts[key]
	if !ok {
		return "⟦" + key + "⟧"
	}
	if !strings.Contains(text, "{") {
		return text
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		hole, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			return b.String()
		}
		b.WriteString(w.fill(hole, args))
		text = after
	}
}

func (w *words) fill(hole string, args []any) string {
	parts := strings.Split(hole, "|")
	n, err := strconv.Atoi(parts[0])
	if err != nil || n >= len(args) {
		return "⟦" + hole + "⟧"
	}
	if len(parts) == 3 {
		if fmt.Sprint(args[n]) == "1" {
			return parts[1]
		}
		return parts[2]
	}
	if figure, ok := args[n].(int); ok {
		return w.figure(figure)
	}
	return fmt.Sprint(args[n])
}

// has reports whether a text is there, for codes that a policy may add to.
func (w *words) has(key string) bool {
	_, ok := w.texts[key]
	return ok
}

// figure groups a number's digits.
func (w *words) figure(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + w.sep + digits[i:]
	}
	return sign + digits
}

// day and clock tell a time as both languages write it here: 22.11.2026, 14:02:11.
func (w *words) day(t time.Time) string   { return t.Format("02.01.2006") }
func (w *words) clock(t time.Time) string { return t.Format("15:04:05") }

// languageOf is what a visitor reads: what they chose, else what their browser says.
func languageOf(r *http.Request) string {
	if c, err := r.Cookie(languageCookie); err == nil && known(c.Value) {
		return c.Value
	}
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		lang, _, _ := strings.Cut(tag, "-")
		if lang = strings.ToLower(lang); known(lang) {
			return lang
		}
	}
	return languages[0]
}

func known(lang string) bool {
	for _, l := range languages {
		if l == lang {
			return true
		}
	}
	return false
}
