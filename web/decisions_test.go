package web_test

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
)

var decisionLine = regexp.MustCompile(`(?s)<tr id="dec-(\w+)".*?</tr>`)

// lines are the decisions of a page by their ids, and each row's words.
func lines(body string) (ids, words []string) {
	for _, m := range decisionLine.FindAllStringSubmatch(body, -1) {
		ids = append(ids, m[1])
		words = append(words, shown{body: m[0]}.words())
	}
	return ids, words
}

// storied puts the scenario of the use case and some more on record, and returns the ids.
func storied(h *house) (service, skype, emergency, unknown callas.Decision) {
	h.call("anna", "+41791234567", &service)
	h.call("2001", "sip:customer@partner.example", &skype)
	h.call("clara", "112", &emergency)
	h.call("mallory", "+442079460999", &unknown)
	return service, skype, emergency, unknown
}

func TestDecisionsAreToldNewestFirstAndMasked(t *testing.T) {
	h := newHouse(t)
	service, skype, emergency, unknown := storied(h)
	got := h.visitor("demo-auditor").get("/decisions")
	ids, words := lines(got.body)
	require.Equal(t, []string{unknown.ID, emergency.ID, skype.ID, service.ID}, ids)
	require.Regexp(t, `^\d\d:\d\d:\d\d mallory \+44••••••••99 Their selection What the platform shows Agent unknown [\d,’]+ µs kamailio$`, words[0])
	require.Regexp(t, `Clara Hughes 112 Their selection CH Clara Hughes Themself Emergency`, words[1])
	require.Regexp(t, `Anna Meier sip:\*\*\*@partner.example Their selection AM Anna Meier Themself Direction`, words[2])
	require.Regexp(t, `Anna Meier \+41•••••••67 Their selection HC Help Call Center \+44 20 7946 0100 As the service`, words[3])
	require.NotContains(t, got.body, "791234567")
}

func TestDecisionsAreFilteredByTheirAddress(t *testing.T) {
	h := newHouse(t)
	service, skype, emergency, unknown := storied(h)
	v := h.visitor("demo-auditor")
	for query, want := range map[string][]string{
		"agent=Anna+Meier":      {skype.ID, service.ID},
		"agent=mallory":         {unknown.ID},
		"as=service":            {service.ID},
		"reason=direction":      {skype.ID},
		"class=emergency":       {emergency.ID},
		"service=help&as=agent": nil,
		"from=2000-01-01T00:00&to=2001-01-01T00:00": nil,
		"from=2000-01-01T00:00":                     {unknown.ID, emergency.ID, skype.ID, service.ID},
	} {
		got := v.get("/decisions?" + query)
		ids, _ := lines(got.body)
		require.Equal(t, want, ids, query)
		require.Contains(t, got.words(), "Clear the filter", query)
		part := v.get("/decisions?"+query, "HX-Request", "true").body
		require.True(t, strings.HasPrefix(part, `<div id="log">`), query)
		if want == nil {
			require.Contains(t, got.words(), "No decision matches.")
		}
	}
	require.Contains(t, v.get("/decisions?from=yesterday").body, "is no time")
}

func TestOlderDecisionsAreOnTheNextPage(t *testing.T) {
	h := newHouse(t)
	var d, first callas.Decision
	h.call("anna", "+41791234567", &first)
	for range 50 {
		h.call("ben", "+41791234567", &d)
	}
	v := h.visitor("demo-auditor")
	got := v.get("/decisions?as=service")
	ids, _ := lines(got.body)
	require.Len(t, ids, 50)
	require.NotContains(t, ids, first.ID)
	require.Contains(t, got.body, `src="/events?as=service&amp;topic=decisions"`)
	next := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindStringSubmatch(got.body)
	require.NotNil(t, next)
	older := v.get(strings.ReplaceAll(next[1], "&amp;", "&"))
	ids, _ = lines(older.body)
	require.Equal(t, []string{first.ID}, ids)
	require.NotContains(t, older.body, "<c-feed", "what comes does not belong on this page")
	require.Contains(t, older.body, `rel="prev" href="/decisions?as=service"`)
}

func TestWhoHasNoDecisionsYetIsToldHowToSendACall(t *testing.T) {
	got := newHouse(t).visitor("demo-auditor").get("/decisions")
	require.Contains(t, got.words(), "No call has been asked about yet. Send one: curl http://127.0.0.1:8181/v1/resolve -H 'Content-Type: application/json'")
}

func TestADecisionIsShownWithAllThatIsOnRecord(t *testing.T) {
	h := newHouse(t)
	_, skype, _, _ := storied(h)
	v := h.visitor("demo-supervisor")
	got := v.get("/decisions/" + skype.ID)
	require.Contains(t, got.words(), "Went out under their own name")
	require.Contains(t, got.words(), "The allowed direction does not cover this target.")
	require.Contains(t, got.body, `href="/why?at=`+skype.ID+`"`)
	require.True(t, strings.HasPrefix(v.get("/decisions/"+skype.ID, "HX-Request", "true").body, `<div class="dr">`))
	require.Equal(t, http.StatusNotFound, v.get("/decisions/NOSUCH").status)
}

