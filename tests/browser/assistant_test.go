//go:build e2e

package browser_test

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"callas/tests/program"
)

// Targets of the story's two calls.
const (
	customer = "tel:+447700900123"
	account  = "sip:customer@partner.example"
)

const (
	isLive  = `document.querySelector("c-live").getAttribute("state") == "live"`
	isStale = `document.querySelector("c-live").getAttribute("state") == "stale"`
)

// assistant opens an agent's Assistant and waits until it is live.
func (b *browser) assistant(t *testing.T, office *program.Office, agent string) *eyes {
	t.Helper()
	e := b.look(t, office.Admin, 420, 900)
	e.signIn("demo-agent-"+agent, "/assistant")
	e.becomes(isLive, "the stream is open")
	return e
}

// told waits until the Assistant tells a state: as:help, withdrawn:help, none.
func (e *eyes) told(want string) {
	e.t.Helper()
	e.becomes(`document.querySelector("#state").dataset.told == "`+want+`"`, "the Assistant tells "+want)
}

// checked is which radio is on, as the browser shows it; and which one the server said.
func (e *eyes) checked() [2]string {
	e.t.Helper()
	shown := js[string](e, `document.querySelector("#callas input:checked")?.id ?? ""`)
	return [2]string{shown, js[string](e, `document.querySelector("#callas .opt.on input")?.id ?? ""`)}
}

func TestAnAgentCallsAsWhomTheyChose(t *testing.T) {
	office, chromium := program.Demo(t), open(t)
	e := chromium.assistant(t, office, "anna")
	e.told("as:help")
	e.do(chromedp.Click("#for-claims"))
	e.told("as:claims")
	require.Equal(t, "service claims", office.Resolve(t, "anna", customer))
	require.Equal(t, "Claims", e.text("#seen .stage-n"))
	e.do(chromedp.KeyEvent("2"))
	e.told("as:help")
	require.Equal(t, "service help", office.Resolve(t, "anna", customer))
	require.Equal(t, "agent", office.Resolve(t, "anna", account), "with the choice left as it is")
	require.Equal(t, "Anna Meier", e.text("#reach-federated b"), "as the card said")
	e.do(chromedp.KeyEvent("0"))
	e.told("none")
	require.Equal(t, "agent", office.Resolve(t, "anna", customer))

	e.do(chromedp.Click("#keys-on"), chromedp.KeyEvent("2"))
	e.do(chromedp.Click("#keys-on"), chromedp.KeyEvent("1"))
	e.told("as:claims") // and 2 did nothing on the way
	require.Equal(t, "opt-claims", js[string](e, `document.activeElement.id`), "the focus stays where one chose")
}

func TestOneClickSwitchesDutyAndCallsAs(t *testing.T) {
	office, chromium := program.Demo(t), open(t)
	e := chromium.assistant(t, office, "anna")
	e.do(chromedp.Click(`button[name=call_as][value=renewals]`))
	e.told("as:renewals")
	require.Equal(t, "campaign", js[string](e, `document.querySelector("#duty-select").value`))
	require.Equal(t, "service renewals", office.Resolve(t, "anna", customer))
}

func TestAnAgentIsToldWhenARightIsWithdrawnAndWhenItIsBack(t *testing.T) {
	office, chromium := program.Demo(t), open(t)
	e, second := chromium.assistant(t, office, "anna"), chromium.assistant(t, office, "anna")
	calm := js[string](e, `document.querySelector("link[rel=icon]").href`)
	require.True(t, js[bool](e, `document.querySelector("#back").hidden`), "nothing to tell yet")

	office.Patch(t, "services/help", `{"call_as_enabled":false}`)
	for _, tab := range []*eyes{e, second} {
		tab.told("withdrawn:help")
		require.Contains(t, tab.text("#notice"), "You no longer call as Help Call Center.")
		require.Contains(t, tab.text("#notice"), "Ada Novak withdrew it at")
		require.Equal(t, "Anna Meier", tab.text("#seen .stage-n"))
		require.True(t, strings.HasPrefix(js[string](tab, `document.title`), "⚠ No longer Help Call Center"))
		require.NotEqual(t, calm, js[string](tab, `document.querySelector("link[rel=icon]").href`))
		require.Equal(t, [2]string{"opt-help", "opt-help"}, tab.checked(), "the wish stays")
	}
	e.do(chromedp.Click("#notice [data-dismiss-notice]"))
	office.Patch(t, "services/claims", `{"call_as_enabled":false}`)
	e.becomes(`!document.querySelector("#for-claims")`, "another event has come")
	require.True(t, js[bool](e, `document.querySelector("#notice").hidden`), "what was read is not told again")

	office.Patch(t, "services/help", `{"call_as_enabled":true}`)
	for _, tab := range []*eyes{e, second} {
		tab.told("as:help")
		require.Contains(t, tab.text("#back"), "Help Call Center is available again; you call as it.")
		require.False(t, js[bool](tab, `document.querySelector("#back").hidden`))
		require.Equal(t, calm, js[string](tab, `document.querySelector("link[rel=icon]").href`))
	}
	require.Equal(t, "service help", office.Resolve(t, "anna", customer))
}

