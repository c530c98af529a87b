package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/client"
)

// htmx is the headers of a form that htmx sends.
var htmx = []string{"HX-Request", "true", "HX-Request-Type", "partial"}

// assistant is the agent's own page.
func (v *visitor) assistant() string {
	v.t.Helper()
	got := v.get("/assistant")
	require.Equal(v.t, http.StatusOK, got.status, got.body)
	return got.body
}

// choose posts a wish as htmx does, and returns the part it gets.
func (v *visitor) choose(status int, wish url.Values) string {
	v.t.Helper()
	got := v.post("/assistant/session", wish, htmx...)
	require.Equal(v.t, status, got.status, got.body)
	require.Regexp(v.t, `^<div id="state"`, got.body, "a part and no page")
	return got.body
}

// patch changes a row as an administrator.
func (h *house) patch(path string, change any) {
	h.t.Helper()
	require.NoError(h.t, h.api.Do(h.t.Context(), client.Request{Method: http.MethodPatch, Path: "/v1/" + path, Media: "application/merge-patch+json", Body: change}, nil))
}

var (
	optionID  = regexp.MustCompile(`name="call_as" id="opt-([a-z0-9.-]+)" value="([a-z0-9.-]*)"( checked)?`)
	networkOf = regexp.MustCompile(`(?s)id="reach-(\w+)">.*?<b>([^<]*)</b>`)
)

// keyLabels are the number keys that the options name, in order.
func keyLabels(page string) (all []string) {
	for _, m := range regexp.MustCompile(`<kbd[^>]*>(\d)</kbd>`).FindAllStringSubmatch(page, -1) {
		all = append(all, m[1])
	}
	return all
}

// options are what can be picked, in order; the picked one has a star.
func options(page string) (all []string) {
	for _, m := range optionID.FindAllStringSubmatch(page, -1) {
		if m[3] != "" {
			m[1] += "*"
		}
		all = append(all, m[1])
	}
	return all
}

// absent is the part about what is not available.
func absent(page string) string {
	_, rest, _ := strings.Cut(page, `<section class="missing"`)
	part, _, _ := strings.Cut(rest, "</section>")
	return part
}

// networks are whom each network shows.
func networks(page string) map[string]string {
	all := map[string]string{}
	for _, m := range networkOf.FindAllStringSubmatch(page, -1) {
		all[m[1]] = m[2]
	}
	return all
}

func TestTheAssistantShowsWhomEachNetworkSees(t *testing.T) {
	v := newHouse(t).visitor("demo-agent-anna")
	page := v.assistant()
	require.Equal(t, map[string]string{"pstn": "Help Call Center", "internal": "Anna Meier", "federated": "Anna Meier"}, networks(page))
	require.Regexp(t, `(?s)id="seen"><p class="stage-n">Help Call Center</p>\s*<p class="stage-num num">&#43;44 20 7946 0100</p>`, page)
	require.Contains(t, page, "<title>Calling as Help Call Center · callas</title>")
	require.Contains(t, page, "Nordhang › London › Customer Care")
	require.Regexp(t, `id="confirmed" datetime="[^"]+">\d\d:\d\d:\d\d<`, page)
	require.Contains(t, page, `src="/events?topic=me"`)
}

func TestNoneIsFirstAndTheNumberKeysCountWhatFollows(t *testing.T) {
	v := newHouse(t).visitor("demo-agent-anna")
	page := v.assistant()
	require.Equal(t, []string{"none", "claims", "help*"}, options(page))
	require.Equal(t, []string{"0", "1", "2"}, keyLabels(page))
}

func TestAChoiceIsMadeByTheServer(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-agent-anna")
	part := v.choose(http.StatusOK, url.Values{"call_as": {"claims"}})
	require.Equal(t, []string{"none", "claims*", "help"}, options(part))
	require.Equal(t, "Claims", networks(part)["pstn"])
	part = v.choose(http.StatusOK, url.Values{"call_as": {""}})
	require.Equal(t, []string{"none*", "claims", "help"}, options(part))
	require.Equal(t, "Anna Meier", networks(part)["pstn"])
	require.Contains(t, part, `class="stage self"`)
	menu, err := h.api.Menu(t.Context(), "anna")
	require.NoError(t, err)
	require.Nil(t, menu.Selection)
}