func TestAnAgentSeesTheirOwnCallsOnly(t *testing.T) {
	h := newHouse(t)
	service, skype, emergency, _ := storied(h)
	v := h.visitor("demo-agent-anna")
	got := v.get("/decisions")
	ids, _ := lines(got.body)
	require.Equal(t, []string{skype.ID, service.ID}, ids)
	require.NotContains(t, got.body, `name="agent"`)
	require.Equal(t, http.StatusNotFound, v.get("/decisions/"+emergency.ID).status)
}

func TestAnExportIsMaskedAndNoFormula(t *testing.T) {
	h := newHouse(t, &callas.Agent{ID: "eve", Name: `=HYPERLINK("http://evil.example")`, Unit: "care", Enabled: true, Number: "+442079460299",
		Direction: callas.DirectionAll})
	var d callas.Decision
	h.call("eve", "+41791234567", &d)
	h.call("anna", "+41791234567", &d)
	v := h.visitor("demo-auditor")
	got := v.get("/decisions/export?agent=eve&format=csv")
	require.Equal(t, http.StatusOK, got.status)
	require.Regexp(t, `^attachment; filename="callas-decisions-\d{4}-\d\d-\d\d\.csv"$`, got.header.Get("Content-Disposition"))
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(got.body, "\ufeff"))).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 2, "the header and what the filter selects")
	cell := func(name string) string {
		for i, column := range rows[0] {
			if column == name {
				return rows[1][i]
			}
		}
		return "no such column"
	}
	require.Equal(t, `'=HYPERLINK("http://evil.example")`, cell("shown_name"))
	require.Equal(t, "'+41*******67", cell("callee"))
	require.Equal(t, "eve", cell("agent"))
	for _, row := range rows {
		for _, c := range row {
			require.NotRegexp(t, `^([=\-@]|\+.*\D)`, c)
		}
	}
	lines := strings.Split(strings.TrimSpace(v.get("/decisions/export?format=jsonl").body), "\n")
	require.Len(t, lines, 2)
	var item map[string]any
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &item))
	require.Equal(t, "anna", item["agent"])
	own := h.visitor("demo-agent-anna").get("/decisions/export?format=csv").body
	require.NotContains(t, own, ",eve,", "an agent exports no more than they see")
}

func TestNewDecisionsAppearByThemselves(t *testing.T) {
	h := newHouse(t)
	var old, news callas.Decision
	h.call("anna", "+41791234567", &old)
	v := h.visitor("demo-supervisor")
	stream := v.stream("/events?topic=decisions&agent=anna")
	first := stream.until("hx-partial")
	require.Contains(t, first, `hx-swap="innerHTML"`)
	require.Contains(t, first, `id="dec-`+old.ID)
	h.call("ben", "+41791234567", &news) // is not asked for
	h.call("anna", "112", &news)
	then := stream.until("hx-partial")
	require.Contains(t, then, `hx-swap="afterbegin"`)
	ids, _ := lines(then)
	require.Equal(t, []string{news.ID}, ids)
}

func TestDecisionsAreSpokenInBothLanguages(t *testing.T) {
	h := newHouse(t)
	service, skype, _, _ := storied(h)
	for _, lang := range []string{"en", "de"} {
		for _, by := range []string{"demo-supervisor", "demo-auditor", "demo-agent-anna"} {
			v := h.visitor(by)
			for _, path := range []string{"/decisions", "/decisions?as=agent&class=im", "/decisions?reason=stale", "/decisions/" + service.ID, "/decisions/" + skype.ID} {
				got := v.get(path, "Accept-Language", lang)
				require.NotContains(t, got.body, "⟦", path)
				require.NotRegexp(t, `<script>|<style| style=| on[a-z]+=`, got.body)
			}
		}
	}
}

// A streamShown is a page's stream as its script reads it.
type streamShown struct {
	t  testing.TB
	in *bufio.Reader
}

func (v *visitor) stream(path string) *streamShown {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.pages.URL+path, nil)
	require.NoError(v.t, err)
	res, err := v.http.Do(req)
	require.NoError(v.t, err)
	v.t.Cleanup(func() { res.Body.Close() })
	require.Equal(v.t, http.StatusOK, res.StatusCode)
	return &streamShown{v.t, bufio.NewReader(res.Body)}
}

// until reads events up to one that has a text, and returns its data.
func (s *streamShown) until(text string) string {
	s.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for data := ""; time.Now().Before(deadline); {
		line, err := s.in.ReadString('\n')
		require.NoError(s.t, err)
		switch {
		case strings.HasPrefix(line, "data: "):
			data += strings.TrimPrefix(line, "data: ")
		case line == "\n" && strings.Contains(data, text):
			return data
		case line == "\n":
			data = ""
		}
	}
	require.Fail(s.t, "nothing was told", text)
	return ""
}
