package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callas"
)

// hidden is a hidden field of a page's form.
func (s shown) hidden(name string) string {
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(s.body)
	if m == nil {
		return ""
	}
	return m[1]
}

func TestManyAreEditedTogetherAfterSeeingWhatHappensAndPutBack(t *testing.T) {
	h := newHouse(t, &callas.Agent{ID: "yan", Name: "Yan", Unit: "care", Direction: callas.DirectionAll, Meta: callas.Meta{Source: "ldap", Locked: []string{"direction"}}})
	v := h.visitor("demo-supervisor")
	whom := url.Values{"all": {"1"}, "query": {"unit=care"}}
	form := v.postPart("/bulk", whom)
	require.Equal(t, http.StatusOK, form.status)
	require.Contains(t, form.body, "Edit 448 agents")
	require.Contains(t, form.body, "Everyone who matches the current filter")
	require.Contains(t, form.body, "Choose a change")
	require.Regexp(t, `Now: None 63 · Internal 64 · External 256 · All 65`, form.body)
	require.Regexp(t, `338 of 448 are responsible already|\d+ of 448 are responsible already`, form.body)

	whom.Set("direction", "none")
	plan := v.postPart("/bulk/plan", whom)
	require.Equal(t, http.StatusOK, plan.status)
	require.NotContains(t, plan.body, "<html")
	for _, want := range []string{"384 will change, 63 are so already, 1 are locked, 0 are refused", "Change 384 agents", "locked by ldap",
		"agents are calling as a service now and fall back to their own names", "Anna Meier (Help Call Center)"} {
		require.Contains(t, plan.body, want)
	}
	whom.Set("plan", plan.hidden("plan"))
	require.NotEmpty(t, whom.Get("plan"))

	without := v.postPart("/bulk/apply", whom)
	require.Equal(t, http.StatusUnprocessableEntity, without.status)
	require.Contains(t, without.body, "Say why, for the audit log.")
	require.Equal(t, callas.DirectionExternal, h.agent("anna").Direction)

	whom.Set("reason", "quiet day")
	done := v.postPart("/bulk/apply", whom)
	require.Equal(t, http.StatusOK, done.status)
	require.Regexp(t, `384 agents changed</b><small>Live as data revision \d+, after [\d’]+ ms`, done.body)
	require.Equal(t, callas.DirectionNone, h.agent("anna").Direction)
	require.Equal(t, callas.DirectionAll, h.agent("yan").Direction)
	history := v.get("/agents/sophie.wright").body // one of many, and not of the first
	require.Contains(t, history, "with 383 others")
	require.Contains(t, history, "→ <b>None</b>")
	require.Contains(t, history, "«quiet day»")
	written := h.agent("anna").Rev
	again := v.postPart("/bulk/apply", whom)
	require.Contains(t, again.body, "384 agents changed", "a second press does nothing twice")
	require.Equal(t, written, h.agent("anna").Rev)

	require.Contains(t, v.postPart("/undo", url.Values{"revision": {done.hidden("revision")}}).body, "384 settings put back")
	require.Equal(t, callas.DirectionExternal, h.agent("anna").Direction)
}

func TestAPlanWhoseDataMovedIsMadeAnewAndNothingIsChanged(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-supervisor")
	form := url.Values{"ids": {"anna,ben"}, "direction": {"internal"}, "reason": {"x"}}
	form.Set("plan", v.postPart("/bulk/plan", form).hidden("plan"))
	_, err := h.api.Patch(t.Context(), callas.KindAgent, "ben", map[string]any{"direction": "internal"}, "", "")
	require.NoError(t, err)
	got := v.postPart("/bulk/apply", form)
	require.Equal(t, http.StatusConflict, got.status)
	require.Contains(t, got.body, "Data moved.")
	require.Contains(t, got.body, "Change 1 agent<")
	require.NotEqual(t, form.Get("plan"), got.hidden("plan"))
	require.Equal(t, callas.DirectionExternal, h.agent("anna").Direction)
	form.Set("plan", got.hidden("plan"))
	require.Contains(t, v.postPart("/bulk/apply", form).body, "1 agent changed")
	require.Equal(t, callas.DirectionInternal, h.agent("anna").Direction)
}

func TestServicesAndProfilesComeAndGoTogether(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-supervisor")
	apply := func(form url.Values) {
		t.Helper()
		form.Set("ids", "anna,ben")
		form.Set("reason", "x")
		form.Set("plan", v.postPart("/bulk/plan", form).hidden("plan"))
		require.NotEmpty(t, form.Get("plan"))
		require.Contains(t, v.postPart("/bulk/apply", form).body, "2 agents changed")
	}
	apply(url.Values{"service.premium": {"add"}, "service.claims": {"remove"}})
	require.Equal(t, map[string][]string{"day": {"help", "premium"}, "campaign": {"renewals"}}, h.agent("anna").Responsible, "under every profile that has it")
	apply(url.Values{"under": {"campaign"}, "service.help": {"add"}, "service.premium": {""}})
	require.Equal(t, map[string][]string{"day": {"help", "premium"}, "campaign": {"help", "renewals"}}, h.agent("ben").Responsible, "under this one only")
	apply(url.Values{"profile.campaign": {"remove"}})
	require.Equal(t, []string{"day", "off"}, h.agent("anna").Profiles)
}

func TestAPageIsEditedTogetherWithoutTheScript(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-supervisor")
	list := v.get("/agents?unit=care")
	require.Contains(t, list.body, `<form id="pick" action="/bulk" method="post">`)
	form := v.post("/bulk", url.Values{"id": {"anna", "ben"}})
	require.Contains(t, form.body, "<html")
	require.Equal(t, "anna,ben", form.hidden("ids"))
	plan := v.post("/bulk/plan", url.Values{"ids": {"anna,ben"}, "direction": {"all"}, "reason": {"x"}})
	require.Contains(t, plan.body, "<html")
	require.Regexp(t, `value="all" checked`, plan.body, "the form is as it was sent")
	done := v.post("/bulk/apply", url.Values{"ids": {"anna,ben"}, "direction": {"all"}, "plan": {plan.hidden("plan")}, "reason": {"x"}})
	require.Contains(t, done.body, "1 agent changed", "ben's is all already")
	back := v.post("/undo", url.Values{"revision": {done.hidden("revision")}, "back": {done.hidden("back")}})
	require.Contains(t, back.body, "1 setting put back")
	require.Contains(t, v.post("/bulk", nil).body, "Nobody is selected.")
	require.Equal(t, "/agents", v.get("/bulk").header.Get("Location"))
}

func TestWhoMayNotSeesThePlanRefused(t *testing.T) {
	v := newHouse(t).visitor("demo-auditor")
	plan := v.postPart("/bulk/plan", url.Values{"ids": {"anna"}, "direction": {"all"}})
	require.Contains(t, plan.body, "Your role does not allow this.")
	require.Regexp(t, `id="bulk-apply" disabled`, plan.body)
}

func TestMoreThanAnEditHoldsIsSaidSo(t *testing.T) {
	v := newHouse(t).visitor("demo-supervisor")
	got := v.postPart("/bulk", url.Values{"ids": {strings.Repeat("a,", 10001)}})
	require.Equal(t, http.StatusBadRequest, got.status)
	require.Contains(t, got.body, "at most 10000 at once")
	got = v.postPart("/bulk", url.Values{"all": {"1"}, "query": {"unit=gone"}})
	require.Contains(t, got.body, "there is no unit")
	got = v.postPart("/bulk", url.Values{"all": {"1"}, "query": {""}})
	require.Contains(t, got.body, "Every agent, on every page")
}