func TestWithoutAScriptTheFormsPostAndThePageComesBack(t *testing.T) {
	v := newHouse(t).visitor("demo-agent-anna")
	require.Regexp(t, `<noscript><button`, v.assistant())
	got := v.post("/assistant/session", url.Values{"profile": {"campaign"}, "call_as": {"renewals"}})
	require.Equal(t, http.StatusSeeOther, got.status)
	require.Equal(t, "/assistant", got.header.Get("Location"))
	page := v.assistant()
	require.Equal(t, []string{"none", "renewals*"}, options(page))
	require.Contains(t, page, `<option value="campaign" selected>Campaign</option>`)

	got = v.post("/assistant/session", url.Values{"call_as": {"premium"}})
	require.Equal(t, http.StatusUnprocessableEntity, got.status)
	require.Contains(t, got.body, "<!doctype html>", "a whole page")
	require.Contains(t, got.body, `id="refused"`)
}

func TestARefusedChoiceTellsWhyAndChangesNothing(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-agent-anna")
	part := v.choose(http.StatusUnprocessableEntity, url.Values{"call_as": {"premium"}})
	require.Contains(t, part, `role="alert" id="refused"`)
	require.Contains(t, part, "Nothing was changed")
	require.Contains(t, part, "Premium Line is not available to you now. It is not open for calling as. You are not set as responsible for it.")
	require.Equal(t, []string{"none", "claims", "help*"}, options(part), "the truth, to put the form back to")
	part = v.choose(http.StatusUnprocessableEntity, url.Values{"profile": {"night"}})
	require.Contains(t, part, "agent &#34;anna&#34; has no profile &#34;night&#34;")
	require.Contains(t, part, `<option value="day" selected>`)
}

func TestAWithdrawnSelectionStaysAndSaysWhy(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-agent-anna")
	h.patch("services/help", map[string]any{"call_as_enabled": false})
	page := v.assistant()
	require.Equal(t, []string{"none", "claims", "help*"}, options(page), "in its place, for the number keys' sake")
	require.Regexp(t, `class="opt on gone" id="for-help"`, page)
	require.Contains(t, page, "withdrawn</span><small>It is not open for calling as.")
	require.Contains(t, page, `class="notice withdrawn" role="alert"`)
	require.Contains(t, page, "You no longer call as Help Call Center.")
	require.Contains(t, page, "Your next call shows your own name.")
	require.Contains(t, page, "what the network was told cannot be unsaid")
	require.Contains(t, page, `class="stage self"`)
	require.Equal(t, map[string]string{"pstn": "Anna Meier", "internal": "Anna Meier", "federated": "Anna Meier"}, networks(page))
	require.Contains(t, page, "<title>⚠ No longer Help Call Center · callas</title>")
	require.Contains(t, page, `data-told="withdrawn:help"`)
	require.NotContains(t, page, `id="back"`)

	h.patch("services/help", map[string]any{"call_as_enabled": true})
	page = v.assistant()
	require.Equal(t, "Help Call Center", networks(page)["pstn"], "and works again")
	require.Contains(t, page, `id="back" hidden`)
	require.Contains(t, page, "Help Call Center is available again; you call as it.")
	require.NotContains(t, page, `id="notice"`)
}

