//go:build e2e

package browser_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"callas/tests/program"
)

// What others do is seen in a table without losing what one was about to do.
func TestAChangeByOthersRepaintsARowAndTheCountsAndLeavesSelectionAndFocus(t *testing.T) {
	office, chromium := program.Demo(t), open(t)
	e := chromium.look(t, office.Admin, 1280, 900)
	e.signIn("demo-supervisor", "/agents?unit=care")
	e.becomes(isLive, "the stream is open")
	calling := `document.querySelector("#counts a[href$='calling_as=any']").textContent`
	before := js[string](e, calling)
	shown := js[[]string](e, `[...document.querySelectorAll("#grid tr[data-id]")].map(r => r.dataset.id)`)
	require.Greater(t, len(shown), 10)
	changed, selected, focused := shown[0], shown[1], shown[2]

	e.do(chromedp.Click(`tr[data-id="` + selected + `"] label`))
	js[int](e, `document.querySelector('tr[data-id="`+focused+`"] .name').focus(); document.querySelector('tr[data-id="`+changed+`"] [name=id]').click(); 0`)
	for _, direction := range []string{"none", "all"} {
		office.Patch(t, "agents/"+changed, `{"direction":"`+direction+`"}`)
		e.becomes(`document.querySelector('tr[data-id="`+changed+`"] .dir-`+direction+`') != null`, "the row is repainted")
	}
	office.Patch(t, "services/help", `{"call_as_enabled":false}`)
	_, said := office.Ask(t, "demo-supervisor", http.MethodGet, "/v1/agents/summary", "")
	var now struct{ Calling int }
	require.NoError(t, json.Unmarshal([]byte(said), &now))
	require.NotRegexp(t, fmt.Sprintf(`^%d `, now.Calling), before)
	e.becomes(fmt.Sprintf(`%s.startsWith("%d ")`, calling, now.Calling), "and so is the count")
	require.Equal(t, "a-"+focused, e.focus())
	require.Equal(t, []string{changed, selected}, js[[]string](e, `[...document.querySelectorAll("#grid [name=id]:checked")].map(b => b.value)`))
	require.Equal(t, "2", e.text("c-bulk [data-count]"))
}
