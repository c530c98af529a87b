package web_test

import (
	"encoding/json"
	"fmt"
	"html"
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

// row reads a row as an administrator.
func row[R any](h *house, k callas.Kind, id string) (r R) {
	h.t.Helper()
	text, err := h.api.Row(h.t.Context(), k, id)
	require.NoError(h.t, err)
	require.NoError(h.t, json.Unmarshal(text, &r))
	return r
}

// gone reports whether a row is not there.
func gone(h *house, k callas.Kind, id string) bool {
	h.t.Helper()
	_, err := h.api.Row(h.t.Context(), k, id)
	var p *client.Problem
	require.ErrorAs(h.t, err, &p)
	return p.Says("not-found")
}

// edit changes a row as an administrator.
func (h *house) edit(k callas.Kind, id string, patch map[string]any) {
	h.t.Helper()
	_, err := h.api.Patch(h.t.Context(), k, id, patch, "", "")
	require.NoError(h.t, err)
}

var (
	anyForm   = regexp.MustCompile(`(?s)<form[^>]*action="([^"]*)"[^>]*>(.*?)</form>`)
	anyInput  = regexp.MustCompile(`<input\b[^>]*>`)
	anySelect = regexp.MustCompile(`(?s)<select\b[^>]*name="([^"]*)"[^>]*>(.*?)</select>`)
	fieldsets = regexp.MustCompile(`(?s)<fieldset[^>]* disabled[^>]*>.*?</fieldset>`)
	attribute = regexp.MustCompile(`\b(name|value|type)="([^"]*)"`)
	chosen    = regexp.MustCompile(`<option value="([^"]*)" selected`)
	firstOne  = regexp.MustCompile(`<option value="([^"]*)"`)
	bareTags  = regexp.MustCompile(`<[^>]*>`)
)

// form reads the fields of a form as a browser would send them, untouched.
func (s shown) form(t testing.TB, action string) url.Values {
	t.Helper()
	for _, m := range anyForm.FindAllStringSubmatch(s.body, -1) {
		if html.UnescapeString(m[1]) != action {
			continue
		}
		out, body := url.Values{}, fieldsets.ReplaceAllString(m[2], "")
		for _, tag := range anyInput.FindAllString(body, -1) {
			at := map[string]string{}
			for _, a := range attribute.FindAllStringSubmatch(tag, -1) {
				at[a[1]] = html.UnescapeString(a[2])
			}
			choice := at["type"] == "checkbox" || at["type"] == "radio"
			if at["name"] != "" && !strings.Contains(tag, " disabled") && (!choice || strings.Contains(tag, " checked")) {
				out.Add(at["name"], at["value"])
			}
		}
		for _, m := range anySelect.FindAllStringSubmatch(body, -1) {
			option := chosen.FindStringSubmatch(m[2])
			if option == nil {
				option = firstOne.FindStringSubmatch(m[2])
			}
			if option != nil {
				out.Set(m[1], option[1])
			}
		}
		return out
	}
	require.Fail(t, "there is no such form", "%s in %s", action, s.body)
	return nil
}

// text is what a page says, without its tags.
func (s shown) text() string {
	return strings.Join(strings.Fields(html.UnescapeString(bareTags.ReplaceAllString(s.body, " "))), " ")
}

// follow goes where a page sends its reader.
func (v *visitor) follow(got shown) shown {
	v.t.Helper()
	require.Equal(v.t, http.StatusSeeOther, got.status, got.body)
	return v.get(got.header.Get("Location"))
}

func TestServicesAreListedWithWhatHangsOnThem(t *testing.T) {
	v := newHouse(t).visitor("demo-supervisor")
	got := v.get("/services")
	require.Equal(t, http.StatusOK, got.status)
	text := got.text()
	require.Contains(t, text, "5 services · 4 are open for calling as")
	require.Contains(t, text, "Help Call Center help +44 20 7946 0100 London Nordhang Day Open 2 2")
	require.Contains(t, text, "IT Desk itdesk +44 20 7946 0103 Leeds Nordhang in none Open 0 0")
	require.Contains(t, text, "Premium Line premium +44 20 7946 0104 London Nordhang Day Closed 0 0")
	require.Contains(t, got.body, `href="/agents?may_call_as=help"`)
	require.Contains(t, got.body, `href="/agents?calling_as=help"`)
	require.Regexp(t, `id="sw-help" role="switch" aria-checked="true"`, got.body)

	part := v.get("/services", htmx...)
	require.True(t, strings.HasPrefix(part.body, `<section id="results"`), part.body)
	require.NotContains(t, part.body, "<html")
}

func TestServicesAreFiltered(t *testing.T) {
	expires := time.Now().Add(20 * 24 * time.Hour)
	ending := &callas.Service{ID: "ending", Name: "Ending", Unit: "leeds", Numbers: []callas.Number{
		{E164: "+441134960190", Countries: []string{}, RightOfUse: callas.RightOfUse{Status: callas.RightVerified, Expires: &expires}}}}
	v := newHouse(t, ending).visitor("demo-supervisor")
	for query, want := range map[string]string{
		"q=prem":                          "premium",
		"unit=leeds":                      "ending itdesk",
		"state=closed":                    "ending premium",
		"state=open&unit=london":          "claims help renewals",
		"warning=nobody_responsible":      "ending",
		"warning=number_expires":          "ending",
		"warning=any":                     "ending",
		"warning=no_usable_number":        "",
		"q=nothing+at+all&unit=&warning=": "",
	} {
		got := v.get("/services?" + query)
		var ids []string
		for _, m := range regexp.MustCompile(`<tr id="s-([^"]*)"`).FindAllStringSubmatch(got.body, -1) {
			ids = append(ids, m[1])
		}
		require.Equal(t, want, strings.Join(ids, " "), query)
		if want == "" {
			require.Contains(t, got.text(), "No service matches")
		}
	}
	require.Contains(t, v.get("/services?q=ending").text(), "The right to use +44 113 496 0190 ends on "+expires.UTC().Format("02.01.2006"))
	require.Equal(t, http.StatusBadRequest, v.get("/services?unit=nowhere").status, "what names nothing is not an empty list")
}

func TestTheSwitchHasItsNameAndSaysWhomItReaches(t *testing.T) {
	got := newHouse(t).visitor("demo-supervisor").get("/services/help")
	require.Contains(t, got.text(), "Enable Service for Conversation as a Service All agents in London and below may then be allowed to call as this service.")
	require.Equal(t, "1", got.form(t, "/services/help/switch").Get("on"))
}

func TestClosingAServiceShowsFirstWhoDropsAndAsksWhy(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-supervisor")
	plan := v.post("/services/help/switch", nil)
	require.Contains(t, plan.text(), "2 agents call as it now. Their next calls show their own name. AM Anna Meier BC Ben Carter")
	require.Contains(t, plan.text(), "2 agents may call as it now, and then no longer may")
	require.True(t, row[callas.Service](h, callas.KindService, "help").CallAsEnabled, "nothing is changed before it is confirmed")

	form := plan.form(t, "/services/help/switch")
	got := v.post("/services/help/switch", form)
	require.Equal(t, http.StatusUnprocessableEntity, got.status)
	require.Contains(t, got.text(), "Say why")
	require.True(t, row[callas.Service](h, callas.KindService, "help").CallAsEnabled, "nor without a reason")

	form.Set("reason", "campaign over")
	h.edit(callas.KindService, "help", map[string]any{"hue": 3})
	got = v.post("/services/help/switch", form)
	require.Equal(t, http.StatusConflict, got.status, "what was confirmed is not what would be done")
	require.Contains(t, got.text(), "It was changed since you looked.")
	form = got.form(t, "/services/help/switch")
	require.Equal(t, "campaign over", form.Get("reason"))
	after := v.follow(v.post("/services/help/switch", form))
	require.False(t, row[callas.Service](h, callas.KindService, "help").CallAsEnabled)
	require.Regexp(t, `Saved \d\d:\d\d:\d\d Undo`, after.text())
	var changes struct {
		Items []struct{ Reason, Actor string }
	}
	require.NoError(t, h.api.Do(t.Context(), client.Request{Method: http.MethodGet, Path: "/v1/changes", Query: url.Values{"limit": {"1"}}}, &changes))
	require.Equal(t, "campaign over", changes.Items[0].Reason)
	require.Equal(t, "Regula Keller", changes.Items[0].Actor)

	after = v.follow(v.post("/undo", after.form(t, "/undo")))
	require.True(t, row[callas.Service](h, callas.KindService, "help").CallAsEnabled)
	require.Contains(t, after.text(), "Help Call Center is as it was before")
}

func TestAPlanTellsWhoMayNotCarryItOut(t *testing.T) {
	got := newHouse(t).visitor("demo-auditor").get("/services/help/delete")
	require.Contains(t, got.text(), "2 agents call as it now.")
	require.Contains(t, got.text(), "You may look at this, but not do it. Your role does not allow this. Ask a supervisor or an administrator.")
	require.NotContains(t, got.body, `name="reason"`)
}

func TestOpeningAServiceTakesNoQuestion(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-supervisor")
	form := v.get("/services").form(t, "/services/premium/switch")
	got := v.follow(v.post("/services/premium/switch", form))
	require.True(t, row[callas.Service](h, callas.KindService, "premium").CallAsEnabled)
	require.Regexp(t, `Premium Line · Saved \d\d:\d\d:\d\d Undo`, got.text())
	require.Contains(t, got.text(), "5 are open for calling as")

	h.edit(callas.KindService, "premium", map[string]any{"call_as_enabled": false})
	got = v.post("/services/premium/switch", form, htmx...)
	require.Equal(t, http.StatusOK, got.status)
	require.Contains(t, got.body, `<hx-partial hx-target="#done"`)
	require.Regexp(t, `id="sw-premium" role="switch" aria-checked="true"`, got.body)
}

func TestWhatElseWasChangedDoesNotStandInASwitchsWay(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-supervisor")
	form := v.get("/services/premium").form(t, "/services/premium/switch")
	h.edit(callas.KindService, "premium", map[string]any{"name": "Premium"})
	form.Set("on", "1")
	require.Equal(t, http.StatusSeeOther, v.post("/services/premium/switch", form).status)
	now := row[callas.Service](h, callas.KindService, "premium")
	require.True(t, now.CallAsEnabled)
	require.Equal(t, "Premium", now.Name)
}

func TestDeletingAServiceShowsWhatItTakesAlong(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-supervisor")
	plan := v.get("/services/help/delete")
	require.Contains(t, plan.text(), "2 agents call as it now.")
	require.Regexp(t, `\d+ agents are responsible for it, and then no longer are 1 duty profile loses it`, plan.text())
	form := plan.form(t, "/services/help/delete")
	form.Set("reason", "merged into claims")
	after := v.follow(v.post("/services/help/delete", form))
	require.True(t, gone(h, callas.KindService, "help"))
	require.Contains(t, after.text(), "Help Call Center was deleted")
	require.Contains(t, after.text(), "only an administrator can undo it", "it was part of a profile that is everybody's")
	require.NotContains(t, after.body, `id="undo"`)
}

func TestADeletionIsUndoneWithAllThatItTookAlong(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-admin")
	form := v.get("/services/help/delete").form(t, "/services/help/delete")
	form.Set("reason", "by mistake")
	after := v.follow(v.post("/services/help/delete", form))
	after = v.follow(v.post("/undo", after.form(t, "/undo")))
	require.Contains(t, after.text(), "Help Call Center is as it was before")
	require.Contains(t, row[callas.Profile](h, callas.KindProfile, "day").Services, "help")
}

func TestEveryPageOfServicesIsSpokenInBothLanguages(t *testing.T) {
	newHouse(t).visitor("demo-admin").spoken("/services", "/services?q=zzz", "/new/service", "/services/help", "/services/help?tab=agents",
		"/services/help?tab=profiles", "/services/help?tab=presentation", "/services/help/delete", "/services/itdesk?tab=agents")
}

// spoken looks at pages and their parts in each language.
func (v *visitor) spoken(paths ...string) {
	v.t.Helper()
	for _, path := range paths {
		for _, lang := range []string{"en", "de"} {
			got := v.get(path, "Accept-Language", lang)
			require.Equal(v.t, http.StatusOK, got.status, path)
			require.NotContains(v.t, got.body, "⟦", path)
			require.Contains(v.t, got.body, `<html lang="`+lang)
			part := v.get(path, "Accept-Language", lang, "HX-Request", "true")
			require.NotContains(v.t, part.body, "⟦", path)
		}
	}
}

func TestALongListIsPaged(t *testing.T) {
	var many []callas.Row
	for i := range 60 {
		many = append(many, &callas.Service{ID: fmt.Sprintf("s%02d", i), Name: fmt.Sprintf("Service %02d", i), Unit: "leeds", Numbers: []callas.Number{}})
	}
	v := newHouse(t, many...).visitor("demo-supervisor")
	got := v.get("/services?unit=leeds")
	require.Contains(t, got.text(), "1–50 of 61 Page 1 of 2 Next")
	require.Contains(t, got.body, `rel="next" href="/services?page=2&amp;unit=leeds"`)
	require.NotContains(t, got.body, `id="s-s59"`)
	last := v.get("/services?unit=leeds&page=2")
	require.Contains(t, last.body, `id="s-s59"`)
	require.Contains(t, last.body, `rel="prev" href="/services?unit=leeds"`)
	require.Contains(t, v.get("/services?unit=leeds&page=99").text(), "51–61 of 61")
}
