package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callas"
)

// agent is an agent as the API has it.
func (h *house) agent(id string) *callas.Agent {
	h.t.Helper()
	text, err := h.api.Row(context.Background(), callas.KindAgent, id)
	require.NoError(h.t, err)
	a := &callas.Agent{}
	require.NoError(h.t, json.Unmarshal(text, a))
	return a
}

// set is what a form of an agent's page sends.
func (h *house) set(id, field string, more url.Values) url.Values {
	form := url.Values{"set": {field}, "rev": {strconv.FormatInt(h.agent(id).Rev, 10)}}
	for key, values := range more {
		form[key] = values
	}
	return form
}

func TestAnAgentIsShownWithWhatTheyMayAndWhyNot(t *testing.T) {
	v := newHouse(t).visitor("demo-supervisor")
	for _, got := range []shown{v.get("/agents/anna"), v.part("/agents/anna")} {
		require.Equal(t, http.StatusOK, got.status)
		for _, want := range []string{"General Information", "Enable AV Conversation as a Service", "None", "Internal", "External", "All",
			`value="external" checked`, "On Day", "active now", "On Campaign", "Help Call Center", "in use",
			"The service is not open for calling as.", "And 1 more."} {
			require.Contains(t, got.body, want)
		}
		require.NotContains(t, got.body, "On Off Duty", "nobody answers for anything off duty")
	}
	require.Contains(t, v.get("/agents/clara").body, "withdrawn")
	_, premium, _ := strings.Cut(v.get("/agents/anna").body, `id="why-premium"`)
	failing, rest, _ := strings.Cut(premium, `<li class="ok">`)
	require.Contains(t, failing, "As it stands for a call to a telephone number:")
	require.Contains(t, failing, "The agent is not responsible for the service under the active duty profile.", "what fails comes first")
	require.Contains(t, failing, "Under Day: Claims, Help Call Center")
	require.Contains(t, failing, `href="/services/premium#general"`, "where it can be changed")
	require.Contains(t, rest, "A duty profile is active")
	require.Contains(t, rest, "reasons.rego:")
	require.Equal(t, http.StatusNotFound, v.get("/agents/nobody").status)
}

func TestWhatIsSetIsSavedAtOnce(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-supervisor")
	got := v.postPart("/agents/anna", h.set("anna", "direction", url.Values{"direction": {"all"}}))
	require.Equal(t, http.StatusOK, got.status)
	require.Regexp(t, `Saved \d\d:\d\d:\d\d, live everywhere`, got.body)
	require.Contains(t, got.body, `value="all" checked`)
	require.Equal(t, callas.DirectionAll, h.agent("anna").Direction)

	got = v.post("/agents/anna", h.set("anna", "responsible", url.Values{"under": {"day"}, "service": {"help", "premium"}}))
	require.Equal(t, "/agents/anna", got.header.Get("Location"), "without the script: a form and a page")
	require.Equal(t, map[string][]string{"day": {"help", "premium"}, "campaign": {"renewals"}}, h.agent("anna").Responsible, "other profiles keep theirs")

	v.postPart("/agents/anna", h.set("anna", "responsible", url.Values{"under": {"campaign"}}))
	require.Equal(t, map[string][]string{"day": {"help", "premium"}}, h.agent("anna").Responsible)
	v.postPart("/agents/anna", h.set("anna", "profiles", url.Values{"profile": {"day"}}))
	require.Equal(t, []string{"day"}, h.agent("anna").Profiles)
	v.postPart("/agents/anna", h.set("anna", "enabled", nil))
	require.False(t, h.agent("anna").Enabled, "an unticked box is not sent")

	history := v.get("/agents/anna").body
	for _, want := range []string{"Regula Keller", "Direction</span> External → <b>All</b>", "Responsible on Campaign</span> Renewals → <b>nothing</b>", "Switched on</span> on → <b>off</b>"} {
		require.Contains(t, history, want)
	}
}