func TestASelectionThatEndedSaysWhy(t *testing.T) {
	past := time.Now().Add(-time.Minute)
	expired := &callas.Session{Agent: "dora", Profile: "day", CallAs: "help", Since: past.Add(-time.Hour), ExpiresAt: &past}
	h := newHouse(t, expired)
	anna := h.visitor("demo-agent-anna")
	page := anna.choose(http.StatusOK, url.Values{"profile": {"campaign"}})
	require.Contains(t, page, "Your selection ended: your new duty profile does not offer the service.")
	require.Equal(t, []string{"none*", "renewals"}, options(page))
	require.Contains(t, page, `class="notice ended" role="status"`)
	page = anna.choose(http.StatusOK, url.Values{"profile": {"day"}, "call_as": {"help"}})
	require.NotContains(t, page, "ended", "a new choice leaves nothing to tell")
	page = anna.choose(http.StatusOK, url.Values{"profile": {"off"}})
	require.Contains(t, page, "Your selection ended as you went off duty.")
	require.NotContains(t, page, "cannot be unsaid")
	require.Equal(t, []string{"none*"}, options(page))

	page = h.visitor("demo-agent-dora").assistant()
	require.Contains(t, page, "Your selection ended: its time was up.")
	ben := h.visitor("demo-agent-ben")
	require.NoError(t, h.api.Do(t.Context(), client.Request{Method: http.MethodDelete, Path: "/v1/services/help"}, nil))
	require.Contains(t, ben.assistant(), "Your selection ended: the service no longer exists.")
}

func TestASelectionThatWillEndSaysWhen(t *testing.T) {
	h := newHouse(t)
	at := time.Now().UTC().Add(2 * time.Hour)
	_, err := h.api.SetSession(t.Context(), "anna", map[string]any{"call_as": "help", "expires_in": "2h"})
	require.NoError(t, err)
	page := h.visitor("demo-agent-anna").assistant()
	require.Regexp(t, `20 7946 0100 · until (\d\d\.\d\d\.\d{4} )?`+at.Format("15:")+`\d\d</p>`, page)
	require.Equal(t, 2, strings.Count(page, " · until "), "on the card and in the list")
}

func TestWhatIsNotAvailableIsGroupedByItsRemedy(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-agent-anna")
	missing := absent(v.assistant())
	require.Contains(t, missing, "Yours on Campaign.")
	require.Contains(t, missing, `<input type="hidden" name="profile" value="campaign">`)
	require.Contains(t, missing, `name="call_as" value="renewals">`)
	require.Less(t, strings.Index(missing, "Renewals"), strings.Index(missing, "Premium Line"), "what can be helped comes first")
	require.Equal(t, 1, strings.Count(missing, "<form"), "nothing helps with Premium Line")

	off := v.choose(http.StatusOK, url.Values{"profile": {"off"}})
	require.Contains(t, off, "You are off duty. Choose a duty profile")
	require.Regexp(t, `(?s)<li><form.*value="day".*value="claims".*value="help".*Yours on Day\..*</form>`, off, "one group for both")
	part := v.choose(http.StatusOK, url.Values{"profile": {"day"}, "call_as": {"claims"}}) // the remedy's form
	require.Equal(t, []string{"none", "claims*", "help"}, options(part))

	clara := absent(h.visitor("demo-agent-clara").assistant())
	require.NotContains(t, clara, "<form", "no duty profile gives her a direction")
	require.Equal(t, 1, strings.Count(clara, `<div class="m-f"><p>You are not allowed to call as a service in any direction.</p>`))
}

func TestAnAgentWithoutServicesIsToldWhatHelps(t *testing.T) {
	alone := &callas.Agent{ID: "zoe", Name: "Zoe Ash", Unit: "care", Enabled: true, Direction: callas.DirectionAll, Profiles: []string{}, Responsible: map[string][]string{}, Aliases: []string{}}
	page := newHouse(t, alone).visitor("demo-agent-zoe").assistant()
	require.Contains(t, page, "A supervisor can make you responsible for one.")
	require.Equal(t, []string{"none*"}, options(page))
	require.Contains(t, page, `<option value="" selected>Off duty</option>`)
}

