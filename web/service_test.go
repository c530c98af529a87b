package web_test

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
)

func TestAFormThatNobodyTouchedChangesNothing(t *testing.T) {
	expires := time.Date(2031, 5, 4, 12, 30, 0, 0, time.UTC)
	full := &callas.Service{ID: "full", Name: "Full", Unit: "leeds", Hue: 3, Asserted: "+441134960190", Numbers: []callas.Number{
		{E164: "+441134960190", Countries: []string{"GB", "IE"}, Default: true, RightOfUse: callas.RightOfUse{Status: callas.RightVerified, Evidence: "file 7", Expires: &expires}},
		{E164: "+441134960191", Countries: []string{}, RightOfUse: callas.RightOfUse{Status: callas.RightPending}}}}
	h := newHouse(t, full)
	v := h.visitor("demo-admin")
	before := row[callas.Service](h, callas.KindService, "full")
	for _, tab := range []string{"general", "presentation"} {
		form := v.get("/services/full?tab="+tab).form(t, "/services/full")
		require.Equal(t, http.StatusSeeOther, v.post("/services/full", form).status)
	}
	require.Equal(t, before, row[callas.Service](h, callas.KindService, "full"))
}

func TestNumbersAreAddedChangedAndRemoved(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-supervisor")
	form := v.get("/services/help").form(t, "/services/help")
	form.Set("n.0.countries", "gb, ie")
	form.Set("n.0.expires", "2031-05-04")
	for field, value := range map[string]string{"e164": "+44 113 496-0190", "countries": "DE CH", "status": "verified", "evidence": "contract 12"} {
		form.Set("n.1."+field, value)
	}
	form.Set("default", "1")
	after := v.follow(v.post("/services/help", form))
	require.Regexp(t, `Saved \d\d:\d\d:\d\d Undo`, after.text())
	end := time.Date(2031, 5, 4, 23, 59, 59, 0, time.UTC)
	require.Equal(t, []callas.Number{
		{E164: "+442079460100", Countries: []string{"GB", "IE"}, RightOfUse: callas.RightOfUse{Status: callas.RightVerified, Evidence: "reserved for drama by Ofcom", Expires: &end}},
		{E164: "+441134960190", Countries: []string{"CH", "DE"}, Default: true, RightOfUse: callas.RightOfUse{Status: callas.RightVerified, Evidence: "contract 12"}},
	}, row[callas.Service](h, callas.KindService, "help").Numbers)

	form = after.form(t, "/services/help")
	form.Set("n.0.remove", "1")
	v.follow(v.post("/services/help", form))
	numbers := row[callas.Service](h, callas.KindService, "help").Numbers
	require.Len(t, numbers, 1)
	require.Equal(t, "+441134960190", numbers[0].E164)
	require.True(t, numbers[0].Default)
}

func TestWhatTheAPIFindsWrongStandsAtItsFieldAndNothingTypedIsLost(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-supervisor")
	before := row[callas.Service](h, callas.KindService, "help")
	form := v.get("/services/help").form(t, "/services/help")
	form.Set("name", "Help Desk")
	form.Set("n.0.remove", "1")
	form.Set("n.1.e164", "112")
	form.Set("n.1.countries", "QQ")
	for _, header := range [][]string{nil, htmx} {
		got := v.post("/services/help", form, header...)
		require.Equal(t, http.StatusUnprocessableEntity, got.status)
		require.Regexp(t, `value="112"[^>]*aria-invalid="true"[^>]*aria-describedby="n0-e164-wrong"`, got.body, "the removed one before it is not counted")
		require.Regexp(t, `id="n0-e164-wrong">.*emergency number`, got.body)
		require.Regexp(t, `id="n0-countries-wrong">.*is no country`, got.body)
		require.Contains(t, got.body, `value="Help Desk"`)
		require.Equal(t, form.Get("rev"), got.form(t, "/services/help").Get("rev"), "it still is the same row that is edited")
	}
	require.Equal(t, before, row[callas.Service](h, callas.KindService, "help"))
}

