//go:build e2e

package browser_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"callas/tests/program"
)

// hired is how many agents come besides, all called Winter.
const hired = 3000

func TestThreeThousandAgentsAreChangedAndPutBackByKeyboardAlone(t *testing.T) {
	office := program.Demo(t)
	var lines strings.Builder
	for i := range hired {
		fmt.Fprintf(&lines, `{"kind":"agent","row":{"id":"winter.%04d","name":"Winter %04[1]d","unit":"care","enabled":true,"direction":"none","profiles":["day"],"responsible":{"day":["help"]},"aliases":["sip:winter.%04[1]d@nordhang.example"]}}`+"\n", i)
	}
	code, said := office.Send(t, "demo-admin", http.MethodPost, "/v1/import", "application/x-ndjson", lines.String())
	require.Equal(t, http.StatusOK, code, said)
	are := func(direction string) string {
		_, page := office.Ask(t, "demo-supervisor", http.MethodGet, "/v1/agents?limit=1&q=winter&direction="+direction, "")
		return page
	}

	e := open(t).look(t, office.Admin, 1280, 900)
	e.signIn("demo-supervisor", "/agents")
	e.keys("/")
	require.Equal(t, "q", e.focus())
	e.keys("winter")
	e.becomes(`document.querySelector("#results").dataset.total == 3000`, "the list follows what is typed")
	e.keys(kb.Escape)
	e.keys("jjj")
	row := e.focus()
	require.True(t, strings.HasPrefix(row, "a-winter."), row)
	e.keys("a")
	e.becomes(`document.querySelector("c-bulk [data-count]").textContent.replace(/\D/g, "") == 3000`, "all are selected, on every page")
	e.keys("b")
	e.becomes(`document.querySelector("#drawer").open && document.querySelector("#bulk-form") != null`, "the form is there")
	for range 20 {
		if js[bool](e, `document.activeElement.name == "direction"`) {
			break
		}
		e.keys(kb.Tab)
	}
	e.keys(kb.ArrowRight) // none: what they have
	e.keys(kb.ArrowRight) // internal
	e.becomes(`document.querySelector("#bulk-apply")?.textContent.replace(/\D/g, "") == 3000 && document.querySelector("#bulk-form [value=internal]").checked`, "what will happen")
	e.tabs("bulk-reason")
	e.keys("winter rota" + kb.Enter)
	e.becomes(`/^3.?000 agents changed$/.test(document.querySelector("#toasts b")?.textContent)`, "it is done")
	require.Contains(t, are("internal"), `"total":3000`)
	require.Contains(t, are("none"), `"total":0`)
	e.becomes(`!document.querySelector("#drawer").open && document.querySelector("#grid .dir-internal") != null`, "and shown")
	require.Equal(t, row, e.focus(), "the focus is back where one was")
	require.Equal(t, "3000", js[string](e, `document.querySelector("#results").dataset.total`), "the filter stands")

	e.keys("u")
	require.Equal(t, "undo", e.focus(), "the way back is one key away")
	e.keys(kb.Enter)
	e.becomes(`/^3.?000 settings put back$/.test(document.querySelector("#toasts b")?.textContent)`, "it is undone")
	require.Contains(t, are("none"), `"total":3000`)
	require.Contains(t, are("internal"), `"total":0`)
	e.becomes(`document.querySelector("#grid .dir-none") != null && !document.querySelector("#grid .dir-internal")`, "and shown")
	require.Equal(t, row, e.focus(), "and the focus is where all began")
}
