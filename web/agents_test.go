package web_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
)

// part asks as htmx does.
func (v *visitor) part(path string) shown {
	v.t.Helper()
	return v.get(path, "HX-Request", "true", "HX-Request-Type", "partial", "HX-Current-URL", v.pages.URL+"/agents")
}

func (v *visitor) postPart(path string, form url.Values) shown {
	v.t.Helper()
	return v.post(path, form, "HX-Request", "true", "HX-Request-Type", "partial", "HX-Current-URL", v.pages.URL+"/agents")
}

var rowID = regexp.MustCompile(`<tr id="r-([^"]+)"`)

// rows are the ids of the agents in a page's table, in its order.
func (s shown) rows() []string {
	ids := []string{}
	for _, m := range rowID.FindAllStringSubmatch(s.body, -1) {
		ids = append(ids, m[1])
	}
	return ids
}

// row is the table's row of an agent.
func (s shown) row(t testing.TB, id string) string {
	t.Helper()
	_, after, found := strings.Cut(s.body, `<tr id="r-`+id+`"`)
	require.True(t, found, id)
	row, _, _ := strings.Cut(after, "</tr>")
	return row
}

// link is where a link of the page leads, by its rel.
func (s shown) link(rel string) string {
	m := regexp.MustCompile(`rel="` + rel + `" href="([^"]+)"`).FindStringSubmatch(s.body)
	if m == nil {
		return ""
	}
	return strings.ReplaceAll(m[1], "&amp;", "&")
}

func TestTheTableTellsOfEachAgentWhatTheyMayAndDo(t *testing.T) {
	h := newHouse(t, &callas.Agent{ID: "yan", Name: "Yan Import", Unit: "care", Enabled: false, Direction: callas.DirectionInternal,
		Meta: callas.Meta{Source: "ldap", Locked: []string{"name"}}})
	got := h.visitor("demo-supervisor").get("/agents?unit=care&q=anna")
	require.Equal(t, http.StatusOK, got.status)
	anna := got.row(t, "anna")
	for _, want := range []string{"Anna Meier", "anna · 2001", "Customer Care", "Nordhang › London", "Day", "External",
		"Allowed: Claims, Help Call Center. Blocked: Premium Line, Renewals.", "2/4", "Help Call Center</span>"} {
		require.Contains(t, anna, want)
	}
	clara := h.visitor("demo-supervisor").get("/agents?q=clara.hughes").body
	require.Contains(t, clara, "No agent matches")
	got = h.visitor("demo-supervisor").get("/agents?q=clara")
	require.Contains(t, got.row(t, "clara"), "withdrawn", "a selection whose right is gone")
	yan := h.visitor("demo-supervisor").get("/agents?q=yan").row(t, "yan")
	require.Contains(t, yan, "ldap keeps some of this agent’s settings")
	require.Contains(t, yan, "No duty profile")
	require.Contains(t, yan, "themselves")
	require.Contains(t, yan, ">off<")
}

func TestTheSentenceAboveTheTableCountsWhatItsLinksShow(t *testing.T) {
	v := newHouse(t).visitor("demo-supervisor")
	got := v.get("/agents")
	require.Contains(t, got.body, "1’000 agents</a> in 4 organisation units")
	require.Contains(t, got.body, `<a href="/agents?may_call_as=any">2 may call as a service now</a>`)
	require.Contains(t, got.body, `<a href="/agents?calling_as=any">2 are calling as one</a>`)
	require.Equal(t, []string{"anna", "ben"}, v.get("/agents?may_call_as=any").rows())
	require.Equal(t, []string{"anna", "ben"}, v.get("/agents?calling_as=any").rows())
}

func TestThePagesOfTheTableHoldEveryAgentOnceBothWays(t *testing.T) {
	v := newHouse(t).visitor("demo-supervisor")
	var forth [][]string
	path, last := "/agents", ""
	for path != "" {
		got := v.get(path)
		forth = append(forth, got.rows())
		last, path = path, got.link("next")
	}
	require.Len(t, forth, 20)
	seen := map[string]bool{}
	for _, page := range forth {
		require.Len(t, page, 50)
		for _, id := range page {
			require.False(t, seen[id], id)
			seen[id] = true
		}
	}
	got := v.get(last)
	require.Contains(t, got.body, "951–1’000 of 1’000")
	for i := len(forth) - 2; i >= 0; i-- { // further back than the URL remembers
		got = v.get(got.link("prev"))
		require.Equal(t, forth[i], got.rows(), "page %d", i+1)
	}
	require.Empty(t, got.link("prev"))
	require.Equal(t, forth[6], v.get("/agents?page=7").rows(), "a page by its number alone")
	require.Equal(t, forth[19], v.get("/agents?page=99").rows(), "behind the last is the last")
}

