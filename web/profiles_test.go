package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callas"
)

func TestProfilesAreListedWithTheirServicesAndWhoHasThem(t *testing.T) {
	v := newHouse(t, &callas.Profile{ID: "night", Name: "Night", Unit: "leeds", Services: []string{}}).visitor("demo-supervisor")
	got := v.get("/profiles")
	require.Contains(t, got.text(), "Day day offered everywhere Claims C Help Call Center HC Premium Line PL 1’000 4")
	require.Contains(t, got.text(), "Night night Leeds offers no service 0 0")
	require.Contains(t, got.text(), "Off Duty off offered everywhere Off duty 1’000 0")
	require.Contains(t, got.body, `href="/agents?on_duty=day"`)
	for query, want := range map[string]string{"service=help": "day", "unit=leeds": "night", "q=camp": "campaign", "q=zzz": ""} {
		got := v.get("/profiles?" + query)
		var ids []string
		for _, m := range regexp.MustCompile(`<tr id="p-([^"]*)"`).FindAllStringSubmatch(got.body, -1) {
			ids = append(ids, m[1])
		}
		require.Equal(t, want, strings.Join(ids, " "), query)
	}
}

func TestAProfileIsChanged(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-admin")
	form := v.get("/profiles/day").form(t, "/profiles/day")
	require.Equal(t, []string{"claims", "help", "premium"}, sorted(form["services"]))
	form.Set("name", "Day desk")
	form["services"] = []string{"claims", "itdesk", "help"}
	require.Regexp(t, `Saved \d\d:\d\d:\d\d Undo`, v.follow(v.post("/profiles/day", form)).text())
	now := row[callas.Profile](h, callas.KindProfile, "day")
	require.Equal(t, "Day desk", now.Name)
	require.Equal(t, []string{"claims", "help", "itdesk"}, sorted(now.Services))

	form = v.get("/profiles/day").form(t, "/profiles/day")
	form.Set("off_duty", "1")
	wrong := v.post("/profiles/day", form, htmx...)
	require.Equal(t, http.StatusUnprocessableEntity, wrong.status)
	require.Regexp(t, `id="f-services-wrong">.*must be empty`, wrong.body)
	require.Contains(t, wrong.body, `id="f-off-duty" name="off_duty" value="1" checked`)

	delete(form, "off_duty")
	form["services"] = []string{"claims"}
	h.edit(callas.KindProfile, "day", map[string]any{"services": []string{"help", "premium"}})
	clash := v.post("/profiles/day", form)
	require.Equal(t, http.StatusConflict, clash.status)
	require.Contains(t, clash.text(), "Services Help Call Center, Premium Line Claims")
	choice := clash.form(t, "/profiles/day")
	choice.Set("take.services", "mine")
	require.Equal(t, http.StatusSeeOther, v.post("/profiles/day", choice).status)
	require.Equal(t, []string{"claims"}, row[callas.Profile](h, callas.KindProfile, "day").Services)
}

func TestAServiceThatOneMayNotSeeStaysInAProfile(t *testing.T) {
	h := newHouse(t, &callas.Profile{ID: "mixed", Name: "Mixed", Unit: "leeds", Services: []string{"help", "itdesk"}})
	v := h.visitor("leeds-supervisor")
	got := v.get("/profiles/mixed")
	require.Contains(t, got.text(), "and 1 that you may not see")
	form := got.form(t, "/profiles/mixed")
	require.Equal(t, []string{"itdesk"}, form["services"])
	delete(form, "services")
	require.Equal(t, http.StatusSeeOther, v.post("/profiles/mixed", form).status)
	require.Equal(t, []string{"help"}, row[callas.Profile](h, callas.KindProfile, "mixed").Services)
}

func TestWhatIsOfferedEverywhereASupervisorOnlyReads(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-supervisor")
	got := v.get("/profiles/day")
	require.Contains(t, got.text(), "You may look at this, but not change it.")
	require.NotContains(t, got.body, `id="save"`)
	refused := v.post("/profiles/off/delete", url.Values{"sure": {"1"}, "reason": {"x"}, "rev": {strconv.FormatInt(row[callas.Profile](h, callas.KindProfile, "off").Rev, 10)}})
	require.Equal(t, http.StatusForbidden, refused.status)
	require.Contains(t, refused.text(), "This lies outside your units.")
	require.NotContains(t, v.get("/new/profile").body, `<option value="">`, "they create one for a unit of theirs")
}

func TestAProfileIsCreatedAndDeletedWithWhomItConcerns(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-admin")
	created := v.post("/new/profile", url.Values{"name": {"Late shift"}, "unit": {"leeds"}, "services": {"itdesk"}})
	require.Contains(t, v.follow(created).text(), "Late shift was created")
	require.Equal(t, []string{"itdesk"}, row[callas.Profile](h, callas.KindProfile, "late-shift").Services)

	plan := v.get("/profiles/day/delete")
	require.Contains(t, plan.text(), "4 agents have it active now. They go off duty, and their next calls show their own name. AM Anna Meier BC Ben Carter")
	require.Contains(t, plan.text(), "2 agents call as a service now, and then no longer do")
	require.Contains(t, plan.text(), "1’000 agents have it, and lose what they are responsible for under it")
	form := plan.form(t, "/profiles/day/delete")
	form.Set("reason", " ")
	require.Equal(t, http.StatusUnprocessableEntity, v.post("/profiles/day/delete", form).status)
	form.Set("reason", "replaced by others")
	require.Contains(t, v.follow(v.post("/profiles/day/delete", form)).text(), "Day was deleted")
	require.True(t, gone(h, callas.KindProfile, "day"))
}

func TestEveryPageOfProfilesIsSpokenInBothLanguages(t *testing.T) {
	newHouse(t).visitor("demo-admin").spoken("/profiles", "/profiles?q=zzz", "/profiles/day", "/profiles/off", "/profiles/day/delete", "/new/profile")
}
