//go:build e2e

package browser_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"callas/tests/program"
)

func TestCallsAppearAsTheyAreMadeWaitWhilePausedAndAreExplained(t *testing.T) {
	office, chromium := program.Demo(t), open(t)
	e, other := chromium.look(t, office.Admin, 1280, 900), chromium.look(t, office.Admin, 1280, 900)
	for _, eyes := range []*eyes{e, other} {
		eyes.signIn("demo-auditor", "/decisions")
		eyes.becomes(`document.querySelector("#feed").getAttribute("state") == "live"`, "the stream is open")
	}
	calls := func(eyes *eyes, n int) {
		eyes.becomes(`document.querySelectorAll("#dec-rows tr").length == `+string(rune('0'+n)), "so many calls are shown")
	}
	require.Equal(t, "service help", office.Resolve(t, "anna", customer))
	calls(e, 1)
	require.Contains(t, e.text("#dec-rows tr"), "Help Call Center")

	e.do(chromedp.Click("#feed [data-pause]"))
	e.becomes(`document.querySelector("#feed").getAttribute("state") == "paused"`, "paused")
	require.Equal(t, "agent", office.Resolve(t, "anna", account))
	calls(other, 2) // it has come to who does not wait
	calls(e, 1)
	e.do(chromedp.Click("#feed [data-pause]"))
	calls(e, 2)
	require.Contains(t, e.text("#dec-rows tr"), "Anna Meier", "what waited comes first")

	e.do(chromedp.Click("#dec-rows tr a[href^='/decisions/']"))
	e.becomes(`document.querySelector("#drawer").open`, "one of them, by itself")
	e.do(chromedp.Click("#drawer a.primary[href^='/why']"))
	e.becomes(`location.pathname == "/why" && document.querySelector("#verdict") != null`, "and why")
	require.Equal(t, "No", e.text("#verdict"))
	require.Contains(t, e.text("#answer .checks li.ko"), "direction")
	require.Equal(t, "Anna Meier", e.text("#answer .stage-n"), "whom they saw")
}