func TestEachFilterIsTheAPIsOwn(t *testing.T) {
	v := newHouse(t).visitor("demo-supervisor")
	for _, query := range []string{"unit=leeds", "responsible=premium", "direction=none", "on_duty=day", "may_call_as=help", "calling_as=help", "profile=day", "enabled=false", "q=meier", "unit=care&direction=all&q=be"} {
		filter, err := url.ParseQuery(query)
		require.NoError(t, err)
		page, err := v.api.List(t.Context(), callas.KindAgent, filter, 1)
		require.NoError(t, err)
		require.NotZero(t, page.Total, query)
		got := v.part("/agents?" + query)
		require.Contains(t, got.body, fmt.Sprintf(`data-total="%d"`, page.Total), query)
		require.NotContains(t, got.body, "<html", "a part")
		require.NotEmpty(t, got.header.Get("HX-Push-Url"), "the address follows")
	}
	require.Empty(t, v.part("/agents?q=&unit=").header.Get("HX-Push-Url"), "what is not said is not in the address")
	got := v.get("/agents?unit=leeds&calling_as=help")
	require.Contains(t, got.body, `<option value="leeds" selected>Nordhang › Leeds</option>`)
	require.Contains(t, got.body, `<select name="calling_as">`, "nothing filters unseen")
	require.Contains(t, v.get("/agents?unit=gone").body, "there is no unit &#34;gone&#34;")
}

func TestRowsAreAskedForAloneAndTellWhoIsGone(t *testing.T) {
	v := newHouse(t).visitor("demo-supervisor")
	got := v.part("/agents/rows?ids=anna,nobody,olivia.smith")
	require.Equal(t, http.StatusOK, got.status)
	require.Equal(t, []string{"anna", "olivia.smith"}, got.rows())
	require.Contains(t, got.body, `class="flash"`)
	require.Contains(t, got.body, `<hx-partial id="r-nobody" hx-swap="delete">`)
	require.Equal(t, "/agents", v.get("/agents/rows?ids=anna").header.Get("Location"), "rows alone are no page")
	require.Equal(t, http.StatusNotFound, v.get("/agents/rows").status, "there is no agent called rows")
	require.Regexp(t, `^1’000 agents in 4 organisation units · \d+ may call as a service now · 2 are calling as one$`, v.part("/agents.counts").words())
	require.Equal(t, "/agents", v.get("/agents.counts").header.Get("Location"), "counts alone are no page")
}

// The table follows what is changed: a stream tells of it, and the script asks for the rows.
func TestTheTableIsToldOfChanges(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-supervisor")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.pages.URL+"/events?topic=changes", nil)
	require.NoError(t, err)
	res, err := v.http.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	require.Equal(t, "text/event-stream", res.Header.Get("Content-Type"))
	lines := bufio.NewScanner(res.Body)
	next := func(event string) string {
		for lines.Scan() {
			if lines.Text() == "event: "+event {
				for lines.Scan() {
					if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
						return data
					}
				}
			}
		}
		return ""
	}
	require.Contains(t, next("hello"), `"revision"`)
	v.postPart("/agents/anna", h.set("anna", "direction", url.Values{"direction": {"all"}}))
	require.Contains(t, next("change"), `"edits":[{"kind":"agent","id":"anna"}]`)
}

func TestWhoMayReadTheTable(t *testing.T) {
	h := newHouse(t)
	require.Equal(t, http.StatusSeeOther, h.visitor("").get("/agents").status)
	require.Equal(t, http.StatusForbidden, h.visitor("demo-agent-anna").get("/agents").status)
	auditor := h.visitor("demo-auditor").get("/agents").body
	require.NotContains(t, auditor, "c-bulk", "an auditor changes nothing")
	require.NotContains(t, auditor, "/agent/new")
}