func TestAboveNineServicesOneSearches(t *testing.T) {
	var rows []callas.Row
	day := &callas.Profile{ID: "day", Name: "Day", Services: []string{"help"}}
	for i := range 10 {
		id := fmt.Sprintf("desk%d", i)
		rows = append(rows, &callas.Service{ID: id, Name: fmt.Sprintf("Desk %d", i), Unit: "london", CallAsEnabled: true, Numbers: []callas.Number{}})
		day.Services = append(day.Services, id)
	}
	anna := &callas.Agent{ID: "anna", Name: "Anna Meier", Unit: "care", Enabled: true, Direction: callas.DirectionExternal, Profiles: []string{"day"},
		Responsible: map[string][]string{"day": day.Services}, Aliases: []string{}}
	v := newHouse(t, append(rows, day, anna)...).visitor("demo-agent-anna")
	page := v.assistant()
	require.Len(t, options(page), 12)
	require.Contains(t, page, `role="search"`)
	require.Equal(t, strings.Split("0123456789", ""), keyLabels(page))
	require.Equal(t, []string{"none", "desk7", "help*"}, options(v.get("/assistant?q=DESK+7").body), "what is selected is always shown")
	require.NotContains(t, newHouse(t).visitor("demo-agent-anna").assistant(), `role="search"`)
}

func TestOthersSeeItAsTheAgentDoesAndChooseNothing(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-supervisor")
	got := v.get("/assistant?agent=anna")
	require.Equal(t, http.StatusOK, got.status)
	require.Contains(t, got.body, "You see what Anna Meier sees.")
	require.Equal(t, []string{"none", "claims", "help*"}, options(got.body))
	require.Contains(t, got.body, `<fieldset class="menu" disabled>`)
	require.NotContains(t, got.body, "c-live")
	require.NotContains(t, got.body, `<input type="hidden" name="profile"`)

	require.Equal(t, http.StatusForbidden, v.post("/assistant/session", url.Values{"call_as": {"claims"}}).status)
	require.Equal(t, http.StatusForbidden, v.get("/assistant").status, "a supervisor has none of their own")
	anna := h.visitor("demo-agent-anna")
	require.Equal(t, http.StatusNotFound, anna.get("/assistant?agent=ben").status)
	require.Contains(t, anna.get("/assistant?agent=anna").body, "c-live", "her own")
	require.Equal(t, "/signin?next=%2Fassistant", h.visitor("").get("/assistant").header.Get("Location"))
}

// Every state in every language.
func TestTheAssistantSpeaksBothLanguagesInEveryState(t *testing.T) {
	h := newHouse(t)
	premium := url.Values{"call_as": {"premium"}}
	for _, state := range []struct {
		name, token, path string
		form              url.Values
		says              map[string]string
	}{
		{"calls as a service", "demo-agent-anna", "/assistant", nil, map[string]string{"en": "Who they will see", "de": "Das sieht Ihr Gegenüber"}},
		{"withdrawn", "demo-agent-clara", "/assistant", nil, map[string]string{"en": "withdrawn", "de": "entzogen"}},
		{"refused", "demo-agent-anna", "/assistant/session", premium, map[string]string{"en": "Nothing was changed", "de": "Es wurde nichts geändert"}},
		{"never on duty", "demo-agent-dora", "/assistant", nil, map[string]string{"en": "You are off duty", "de": "Sie sind nicht im Dienst"}},
		{"looked at", "demo-supervisor", "/assistant?agent=emil", nil, map[string]string{"en": "You see what Emil Fraser sees", "de": "Sie sehen, was Emil Fraser sieht"}},
		{"nobody's", "demo-auditor", "/assistant", nil, map[string]string{"en": "an agent’s own", "de": "gehört einer Person"}},
		{"offline", "", "/assistant/offline", nil, map[string]string{"en": "No connection", "de": "Keine Verbindung"}},
	} {
		for lang, says := range state.says {
			t.Run(state.name+" "+lang, func(t *testing.T) {
				v := h.visitor(state.token)
				got := v.get(state.path, "Accept-Language", lang)
				if state.form != nil {
					got = v.post(state.path, state.form, "Accept-Language", lang)
				}
				require.Contains(t, got.body, says)
				require.NotContains(t, got.body, "⟦")
				require.NotRegexp(t, `(?i)<script>|<style| style=| on[a-z]+="|https?://`, got.body, "nothing inline, nothing from elsewhere")
				require.NotContains(t, got.body, "<no value>")
			})
		}
	}
}
