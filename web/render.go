package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"callas"
)

//go:embed templates
var sheets embed.FS

// A sheet is what every whole page has, around the view's own body.
type sheet struct {
	Title, Nav        string
	Lang, Locale, Sep string
	Theme             string // light, dark; empty: as the machine is set
	Demo              bool
	Me                me
	English, Deutsch  string // the same page in the other language
	Body              any
}

func (w *Web) sheet(v *visit, out view) sheet {
	s := sheet{Title: out.title, Nav: out.nav, Lang: v.lang, Locale: v.locale, Sep: v.sep, Demo: w.Demo, Me: v.me, Body: out.body}
	if c, err := v.r.Cookie(themeCookie); err == nil && (c.Value == "light" || c.Value == "dark") {
		s.Theme = c.Value
	}
	s.English, s.Deutsch = inLanguage(v.r, "en"), inLanguage(v.r, "de")
	return s
}

func inLanguage(r *http.Request, lang string) string {
	query := r.URL.Query()
	query.Set("lang", lang)
	return "?" + query.Encode()
}

// templates reads every template once for each language, whose words they are given as
// functions: {{say "nav.agents"}}, {{figure .Total}}, {{number .Number}}, {{clock .At}}.
func (w *Web) templates() (map[string]*template.Template, error) {
	all := map[string]*template.Template{}
	for lang, words := range w.words {
		t, err := template.New("").Funcs(w.functions(words)).ParseFS(sheets, "templates/*.html")
		if err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
		if err := w.fold(t, words); err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
		all[lang] = t
	}
	return all, nil
}

func (w *Web) functions(words *words) template.FuncMap {
	here := func(t time.Time) time.Time { return t.In(w.Zone) }
	return template.FuncMap{
		"asset":    w.assets.url,
		"say":      words.say,
		"figure":   words.figure,
		"reason":   words.reason,
		"brief":    words.whyBrief,
		"number":   w.Spell,
		"day":      func(t time.Time) string { return words.day(here(t)) },
		"clock":    func(t time.Time) string { return words.clock(here(t)) },
		"machine":  func(t time.Time) string { return t.UTC().Format(time.RFC3339) }, // <time datetime>
		"initials": initials,
		"hue":      hue,
		"hues":     func() []int { return []int{0, 1, 2, 3, 4, 5, 6, 7, 8} }, // 0: by its id
		"list":     func(items ...any) []any { return items },
		"role":     func(r callas.Role) string { return words.say("role." + string(r)) },
	}
}

// usual is how long a part of a page mostly is, in bytes.
const usual = 8 << 10

// render makes a template's text whole before any of it is sent.
func (w *Web) render(lang, name string, data any) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(usual)
	err := w.pages[lang].ExecuteTemplate(&b, name, data)
	return b.Bytes(), err
}

// initials are the first letters of a name's first and last words: AM, HC.
func initials(name string) string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return "?"
	}
	letters := ""
	for _, word := range []string{words[0], words[len(words)-1]}[:min(2, len(words))] {
		r, _ := utf8.DecodeRuneInString(word)
		letters += strings.ToUpper(string(r))
	}
	return letters
}

// Hues that a service's tile may have; see css/0-base.css.
const hues = 8

// hue is a service's class of colour: its own, or one that its id always gets.
func hue(own int, id string) string {
	if own < 1 || own > hues {
		own = 1
		for _, b := range []byte(id) {
			own = (own*31 + int(b)) % hues
		}
		own++
	}
	return fmt.Sprintf("h%d", own)
}
