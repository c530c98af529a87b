//go:build e2e

package browser_test

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"callas/tests/program"
)

// two are a supervisor and an administrator who look at the same page.
func two(t *testing.T, office *program.Office, path string) (first, second *eyes) {
	t.Helper()
	chromium := open(t)
	first, second = chromium.look(t, office.Admin, 1280, 900), chromium.look(t, office.Admin, 1280, 900)
	first.signIn("demo-admin", path)
	second.signIn("demo-supervisor", path)
	return first, second
}

func TestWhoChangesAnAgentSecondSeesBothValuesAndChooses(t *testing.T) {
	office := program.Demo(t)
	first, second := two(t, office, "/agents/anna")
	row := func() string {
		_, row := office.Ask(t, "demo-supervisor", http.MethodGet, "/v1/agents/anna", "")
		return row
	}
	first.do(chromedp.Click("label:has(#dir-all)"))
	first.becomes(`document.querySelector("#agent .saved").textContent.includes("live everywhere")`, "the first is saved")
	second.do(chromedp.Click("label:has(#dir-internal)"))
	second.becomes(`document.querySelector("#agent .conflict") != null`, "the second is asked")
	require.Regexp(t, `Ada Novak changed this at \d\d:\d\d`, second.text("#agent .conflict b"))
	require.Equal(t, []string{"All", "Internal"}, js[[]string](second, `[...document.querySelectorAll("#agent .conflict dd")].map(d => d.textContent)`))
	require.Contains(t, row(), `"direction":"all"`, "nothing is lost meanwhile")
	second.do(chromedp.Click("#agent .conflict .choice a"))
	second.becomes(`!document.querySelector("#agent .conflict") && document.querySelector("#dir-all").checked`, "it is kept so")
	require.Contains(t, row(), `"direction":"all"`)

	first.do(chromedp.Click("label:has(#dir-none)"))
	first.becomes(`document.querySelector("#dir-none").checked && !document.querySelector("#agent .htmx-request")`, "the first again")
	require.Contains(t, row(), `"direction":"none"`)
	second.do(chromedp.Click("label:has(#dir-internal)"))
	second.becomes(`document.querySelector("#agent .conflict") != null`, "the second is asked again")
	second.do(chromedp.Click("#agent .conflict button.primary"))
	second.becomes(`!document.querySelector("#agent .conflict") && document.querySelector("#dir-internal").checked`, "the second insists")
	require.Contains(t, row(), `"direction":"internal"`)
}

func TestWhoChangesAServiceSecondSeesBothValuesAndChooses(t *testing.T) {
	office := program.Demo(t)
	first, second := two(t, office, "/services/help")
	rename := func(e *eyes, name string) {
		e.do(chromedp.SetValue("#f-name", name), chromedp.Click("#save"))
	}
	rename(first, "Help Desk")
	first.becomes(`document.querySelector("#done .saved") != null`, "the first is saved")
	rename(second, "Help Line")
	second.becomes(`document.querySelector("form.clash") != null`, "the second is asked")
	require.Regexp(t, `Ada Novak changed this at\s+\d\d:\d\d`, second.text(".clash h2"))
	require.Contains(t, second.text(".clash label:has([value=theirs])"), "Help Desk")
	require.Contains(t, second.text(".clash label:has([value=mine])"), "Help Line")
	second.do(chromedp.Click(".clash [name='take.name'][value=mine]"), chromedp.Click(".clash button.primary"))
	second.becomes(`document.querySelector("#done .saved") != null && document.querySelector("h1").textContent == "Help Line"`, "the second insists")
	_, row := office.Ask(t, "demo-supervisor", http.MethodGet, "/v1/services/help", "")
	require.Contains(t, row, `"name":"Help Line"`)
}

func TestAPlanThatIsOutOfDateIsMadeAnewBeforeItIsCarriedOut(t *testing.T) {
	office := program.Demo(t)
	e := open(t).look(t, office.Admin, 1280, 900)
	e.signIn("demo-supervisor", "/agents?q=anna")
	direction := func(agent string) string {
		_, row := office.Ask(t, "demo-supervisor", http.MethodGet, "/v1/agents/"+agent, "")
		return row
	}
	e.do(chromedp.Click("#r-anna label"), chromedp.Click("c-bulk [data-edit]"))
	e.becomes(`document.querySelector("#bulk-form") != null`, "the form is there")
	e.do(chromedp.Click(`#bulk-form label:has([name=direction][value=internal])`))
	e.becomes(`document.querySelector("#bulk-apply")?.textContent == "Change 1 agent"`, "a plan")
	office.Patch(t, "agents/anna", `{"direction":"all"}`)
	e.do(chromedp.SendKeys("#bulk-reason", "summer"), chromedp.Click("#bulk-apply"))
	e.becomes(`document.querySelector("#bulk-plan .notice[role=alert]")?.textContent.includes("Data moved.")`, "it says that it has moved")
	require.Contains(t, direction("anna"), `"direction":"all"`, "nothing was changed")
	require.Equal(t, "summer", js[string](e, `document.querySelector("#bulk-reason").value`), "what was typed stays")
	e.do(chromedp.Click("#bulk-apply"))
	e.becomes(`document.querySelector("#toasts").textContent.includes("1 agent changed")`, "the new plan is carried out")
	require.Contains(t, direction("anna"), `"direction":"internal"`)
}
