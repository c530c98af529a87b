//go:build e2e

package browser_test

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/stretchr/testify/require"

	"callas/tests/program"
)

// Who has the system force its colours sees no shade and no hue of ours. What is chosen must
// be told by something else: a border, an outline, a line under it.
func TestWhatIsChosenIsToldWhereColoursAreForced(t *testing.T) {
	office, chromium, people := program.Demo(t), open(t), crowd{}
	for _, tc := range []struct {
		screen
		chosen, other string
	}{
		{screen{"assistant", "demo-agent-anna", "/assistant"}, ".opt.on", ".opt:not(.on)"},
		{screen{"agent: direction", "demo-supervisor", "/agents/anna"}, ".seg :checked + span", ".seg :not(:checked) + span"},
		{screen{"agent: responsibility", "demo-supervisor", "/agents/anna"}, ".chip :checked + span", ".chip :not(:checked) + span"},
		{screen{"where one is", "demo-supervisor", "/agents"}, ".rail a[aria-current]", ".rail ul a:not([aria-current])"},
		{screen{"language", "demo-supervisor", "/agents"}, ".langs a[aria-current]", ".langs a:not([aria-current])"},
		{screen{"tab", "demo-supervisor", "/services/help"}, ".tabs a[aria-current]", ".tabs a:not([aria-current])"},
		{screen{"hue", "demo-supervisor", "/services/help?tab=presentation"}, ".hue :checked + .tile", ".hue :not(:checked) + .tile"},
	} {
		who := people.who(t, chromium, office, tc.token)
		t.Run(tc.name, func(t *testing.T) {
			e := who.in(t)
			e.do(call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}}}))
			e.open(tc.path)
			require.True(t, js[bool](e, `matchMedia("(forced-colors: active)").matches`))
			told := func(selector string) string {
				return js[string](e, `(s => [s.outlineStyle, s.outlineWidth, s.borderStyle, s.borderWidth, s.textDecorationLine].join(" "))(getComputedStyle(document.querySelector("`+selector+`")))`)
			}
			require.NotEqual(t, told(tc.other), told(tc.chosen))
			e.keepsNobodyOut("color-contrast") // axe asks for our colours, and these are the system's
		})
	}
}