func TestWhatSomeoneElseChangedMeanwhileIsShownAndTheirsOrMineIsChosen(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-supervisor")
	form := h.set("anna", "direction", url.Values{"direction": {"all"}})
	_, err := h.api.Patch(t.Context(), callas.KindAgent, "anna", map[string]any{"direction": "internal"}, "", "")
	require.NoError(t, err)

	got := v.postPart("/agents/anna", form)
	require.Equal(t, http.StatusPreconditionFailed, got.status)
	require.Regexp(t, `Ada Novak changed this at \d\d:\d\d:\d\d`, got.body)
	require.Regexp(t, `(?s)Now</dt><dd>Internal.*Yours</dt><dd>All`, got.body)
	require.Equal(t, callas.DirectionInternal, h.agent("anna").Direction, "nothing was changed")

	mine := url.Values{"set": {"direction"}, "direction": {"all"}, "rev": {regexp.MustCompile(`name="rev" value="(\d+)"`).FindStringSubmatch(got.body)[1]}}
	require.Equal(t, http.StatusOK, v.postPart("/agents/anna", mine).status)
	require.Equal(t, callas.DirectionAll, h.agent("anna").Direction)
}

func TestWhatMovedElsewhereInTheRowStandsInNobodysWay(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-supervisor")
	direction := h.set("anna", "direction", url.Values{"direction": {"all"}})
	day := h.set("anna", "responsible", url.Values{"under": {"day"}, "service": {"claims"}})
	_, err := h.api.Patch(t.Context(), callas.KindAgent, "anna", map[string]any{"name": "Anna M.", "responsible": map[string]any{"campaign": nil}}, "", "")
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, v.postPart("/agents/anna", direction).status, "another field")
	require.Equal(t, http.StatusOK, v.postPart("/agents/anna", day).status, "another profile, and one's own hand")
	a := h.agent("anna")
	require.Equal(t, "Anna M.", a.Name)
	require.Equal(t, map[string][]string{"day": {"claims"}}, a.Responsible)
	require.Equal(t, callas.DirectionAll, a.Direction)
}

func TestWhatAnImporterKeepsIsReadOnlyAndNamesIt(t *testing.T) {
	h := newHouse(t, &callas.Agent{ID: "yan", Name: "Yan", Unit: "care", Enabled: true, Direction: callas.DirectionNone,
		Meta: callas.Meta{Source: "ldap", Locked: []string{"direction", "name"}}})
	v := h.visitor("demo-supervisor")
	got := v.get("/agents/yan")
	require.Contains(t, got.body, "ldap keeps these settings, which are changed there: Direction, Name.")
	require.Regexp(t, `aria-describedby="dir-help" disabled`, got.body)
	require.Regexp(t, `name="name" value="Yan"[^>]* readonly`, got.body)
	refused := v.postPart("/agents/yan", h.set("yan", "direction", url.Values{"direction": {"all"}}))
	require.Equal(t, http.StatusUnprocessableEntity, refused.status)
	require.Contains(t, refused.body, "ldap")
	require.Contains(t, refused.body, `<div class="toast err">`)
	require.Equal(t, callas.DirectionNone, h.agent("yan").Direction)
}

func TestAnAuditorReadsAnAgentAndChangesNothing(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-auditor")
	got := v.get("/agents/anna")
	require.Contains(t, got.body, "Your role reads this and changes nothing")
	require.NotContains(t, got.body, `action="/undo"`)
	require.Regexp(t, `<fieldset class="seg"[^>]* disabled>`, got.body)
	require.Equal(t, http.StatusForbidden, v.postPart("/agents/anna", h.set("anna", "direction", url.Values{"direction": {"all"}})).status)
	require.Equal(t, callas.DirectionExternal, h.agent("anna").Direction)
}

func TestAFormThatIsNotWholeChangesNothing(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-supervisor")
	for _, form := range []url.Values{{}, {"set": {"direction"}}, {"set": {"role"}, "rev": {"1"}}, {"set": {"responsible"}, "rev": {"1"}}} {
		require.Equal(t, http.StatusBadRequest, v.post("/agents/anna", form).status, form)
	}
	require.Equal(t, http.StatusUnprocessableEntity, v.post("/agents/anna", h.set("anna", "direction", url.Values{"direction": {"both"}})).status)
	require.Equal(t, int64(1), h.agent("anna").Rev)
}