func TestAConflictSaysWhoAndLetsOneChoose(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-supervisor")
	form := v.get("/services/help").form(t, "/services/help")
	form.Set("name", "Help Desk")
	h.edit(callas.KindService, "help", map[string]any{"name": "Help Centre", "asserted": "+442079460100", "hue": 5})

	clash := v.post("/services/help", form)
	require.Equal(t, http.StatusConflict, clash.status)
	require.Regexp(t, `Ada Novak changed this at \d\d:\d\d:\d\d`, clash.text())
	require.Contains(t, clash.text(), "Network identity +44 20 7946 0100 you did not touch it")
	require.Contains(t, clash.text(), "Name Help Centre Help Desk")
	require.Equal(t, "Help Centre", row[callas.Service](h, callas.KindService, "help").Name)

	mine := clash.form(t, "/services/help")
	mine.Set("take.name", "mine")
	require.Equal(t, http.StatusSeeOther, v.post("/services/help", mine).status)
	now := row[callas.Service](h, callas.KindService, "help")
	require.Equal(t, "Help Desk", now.Name)
	require.Equal(t, "+442079460100", now.Asserted, "what one did not touch stays another's")
	require.Equal(t, 5, now.Hue)
}

func TestInAConflictTheirsMayStay(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-supervisor")
	form := v.get("/services/help?tab=presentation").form(t, "/services/help")
	form.Set("display_name", "Help Desk")
	form.Set("hue", "7")
	h.edit(callas.KindService, "help", map[string]any{"display_name": "Helpers"})
	choice := v.post("/services/help", form, htmx...).form(t, "/services/help")
	require.Equal(t, "mine", choice.Get("take.hue"), "only one of us changed it")
	choice.Set("take.display_name", "theirs")
	require.Equal(t, http.StatusOK, v.post("/services/help", choice, htmx...).status)
	now := row[callas.Service](h, callas.KindService, "help")
	require.Equal(t, "Helpers", now.DisplayName)
	require.Equal(t, 7, now.Hue)
}

func TestWhoHasToDoWithAServiceIsShownWithUnderWhichProfile(t *testing.T) {
	v := newHouse(t).visitor("demo-supervisor")
	got := v.get("/services/renewals?tab=agents")
	require.Contains(t, got.body, `href="/agents?responsible=renewals"`)
	require.Regexp(t, `Customer Care Campaign may not: why\?`, got.text())
	got = v.get("/services/help?tab=agents")
	require.Regexp(t, `Responsible under Now AM Anna Meier Customer Care Day calls as it BC Ben Carter Customer Care Day calls as it`, got.text())
}

func TestAServiceJoinsAndLeavesDutyProfiles(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-admin")
	join := url.Values{"tab": {"profiles"}, "profile": {"campaign"}, "offer": {"1"}}
	require.Contains(t, v.follow(v.post("/services/help/profiles", join)).text(), "Campaign · Saved")
	require.Equal(t, []string{"help", "renewals"}, sorted(row[callas.Profile](h, callas.KindProfile, "campaign").Services))
	join.Del("offer")
	got := v.post("/services/help/profiles", join, htmx...)
	require.Equal(t, http.StatusOK, got.status)
	require.Equal(t, []string{"renewals"}, row[callas.Profile](h, callas.KindProfile, "campaign").Services)
}