// A morph leaves what a person has touched as it is. Here that would be a wrong answer to
// the question of whom one calls as.
func TestARadioThatWasTouchedShowsTheServersTruthAfterAnUpdate(t *testing.T) {
	office, chromium := program.Demo(t), open(t)
	e := chromium.assistant(t, office, "anna")
	touch := func(id string) string {
		return js[string](e, `document.querySelector("#`+id+`").checked = true; document.querySelector("#callas input:checked").id`)
	}

	e.do(chromedp.Click("#for-claims"), chromedp.Click("#for-help")) // both are dirty now
	e.becomes(`document.querySelector("#for-help.on") && !document.querySelector("#callas.htmx-request")`, "the last choice holds")
	require.Equal(t, "opt-claims", touch("opt-claims"), "touched, and nothing asked for")
	office.Patch(t, "services/help", `{"call_as_enabled":false}`)
	e.told("withdrawn:help")
	require.Equal(t, [2]string{"opt-help", "opt-help"}, e.checked())

	touch("opt-claims")
	code, said := office.Ask(t, "demo-agent-anna", "PUT", "/v1/agents/anna/session", `{"call_as":null}`)
	require.Equal(t, 200, code, said)
	e.told("none")
	require.Equal(t, [2]string{"opt-none", "opt-none"}, e.checked())
}

func TestARefusedChoiceTellsWhyAndPutsTheFormBack(t *testing.T) {
	office, chromium := program.Demo(t), open(t)
	e := chromium.assistant(t, office, "anna")
	js[int](e, `document.querySelector("c-live").remove(); 0`) // what happens now comes too late
	office.Patch(t, "services/claims", `{"call_as_enabled":false}`)
	e.do(chromedp.Click("#for-claims"))
	e.becomes(`document.querySelector("#refused") != null`, "the refusal is told")
	require.Contains(t, e.text("#refused"), "Claims is not available to you now. It is not open for calling as.")
	require.Equal(t, [2]string{"opt-help", "opt-help"}, e.checked())
	require.Empty(t, js[string](e, `document.querySelector("#alerts").textContent`), "and told once")
	require.Equal(t, "service help", office.Resolve(t, "anna", customer))
}

func TestWhatIsNotConfirmedSaysSo(t *testing.T) {
	platform, admin := program.FreeAddr(t), program.FreeAddr(t)
	office, chromium := program.DemoAt(t, platform, admin), open(t)
	e := chromium.assistant(t, office, "anna")
	office.Signal(t, syscall.SIGSTOP)
	began := time.Now()
	e.becomes(isStale, "nobody answers")
	require.Less(t, time.Since(began), 14*time.Second)
	e.becomes(`getComputedStyle(document.querySelector(".stale-veil")).opacity == 1`, "the card is hatched")
	require.True(t, strings.HasPrefix(js[string](e, `document.title`), "Not confirmed"))
	require.Contains(t, e.text(".stale-note"), "What you see may be out of date")
	require.Equal(t, "Not confirmed", e.text("[data-live-text]"))
	office.Signal(t, syscall.SIGCONT)
	e.becomes(isLive, "it is back")
	require.True(t, strings.HasPrefix(js[string](e, `document.title`), "Calling as"))

	_, said := office.Ask(t, "demo-agent-anna", "PUT", "/v1/agents/anna/session", `{"call_as":"claims"}`)
	require.Contains(t, said, "claims")
	e.told("as:claims")
	office.Stop()
	e.becomes(`!(`+isLive+`)`, "the stream has ended")
	program.DemoAt(t, platform, admin) // all as it was in the beginning, and nobody signed in
	e.signsInAgain("anna")
	e.told("as:help")
}

func TestWhoIsSignedOutIsSentToSignInAndComesBack(t *testing.T) {
	office, chromium := program.Demo(t), open(t)
	e := chromium.assistant(t, office, "anna")
	js[int](e, `fetch("/signout", {method: "POST"}).then(() => document.querySelector("c-live").open()); 0`) // in another tab, say
	e.signsInAgain("anna")
	e.told("as:help")
}

// signsInAgain waits for the page that asks for it, and comes back to the Assistant.
func (e *eyes) signsInAgain(agent string) {
	e.t.Helper()
	e.becomes(`location.pathname == "/signin" && `+powered, "the page cannot be shown any more")
	e.do(chromedp.SendKeys(`input[name=token]`, "demo-agent-"+agent), chromedp.Submit(`input[name=token]`))
	e.becomes(`location.pathname == "/assistant" && `+powered, "back where one was")
}

func TestWithoutAConnectionAnInstalledAssistantShowsNobody(t *testing.T) {
	platform, admin := program.FreeAddr(t), program.FreeAddr(t)
	office, chromium := program.DemoAt(t, platform, admin), open(t)
	e := chromium.assistant(t, office, "anna")
	e.becomes(`navigator.serviceWorker.controller != null`, "the service worker is there")
	kept := run(e, chromedp.Evaluate[string](`caches.keys().then(async all => { let out = []; for (const k of all) for (const r of await (await caches.open(k)).keys()) out.push(new URL(r.url).pathname); return out.join(" ") })`, chromedp.EvalAwaitPromise))
	for _, path := range strings.Fields(kept) {
		require.True(t, strings.HasPrefix(path, "/static/") || path == "/assistant/offline", path)
	}
	office.Stop()
	e.open("/assistant")
	require.Contains(t, e.text("main"), "No connection")
	require.NotContains(t, e.text("body"), "Help Call Center")
	require.NotContains(t, e.text("body"), "Anna")
	program.DemoAt(t, platform, admin)
	e.do(chromedp.Click(".stage-go a"))
	e.signsInAgain("anna") // to another process
	e.becomes(`document.querySelector("#state")?.dataset.told == "as:help"`, "confirmed again")
}
