package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"callas"
)

func TestUnitsAreATreeWithWhatIsInThem(t *testing.T) {
	got := newHouse(t).visitor("demo-supervisor").get("/units")
	require.Contains(t, got.text(), "Nordhang nordhang 1’000 5 2 Below Nordhang Leeds leeds 222 1 0 Below Leeds London london 668 4 1 Below London Customer Care care 447 0 0 Below")
	require.Regexp(t, `<tr id="u-care".*?class="who in2"`, regexp.MustCompile(`\s+`).ReplaceAllString(got.body, " "), "two levels down")
	require.Contains(t, got.body, `href="/agents?unit=care"`)
}

func TestASupervisorSeesTheirUnitsAndWhatIsAboveGreyed(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("london-supervisor")
	got := v.get("/units")
	require.Contains(t, got.text(), "2 units, each with its supervisors.")
	require.Contains(t, got.text(), "Nordhang above your units")
	require.NotContains(t, got.body, `href="/units/nordhang"`)
	require.NotContains(t, got.text(), "Leeds")

	// Their own unit is another's to edit; those below are theirs.
	require.NotContains(t, v.get("/units/london").body, `id="save"`)
	require.Contains(t, v.get("/units/london").body, `href="/new/unit?parent=london"`)
	require.Contains(t, v.get("/units/care").body, `id="save"`)
	refused := v.post("/new/unit", url.Values{"name": {"Mine"}, "parent": {""}})
	require.Equal(t, http.StatusForbidden, refused.status)
	require.Contains(t, refused.text(), "This lies outside your units.")
}

func TestAUnitIsRenamedMovedAndGivenANumber(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-admin")
	got := v.get("/units/care")
	require.NotContains(t, got.body, `<option value="care"`, "nothing lies below itself")
	form := got.form(t, "/units/care")
	form.Set("name", "Care")
	form.Set("parent", "leeds")
	form.Set("asserted", "+44 113 496 0190")
	require.Regexp(t, `Saved \d\d:\d\d:\d\d Undo`, v.follow(v.post("/units/care", form)).text())
	now := row[callas.Unit](h, callas.KindUnit, "care")
	require.Equal(t, []string{"Care", "leeds", "+441134960190"}, []string{now.Name, now.Parent, now.Asserted})

	form = v.get("/units/care").form(t, "/units/care")
	form.Set("asserted", "911")
	wrong := v.post("/units/care", form, htmx...)
	require.Equal(t, http.StatusUnprocessableEntity, wrong.status)
	require.Regexp(t, `id="f-asserted-wrong">.*emergency number`, wrong.body)

	form.Set("asserted", "")
	h.edit(callas.KindUnit, "care", map[string]any{"name": "Caring"})
	clash := v.post("/units/care", form)
	require.Equal(t, http.StatusConflict, clash.status)
	require.Contains(t, clash.text(), "Name Caring you did not touch it")
	require.Equal(t, http.StatusSeeOther, v.post("/units/care", clash.form(t, "/units/care")).status)
	now = row[callas.Unit](h, callas.KindUnit, "care")
	require.Equal(t, []string{"Caring", ""}, []string{now.Name, now.Asserted})
}

func TestAUnitIsDeletedOnlyWhenNothingIsInIt(t *testing.T) {
	h := newHouse(t, &callas.Profile{ID: "night", Name: "Night", Unit: "london", Services: []string{}})
	v := h.visitor("demo-admin")
	got := v.get("/units/london/delete")
	require.Contains(t, got.text(), "It cannot be deleted while something is in it. Move or delete this first: 668 agents, in it and below 4 services, in it and below 1 unit right below it 1 duty profile, in it and below")
	require.NotContains(t, got.body, `name="reason"`)

	form := v.get("/new/unit?parent=leeds").form(t, "/new/unit")
	require.Equal(t, "leeds", form.Get("parent"))
	form.Set("name", "Harrogate")
	require.Contains(t, v.follow(v.post("/new/unit", form)).text(), "Harrogate was created")
	form = v.get("/units/harrogate/delete").form(t, "/units/harrogate/delete")
	form.Set("reason", "closed")

	_, err := h.api.Create(t.Context(), callas.KindProfile, "spa", map[string]any{"name": "Spa", "unit": "harrogate", "services": []string{}}, "")
	require.NoError(t, err)
	got = v.post("/units/harrogate/delete", form)
	require.Contains(t, got.text(), "It cannot be deleted while something is in it.", "it has come in since the page was made")
	require.NoError(t, h.api.Delete(t.Context(), callas.KindProfile, "spa", ""))
	require.Contains(t, v.follow(v.post("/units/harrogate/delete", form)).text(), "Harrogate was deleted")
	require.True(t, gone(h, callas.KindUnit, "harrogate"))
}

func TestEveryPageOfUnitsIsSpokenInBothLanguages(t *testing.T) {
	newHouse(t).visitor("demo-admin").spoken("/units", "/units/london", "/units/care", "/units/london/delete", "/new/unit")
}