func TestASupervisorOfAnotherUnitReadsAndDoesNotWrite(t *testing.T) {
	h := newHouse(t, &callas.Service{ID: "house", Name: "The House", Unit: "nordhang", Numbers: []callas.Number{}})
	v := h.visitor("leeds-supervisor")
	list := v.get("/services")
	require.Contains(t, list.body, `id="sw-itdesk"`, "their own they may switch")
	require.NotContains(t, list.body, `id="sw-house"`, "what is above they see")
	require.NotContains(t, list.text(), "Help Call Center", "what is beside they do not")

	got := v.get("/services/house")
	require.Contains(t, got.text(), "You may look at this, but not change it.")
	require.NotContains(t, got.body, `id="save"`)
	require.NotContains(t, got.body, `id="delete"`)
	require.Empty(t, got.form(t, "/services/house").Get("name"), "and what is greyed is not sent")

	// Whoever sends it all the same is told by the API, with who may.
	refused := v.post("/services/house", url.Values{"name": {"Mine"}, "rev": {strconv.FormatInt(row[callas.Service](h, callas.KindService, "house").Rev, 10)}, "was": {"{}"}})
	require.Equal(t, http.StatusForbidden, refused.status)
	require.Contains(t, refused.text(), "This lies outside your units. Ask their supervisor.")
	require.Equal(t, http.StatusForbidden, v.post("/services/house/switch", url.Values{"on": {"1"}}, htmx...).status)
	require.Equal(t, "The House", row[callas.Service](h, callas.KindService, "house").Name)
	require.Equal(t, http.StatusNotFound, v.get("/services/help").status)
}

func TestAnAuditorReadsServices(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-auditor")
	require.NotContains(t, v.get("/services").body, `role="switch"`)
	require.NotContains(t, v.get("/services/help").body, `id="save"`)
	got := v.post("/services/help/switch", url.Values{"sure": {"1"}, "reason": {"because"}, "rev": {strconv.FormatInt(row[callas.Service](h, callas.KindService, "help").Rev, 10)}})
	require.Equal(t, http.StatusForbidden, got.status)
	require.Contains(t, got.text(), "Your role does not allow this. Ask a supervisor or an administrator.")
}

func TestWhatAnImporterKeepsIsNotSent(t *testing.T) {
	owned := &callas.Service{ID: "owned", Name: "Owned", Unit: "leeds", Numbers: []callas.Number{},
		Meta: callas.Meta{Source: "directory", Locked: []string{"call_as_enabled", "name"}}}
	h := newHouse(t, owned)
	v := h.visitor("demo-supervisor")
	got := v.get("/services/owned")
	require.Contains(t, got.text(), "The import directory keeps some of these fields.")
	form := got.form(t, "/services/owned")
	require.False(t, form.Has("name"))
	form.Set("asserted", "+441134960190")
	saved := v.post("/services/owned", form)
	require.Equal(t, http.StatusSeeOther, saved.status, saved.body)
	require.Equal(t, "+441134960190", row[callas.Service](h, callas.KindService, "owned").Asserted)
	require.NotContains(t, v.get("/services").body, `id="sw-owned"`)
}

func TestAServiceIsCreatedClosedWithAnIDOfItsName(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("leeds-supervisor")
	form := v.get("/new/service").form(t, "/new/service")
	require.NotContains(t, v.get("/new/service").body, `value="london"`, "only where they may")
	form.Set("name", "Störungs-Hotline  24/7")
	form.Set("unit", "leeds")
	got := v.follow(v.post("/new/service", form))
	require.Contains(t, got.text(), "Störungs-Hotline 24/7 was created")
	require.Contains(t, got.text(), "Nobody is responsible for it")
	require.Contains(t, got.text(), "No number with a verified right of use")
	require.False(t, row[callas.Service](h, callas.KindService, "storungs-hotline-24-7").CallAsEnabled)

	got = v.post("/new/service", form)
	require.Equal(t, http.StatusUnprocessableEntity, got.status)
	require.Contains(t, got.text(), "storungs-hotline-24-7 is taken already")
	for id, want := range map[string]string{"Not An Id": "holds", "": "Give it a name."} {
		got = v.post("/new/service", url.Values{"name": {""}, "id": {id}, "unit": {"leeds"}})
		require.Contains(t, got.text(), want)
	}
	form.Set("id", "theirs")
	form.Set("unit", "london")
	require.Equal(t, http.StatusForbidden, v.post("/new/service", form).status)
}

func TestWhatALinkClaimsToHaveBeenDoneIsNotBelieved(t *testing.T) {
	v := newHouse(t).visitor("demo-supervisor")
	for _, done := range []string{"1", "2", "999999", "x", "-1"} {
		require.NotContains(t, v.get("/services?done="+done).body, `id="undo"`, "others made it, or nobody did")
	}
}
