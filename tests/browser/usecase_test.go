//go:build e2e

package browser_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"callas/tests/program"
)

// soon bounds what goes through two browsers and the program on a busy machine. How long it
// takes is told beside it, and measured on a quiet one.
const soon = 10 * time.Second

// The whole use case, in its own order: the service, the agents, the Assistant, the calls,
// and the way back.
func TestASupervisorEnablesAgentsToCallAsAServiceAndTheyDo(t *testing.T) {
	office, chromium := program.Demo(t), open(t)
	office.Patch(t, "services/help", `{"call_as_enabled":false}`)
	for _, agent := range []string{"anna", "ben", "clara"} {
		office.Patch(t, "agents/"+agent, `{"direction":"none"}`)
	}
	supervisor := chromium.look(t, office.Admin, 1280, 900)
	supervisor.signIn("demo-supervisor", "/services/help")
	agent := chromium.assistant(t, office, "anna")
	agent.told("withdrawn:help")
	require.Equal(t, "agent", office.Resolve(t, "anna", customer))

	supervisor.enablesTheService(t, office)
	require.Equal(t, "agent", office.Resolve(t, "anna", customer), "the service alone is not enough")
	supervisor.setsADirectionInTheDrawer(t, office)
	supervisor.setsADirectionByBulk(t, office)

	agent.told("as:help") // what was chosen before is in force again, and said so
	agent.do(chromedp.Click("#for-claims"))
	agent.told("as:claims")
	agent.do(chromedp.Click("#for-help"))
	agent.told("as:help")
	require.Equal(t, "Help Call Center", agent.text("#seen .stage-n"))
	require.Equal(t, "service help", office.Resolve(t, "anna", customer), "the phone call goes out as the service")
	require.Equal(t, "agent", office.Resolve(t, "anna", account), "with the choice left as it is, the SIP call does not")
	require.Equal(t, "service help", office.Resolve(t, "ben", customer), "several agents")
	require.Equal(t, "service help", office.Resolve(t, "clara", customer), "several agents")
	agent.do(chromedp.Click("label:has(#opt-none)"))
	agent.told("none")
	require.Equal(t, "agent", office.Resolve(t, "anna", customer), "None switches it off again")

	agent.do(chromedp.Click("#for-help"))
	agent.told("as:help")
	supervisor.withdraws(t, agent)
	require.Equal(t, "agent", office.Resolve(t, "anna", customer))
}

// enablesTheService ticks what the use case begins with.
func (e *eyes) enablesTheService(t *testing.T, office *program.Office) {
	t.Helper()
	require.Equal(t, "Enable Service for Conversation as a Service", e.text("label:has(#call-as-enabled)"))
	require.False(t, js[bool](e, `document.querySelector("#call-as-enabled").checked`))
	e.do(chromedp.Click("#call-as-enabled"))
	e.becomes(`document.querySelector("#call-as-enabled").checked && document.querySelector("#done .saved") != null`, "the switch is on, and said so")
	_, row := office.Ask(t, "demo-supervisor", http.MethodGet, "/v1/services/help", "")
	require.Contains(t, row, `"call_as_enabled":true`)
}

// setsADirectionInTheDrawer enables one agent.
func (e *eyes) setsADirectionInTheDrawer(t *testing.T, office *program.Office) {
	t.Helper()
	e.open("/agents?q=anna")
	e.do(chromedp.Click("#a-anna"))
	e.becomes(`document.querySelector("#drawer").open && document.querySelector("#dir-none").checked`, "the drawer shows them")
	require.Equal(t, "General Information", e.text("#agent h3.part"))
	require.Equal(t, "Enable AV Conversation as a Service", e.text("#agent #dir-h"))
	e.do(chromedp.Click("label:has(#dir-external)"))
	e.becomes(`document.querySelector("#agent .saved").textContent.includes("live everywhere")`, "it is saved at once")
	require.Equal(t, "service help", office.Resolve(t, "anna", customer), "and works at once")
	e.do(chromedp.Click("#drawer .shut button"))
	e.becomes(`!document.querySelector("#drawer").open && document.querySelector("#r-anna .dir-external") != null`, "the row behind it is as it is now")
	require.Equal(t, "a-anna", e.focus(), "and has the focus again")
}

// setsADirectionByBulk enables several. They are looked for one by one, and whoever was
// selected before stays so.
func (e *eyes) setsADirectionByBulk(t *testing.T, office *program.Office) {
	t.Helper()
	for _, agent := range []string{"ben", "clara"} {
		js[string](e, `document.querySelector("#q").value = ""`)
		e.do(chromedp.SendKeys("#q", agent))
		e.becomes(`document.querySelector("#results").dataset.query == "q=`+agent+`" && document.querySelector("#r-`+agent+`") != null`, "the list follows what is typed")
		e.do(chromedp.Click("#r-" + agent + " label"))
	}
	require.Equal(t, "2", e.text("c-bulk [data-count]"))
	e.do(chromedp.Click("c-bulk [data-edit]"))
	e.becomes(`document.querySelector("#drawer").open && document.querySelector("#bulk-form") != null`, "both in one drawer")
	e.do(chromedp.Click(`#bulk-form label:has([name=direction][value=external])`))
	e.becomes(`document.querySelector("#bulk-apply")?.textContent == "Change 2 agents"`, "what will happen is said first")
	e.do(chromedp.SendKeys("#bulk-reason", "on behalf of Help Call Center"), chromedp.Click("#bulk-apply"))
	e.becomes(`document.querySelector("#toasts").textContent.includes("2 agents changed")`, "it is done")
	_, change := office.Ask(t, "demo-supervisor", http.MethodGet, "/v1/changes?limit=1", "")
	require.Contains(t, change, "on behalf of Help Call Center", "and on record")
}

// withdraws closes the service, having seen whom that befalls. The open Assistant tells it
// by itself.
func (e *eyes) withdraws(t *testing.T, agent *eyes) {
	t.Helper()
	js[int](agent, `new MutationObserver(() => { if (document.querySelector("#state").dataset.told == "withdrawn:help") globalThis.toldAt ??= Date.now() }).observe(document.body, {subtree: true, childList: true, attributes: true}); 0`)
	e.open("/services/help")
	e.do(chromedp.Click("#call-as-enabled"))
	e.becomes(`document.querySelector("#row.plan[data-plan=close]") != null`, "whom it befalls is said first")
	require.Contains(t, e.text("#row .people"), "Anna Meier")
	js[int](e, `document.addEventListener("htmx:before:request", () => { globalThis.askedAt = Date.now() }); 0`)
	e.do(chromedp.SendKeys("#plan-reason", "maintenance"), chromedp.Click("#row .danger"))
	agent.told("withdrawn:help")
	require.Contains(t, agent.text("#notice"), "You no longer call as Help Call Center.")
	require.Contains(t, agent.text("#notice"), "Regula Keller withdrew it at")
	require.Equal(t, "Anna Meier", agent.text("#seen .stage-n"))
	took := time.Duration(js[int64](agent, `globalThis.toldAt`)-js[int64](e, `globalThis.askedAt`)) * time.Millisecond
	t.Logf("from the supervisor's request to the agent's screen: %v", took)
	require.Less(t, took, soon)
	require.Positive(t, took)
}