func TestASupervisorOfSomeUnitsSeesThoseAndIsToldSo(t *testing.T) {
	sum := sha256.Sum256([]byte("LOUSECRET"))
	h := newHouse(t, &callas.AccessToken{ID: "lou", Hash: hex.EncodeToString(sum[:]), CreatedAt: time.Now(),
		Principal: callas.Principal{Name: "lou", Role: callas.RoleSupervisor, Units: []string{"london"}}})
	lou := h.visitor("callas_lou_LOUSECRET")
	got := lou.get("/agents")
	require.Contains(t, got.body, "668 agents</a> in the 3 units that you see: London and below")
	require.NotContains(t, got.body, "Leeds")
	require.Equal(t, http.StatusNotFound, lou.get("/agents/emil").status)
	require.NotContains(t, lou.get("/agents.csv").body, "emil,")
	require.Contains(t, lou.postPart("/bulk", url.Values{"all": {"1"}, "query": {""}}).body, "Edit 668 agents")
	refused := lou.postPart("/agents/anna", h.set("anna", "details", url.Values{"name": {"Anna Meier"}, "unit": {"leeds"}}))
	require.Equal(t, http.StatusForbidden, refused.status)
	require.Contains(t, refused.body, "This lies outside your units.")
	require.Equal(t, "care", h.agent("anna").Unit)
}

func TestTheExportIsWhatTheFilterMatches(t *testing.T) {
	h := newHouse(t, &callas.Agent{ID: "yan", Name: `=HYPERLINK("x")`, Unit: "care", Direction: callas.DirectionNone, Number: "+442079460999"},
		&callas.Agent{ID: "zoe", Name: "＝1+1", Unit: "care", Direction: callas.DirectionNone})
	got := h.visitor("demo-supervisor").get("/agents.csv?unit=care")
	require.Equal(t, "text/csv; charset=utf-8", got.header.Get("Content-Type"))
	table, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(got.body, "\ufeff"))).ReadAll()
	require.NoError(t, err)
	require.Len(t, table, 450)
	byID := map[string][]string{}
	for _, row := range table {
		byID[row[0]] = row
	}
	require.Equal(t, []string{"anna", "Anna Meier", "Nordhang › London › Customer Care", "true", "external", "+442079460201",
		"sip:anna@nordhang.example 2001 +442079460201", "day campaign off", "campaign:renewals day:help day:claims", "day", "help", "claims help", ""}, byID["anna"])
	require.Equal(t, `'=HYPERLINK("x")`, byID["yan"][1], "a name is no formula")
	require.Equal(t, "'＝1+1", byID["zoe"][1], "nor in the wide signs that some spreadsheets read alike")
	require.Empty(t, byID["clara"][10], "a withdrawn selection is not called as")
	require.Equal(t, http.StatusSeeOther, h.visitor("").get("/agents.csv").status)
}

func TestTheTableSpeaksBothLanguagesWhole(t *testing.T) {
	v := newHouse(t).visitor("demo-supervisor")
	for _, path := range []string{"/agents", "/agents?q=nobody.at.all", "/agents/anna", "/agents/clara", "/agents/anna/delete", "/agent/new"} {
		for lang, word := range map[string]string{"en": "Agents", "de": "Mitarbeitende"} {
			got := v.get(path, "Accept-Language", lang)
			require.Equal(t, http.StatusOK, got.status, path)
			require.NotContains(t, got.body, "⟦", "%s %s", path, lang)
			require.Contains(t, got.body, word, path)
			require.NotRegexp(t, `(?i)<script>|<style| style=| on[a-z]+="`, got.body, path)
		}
	}
}

func TestANewCompanyIsToldWhereToBegin(t *testing.T) {
	v := over(t, nil, []callas.Row{&callas.Unit{ID: "london", Name: "London"}}).visitor("demo-admin")
	page := v.get("/agents").body
	require.Contains(t, page, "No agents yet")
	require.Regexp(t, `(?s)<li class="done"><a href="/new/unit">.*<li><a href="/new/service">.*<li><a href="/new/profile">.*<li><a href="/agent/new">`, page)
	require.NotContains(t, v.get("/agents?q=anna").body, "/new/service", "nobody who matches is another thing")
	require.NotContains(t, over(t, nil).visitor("demo-auditor").get("/agents").body, "/new/unit", "who may not begin is told no steps")
}
