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

func TestAChangeIsUndoneFromTheAuditLogUnlessSomebodyHasBuiltOnIt(t *testing.T) {
	office, chromium := program.Demo(t), open(t)
	set := func(token, agent, direction string) int64 {
		code, said := office.Ask(t, token, http.MethodPatch, "/v1/agents/"+agent, `{"direction":"`+direction+`"}`)
		require.Equal(t, http.StatusOK, code, said)
		var row struct{ Rev int64 }
		require.NoError(t, json.Unmarshal([]byte(said), &row))
		return row.Rev
	}
	is := func(agent string) string {
		_, row := office.Ask(t, "demo-supervisor", http.MethodGet, "/v1/agents/"+agent, "")
		var a struct{ Direction string }
		require.NoError(t, json.Unmarshal([]byte(row), &a))
		return a.Direction
	}
	free := set("demo-supervisor", "anna", "none")
	built := set("demo-supervisor", "ben", "none")
	set("demo-admin", "ben", "internal")

	e := chromium.look(t, office.Admin, 1280, 900)
	e.signIn("demo-supervisor", "/audit")
	undo := func(revision int64) string { return fmt.Sprintf("#change-%d .trail-do form button", revision) }
	e.do(chromedp.Click(undo(free)))
	e.becomes(`document.querySelector("#toasts b")?.textContent == "1 setting put back"`, "it is undone, and said so")
	require.Equal(t, "external", is("anna"))
	e.becomes(`document.querySelector("#log .trail li").textContent.includes("as an undo")`, "the undo is a change of its own, and shown")

	e.do(chromedp.Click(undo(built)))
	e.becomes(`document.querySelector("#alerts .toast.err") != null`, "it is refused")
	require.Regexp(t, `Ada Novak has built on it at \d\d:\d\d(:\d\d)? \(ben\)\. Undo that first, or change it by hand\.`, e.text("#alerts .toast.err"))
	require.Equal(t, "internal", is("ben"), "nothing was changed")
}
