//go:build e2e

package browser_test

import (
	_ "embed"
	"encoding/json"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"callas/tests/program"
)

//go:embed testdata/axe.min.js
var axe string

// rules are WCAG 2.2 A and AA, and what axe's authors call best practice.
const rules = `["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa","best-practice"]`

// keepsNobodyOut looks at the page with axe-core, but for some of its rules.
func (e *eyes) keepsNobodyOut(but ...string) {
	e.t.Helper()
	off := map[string]map[string]bool{}
	for _, rule := range but {
		off[rule] = map[string]bool{"enabled": false}
	}
	rest, err := json.Marshal(off)
	require.NoError(e.t, err)
	js[int](e, axe+";0")
	violations := e.violations(string(rest))
	if len(violations) > 0 {
		// What a live page has just put another in place of has no colours any more: what
		// is wrong with the page is found again.
		violations = e.violations(string(rest))
	}
	require.Empty(e.t, violations, "at %s", e.where())
}

// violations are what axe finds, with each rule's settings as JSON.
func (e *eyes) violations(settings string) (violations []string) {
	e.t.Helper()
	found := run(e, chromedp.Evaluate[string](`axe.run(document,{runOnly:`+rules+`,rules:`+settings+`}).then(r => JSON.stringify(
		r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + n.target.join(" ") + ": " + n.failureSummary))))`, chromedp.EvalAwaitPromise))
	require.NoError(e.t, json.Unmarshal([]byte(found), &violations))
	return violations
}

// A screen is a page as somebody sees it.
type screen struct{ name, token, path string }

var screens = []screen{
	{"sign-in", "", "/signin"},
	{"agents", "demo-supervisor", "/agents"},
	{"agent", "demo-supervisor", "/agents/anna"},
	{"new-agent", "demo-supervisor", "/agent/new"},
	{"services", "demo-supervisor", "/services"},
	{"service", "demo-supervisor", "/services/help"},
	{"service-to-close", "demo-supervisor", "/services/help/delete"},
	{"units", "demo-supervisor", "/units"},
	{"profiles", "demo-supervisor", "/profiles"},
	{"profile", "demo-admin", "/profiles/day"},
	{"decisions", "demo-auditor", "/decisions"},
	{"audit", "demo-auditor", "/audit"},
	{"why", "demo-supervisor", "/why?agent=anna&service=help&target=pstn"},
	{"why-not", "demo-supervisor", "/why?agent=anna&service=help&target=federated"},
	{"assistant", "demo-agent-anna", "/assistant"},
	{"assistant-off-duty", "demo-agent-dora", "/assistant"},
	{"assistant-withdrawn", "demo-agent-clara", "/assistant"},
	{"assistant-looked-at", "demo-supervisor", "/assistant?agent=emil"},
	{"assistant-offline", "", "/assistant/offline"},
}

// wears sets theme and language, as the switches on each page do.
func (e *eyes) wears(theme, lang string) {
	e.t.Helper()
	if !strings.HasPrefix(e.where(), e.base) {
		e.open("/signin")
	}
	js[string](e, `document.cookie = "theme=`+theme+`;path=/"; document.cookie = "lang=`+lang+`;path=/"`)
}

// A crowd is a window for each who looks, so that they sign in once.
type crowd map[string]*eyes

func (c crowd) who(t *testing.T, b *browser, office *program.Office, token string) *eyes {
	if c[token] == nil {
		c[token] = b.look(t, office.Admin, 1280, 900)
		if token != "" {
			c[token].signIn(token, "/")
		}
	}
	return c[token]
}

// Nor does a console complain: of an exception, of what is not there, or of what the
// page's own Content-Security-Policy refuses.
func TestNoPageKeepsAnybodyOut(t *testing.T) {
	office, chromium, people := program.Demo(t), open(t), crowd{}
	for _, s := range screens {
		who := people.who(t, chromium, office, s.token)
		t.Run(s.name, func(t *testing.T) {
			e := who.in(t)
			for _, worn := range [][2]string{{"light", "en"}, {"dark", "en"}, {"light", "de"}, {"dark", "de"}} {
				e.wears(worn[0], worn[1])
				e.open(s.path)
				require.Equal(t, worn[1], js[string](e, `document.documentElement.lang.slice(0, 2)`))
				e.complainsOfNothing()
				e.keepsNobodyOut()
			}
		})
	}
}

// show goes to a screen as the one it is for.
func (e *eyes) show(s screen) {
	e.t.Helper()
	if s.token == "" {
		e.open(s.path)
		return
	}
	e.signIn(s.token, s.path)
}

// A page needs no scrolling sideways at 320 pixels (WCAG 2.2, 1.4.10), nor with text at
// 200 % (1.4.4).
func TestEveryPageFitsSmallScreensAndLargeText(t *testing.T) {
	office, chromium, people := program.Demo(t), open(t), crowd{}
	for _, s := range screens {
		who := people.who(t, chromium, office, s.token)
		t.Run(s.name, func(t *testing.T) {
			e := who.in(t)
			e.size(320, 640)
			e.open(s.path)
			require.LessOrEqual(t, js[int](e, `document.documentElement.scrollWidth`), 320)
			e.size(1280, 900)
			js[int](e, `document.documentElement.style.fontSize = "200%"; 0`)
			require.LessOrEqual(t, js[int](e, `document.documentElement.scrollWidth`), 1280)
		})
	}
}