func TestDetailsThatDoNotFitAreSaidAtTheirField(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-supervisor")
	details := url.Values{"name": {"Anna Meier-Roth"}, "unit": {"london"}, "number": {"112"}, "uri": {"sip:anna@nordhang.example"}, "aliases": {"2001\n2002"}}
	got := v.postPart("/agents/anna", h.set("anna", "details", details))
	require.Equal(t, http.StatusUnprocessableEntity, got.status)
	require.Contains(t, got.body, `value="Anna Meier-Roth"`, "what was typed stays")
	require.Regexp(t, `name="number" value="112"[^>]*aria-invalid`, got.body)
	require.Equal(t, "Anna Meier", h.agent("anna").Name)
	details.Set("number", "+442079460201")
	details.Set("aliases", "2001 sip:anna@nordhang.example")
	require.Equal(t, http.StatusOK, v.postPart("/agents/anna", h.set("anna", "details", details)).status)
	require.Equal(t, "london", h.agent("anna").Unit)
	require.Equal(t, []string{"2001", "sip:anna@nordhang.example"}, h.agent("anna").Aliases)
}

func TestAnAgentIsMadeAndDeletedAndPutBack(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-supervisor")
	form := url.Values{"id": {"zoe"}, "name": {"Zoe"}, "unit": {"care"}, "direction": {"internal"}, "aliases": {"2001"}, "reason": {"new"}}
	got := v.post("/agent/new", form)
	require.Equal(t, http.StatusUnprocessableEntity, got.status, "2001 is anna's")
	require.Contains(t, got.body, `value="zoe"`)
	form.Set("aliases", "2999 zoe@nordhang.example")
	form.Set("aliases", "")
	require.Equal(t, "/agents/zoe", v.post("/agent/new", form).header.Get("Location"))
	require.Equal(t, callas.DirectionInternal, h.agent("zoe").Direction)
	require.Contains(t, v.post("/agent/new", form).body, "There is an agent of this id already.")
	form.Set("id", "Zoe B")
	require.Contains(t, v.post("/agent/new", form).body, "holds &#39;Z&#39;")

	require.Contains(t, v.get("/agents/anna/delete").body, "They are calling as a service now.")
	require.Equal(t, http.StatusUnprocessableEntity, v.post("/agents/zoe/delete", url.Values{"reason": {" "}}).status)
	gone := v.postPart("/agents/zoe/delete", url.Values{"reason": {"has left"}})
	require.Equal(t, http.StatusOK, gone.status)
	require.Contains(t, gone.body, "zoe deleted")
	require.Equal(t, http.StatusNotFound, v.get("/agents/zoe").status)
	revision := regexp.MustCompile(`name="revision" value="(\d+)"`).FindStringSubmatch(gone.body)[1]
	require.Contains(t, v.postPart("/undo", url.Values{"revision": {revision}}).body, "1 setting put back")
	require.Equal(t, "Zoe", h.agent("zoe").Name)
}

func TestAChangeIsUndoneFromTheHistoryAndAnothersHandIsNamed(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-supervisor")
	v.postPart("/agents/anna", h.set("anna", "direction", url.Values{"direction": {"all"}}))
	revision := strconv.FormatInt(h.agent("anna").Rev, 10)
	_, err := h.api.Patch(t.Context(), callas.KindAgent, "anna", map[string]any{"name": "Anna B."}, "", "")
	require.NoError(t, err)
	got := v.postPart("/undo", url.Values{"revision": {revision}, "agent": {"anna"}})
	require.Equal(t, http.StatusConflict, got.status)
	require.Regexp(t, `Ada Novak has built on it at \d\d:\d\d:\d\d \(anna\)`, got.body)

	last := strconv.FormatInt(h.agent("anna").Rev, 10)
	got = v.postPart("/undo", url.Values{"revision": {last}, "agent": {"anna"}})
	require.Equal(t, http.StatusOK, got.status)
	require.Contains(t, got.body, "1 setting put back")
	require.Equal(t, "Anna Meier", h.agent("anna").Name)
	require.Equal(t, callas.DirectionAll, h.agent("anna").Direction)
	require.Equal(t, http.StatusBadRequest, v.post("/undo", url.Values{"revision": {"../x"}}).status)
}
