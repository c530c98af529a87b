package web_test

import (
	"encoding/csv"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/client"
	"callas/web"
)

// change merges a patch into a row, as an administrator and for a reason.
func (h *house) change(path string, patch any, reason string) {
	h.t.Helper()
	require.NoError(h.t, h.api.Do(h.t.Context(), client.Request{Method: http.MethodPatch, Path: path, Body: patch, Reason: reason,
		Media: "application/merge-patch+json"}, nil))
}

var changeLine = regexp.MustCompile(`(?s)<li id="change-(\d+)">(.*?)</div></li>`)

// changesIn are the entries of a page by their revisions, and what each says.
func changesIn(body string) (revisions []string, words map[string]string) {
	words = map[string]string{}
	for _, m := range changeLine.FindAllStringSubmatch(body, -1) {
		revisions = append(revisions, m[1])
		words[m[1]] = shown{body: m[0]}.words()
	}
	return revisions, words
}

// trailed makes changes of every sort: an agent's, a service's, of many, one's own.
func trailed(h *house) {
	h.change("/v1/agents/anna", map[string]string{"direction": "all"}, "she calls partners")
	h.change("/v1/services/premium", map[string]any{"call_as_enabled": true, "unit": "care",
		"numbers": []map[string]any{{"e164": "+442079460105", "default": true, "right_of_use": map[string]string{"status": "pending"}}}}, "")
	require.NoError(h.t, h.api.Bulk(h.t.Context(), client.BulkEdit{Filter: map[string]any{"unit": "care"},
		Set: map[string]any{"direction": "internal"}, Reason: "quiet season"}, nil))
	_, err := h.api.Create(h.t.Context(), callas.KindUnit, "bath", map[string]string{"name": "Bath", "parent": "london"}, "")
	require.NoError(h.t, err)
	require.NoError(h.t, h.api.Delete(h.t.Context(), callas.KindUnit, "bath", ""))
}

func TestTheAuditLogTellsWhoDidWhatFieldByField(t *testing.T) {
	h := newHouse(t)
	trailed(h)
	revisions, words := changesIn(h.visitor("demo-auditor").get("/audit").body)
	require.Equal(t, []string{"7", "6", "5", "4", "3", "2", "1"}, revisions)
	require.Contains(t, words["7"], "by signing in or out")
	require.Contains(t, words["2"], "Ada Novak through pages or the API Agent Anna Meier Direction External → All she calls partners")
	require.Contains(t, words["3"], "Service Premium Line Enable Service for Conversation as a Service off → on")
	require.Contains(t, words["3"], "Numbers +44 20 7946 0104 (verified, default) → +44 20 7946 0105 (pending, default)")
	require.Contains(t, words["3"], "Unit Nordhang › London → Nordhang › London › Customer Care")
	require.Contains(t, words["5"], "Unit Bath created")
	require.Contains(t, words["6"], "Unit Bath deleted")
}

func TestAChangeOfManyIsOneEntryWithEachOnDemand(t *testing.T) {
	h := newHouse(t)
	trailed(h)
	v := h.visitor("demo-auditor")
	_, words := changesIn(v.get("/audit").body)
	require.Regexp(t, `\d{3} agents Direction various → Internal See each of \d{3} quiet season`, words["4"])
	whole := v.get("/audit/4")
	require.Contains(t, whole.words(), "Agent Anna Meier Direction All → Internal")
	first := strings.Count(whole.body, `class="moves"`)
	next := regexp.MustCompile(`href="(/audit/4\?cursor=\d+)"`).FindStringSubmatch(whole.body)
	require.NotNil(t, next)
	told := first
	for next != nil {
		more := v.get(html.UnescapeString(next[1]), "HX-Request", "true")
		require.True(t, strings.HasPrefix(more.body, "<li>"))
		told += strings.Count(more.body, `class="moves"`)
		next = regexp.MustCompile(`href="(/audit/4\?cursor=\d+)"`).FindStringSubmatch(more.body)
	}
	require.Contains(t, whole.words(), strconv.Itoa(told)+" agents")
	require.Equal(t, http.StatusNotFound, v.get("/audit/999").status)
}

func TestTheAuditLogIsFilteredByItsAddress(t *testing.T) {
	h := newHouse(t)
	trailed(h)
	v := h.visitor("demo-auditor")
	for query, want := range map[string][]string{
		"kind=service":       {"3", "1"},
		"kind=agent&id=anna": {"4", "2", "1"},
		"id=anna":            {"4", "2", "1"},
		"actor=Ada+Novak":    {"6", "5", "4", "3", "2"},
		"origin=demo":        {"1"},
		"origin=undo":        nil,
		"from=2000-01-01T00:00&to=2001-01-01T00:00": nil,
		"from=2000-01-01T00:00&kind=unit":           {"6", "5", "1"},
		"before=3":                                  {"2", "1"},
	} {
		got := v.get("/audit?" + query)
		revisions, _ := changesIn(got.body)
		require.Equal(t, want, revisions, query)
		require.True(t, strings.HasPrefix(v.get("/audit?"+query, "HX-Request", "true").body, `<div id="log">`), query)
	}
	require.Contains(t, v.get("/audit?from=yesterday").body, "is no time")
}

func TestAChangeIsUndoneFromTheAuditLogUnlessSomebodyHasBuiltOnIt(t *testing.T) {
	h := newHouse(t)
	h.change("/v1/agents/anna", map[string]string{"direction": "all"}, "")
	h.change("/v1/agents/ben", map[string]string{"direction": "none"}, "")
	h.change("/v1/agents/ben", map[string]string{"name": "Ben C."}, "")
	v := h.visitor("demo-supervisor") // which is change 5
	form := regexp.MustCompile(`<input type="hidden" name="revision" value="2">`)
	require.Regexp(t, form, v.get("/audit").body)
	require.NotRegexp(t, `name="revision" value="1"`, v.get("/audit").body, "the demo's own is not undone")
	require.NotContains(t, h.visitor("demo-auditor").get("/audit").body, `action="/undo"`)
	require.Equal(t, http.StatusOK, v.post("/undo", url.Values{"revision": {"2"}, "back": {"/audit"}}).status)
	_, words := changesIn(v.get("/audit").body)
	require.Contains(t, words["7"], "Regula Keller as an undo Agent Anna Meier Direction All → External")
	refused := v.post("/undo", url.Values{"revision": {"3"}, "back": {"/audit"}})
	require.Equal(t, http.StatusConflict, refused.status)
	require.Contains(t, refused.words(), "Ada Novak has built on it")
}

func TestTheAuditExportIsWholeAndNoFormula(t *testing.T) {
	h := newHouse(t)
	trailed(h)
	h.change("/v1/agents/ben", map[string]string{"name": "@SUM(A1)"}, "-1+2")
	v := h.visitor("demo-auditor")
	got := v.get("/audit/export?actor=Ada+Novak&format=csv")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(got.body, "\ufeff"))).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"revision", "at", "actor", "origin", "reason", "kind", "id", "action", "field", "from", "to"}, rows[0])
	require.Equal(t, []string{"7", rows[1][1], "Ada Novak", "api", "'-1+2", "agent", "ben", "update", "name", "Ben Carter", "'@SUM(A1)"}, rows[1])
	many := 0
	for _, row := range rows {
		if row[0] == "4" {
			many++
		}
	}
	require.Regexp(t, "\\b"+strconv.Itoa(many)+" agents", v.get("/audit/4").words(), "more than a list tells of one change")
	require.Greater(t, many, 100)
	require.Len(t, strings.Split(strings.TrimSpace(v.get("/audit/export?actor=Ada+Novak&format=jsonl").body), "\n"), 6)
}

func TestTheAuditLogTellsWhetherTheChainsAreIntact(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-auditor")
	require.Eventually(t, func() bool {
		return strings.Contains(v.get("/audit").words(), "Changes: chain intact, verified "+time.Now().UTC().Format("15:"))
	}, 10*time.Second, 20*time.Millisecond)

	// The same pages before an API that has found both records altered.
	real, err := url.Parse(h.pages.URL)
	require.NoError(t, err)
	rest := httputil.NewSingleHostReverseProxy(real)
	hall, err := web.New(web.Parts{Log: slog.New(slog.DiscardHandler), Zone: time.UTC, Door: struct{ web.Door }{}, API: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1/record" {
			rest.ServeHTTP(w, r)
			return
		}
		_, _ = io.WriteString(w, `{"changes":{"verified_at":"2026-11-26T09:12:00Z","ok":false,"problem":"changeset 42 was altered","revision":"41.x"},
			"decisions":{"verified_at":"2026-11-26T09:12:00Z","ok":false,"problem":"from record 7 on"}}`)
	})})
	require.NoError(t, err)
	broken := httptest.NewServer(hall)
	defer broken.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, broken.URL+"/audit", nil)
	require.NoError(t, err)
	for _, c := range v.http.Jar.Cookies(real) {
		req.AddCookie(c)
	}
	res, err := broken.Client().Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	said := shown{body: string(text)}.words()
	require.Contains(t, said, "The log of changes is not what was written. changeset 42 was altered 26.11.2026 09:12:00")
	require.Contains(t, said, "The record of decisions is not what was written. from record 7 on")
	require.Contains(t, string(text), `<p class="notice" role="alert">`)
}

func TestAnAgentReadsWhatWasChangedAboutThem(t *testing.T) {
	h := newHouse(t)
	trailed(h)
	got := h.visitor("demo-agent-anna").get("/audit")
	revisions, words := changesIn(got.body)
	require.Equal(t, []string{"4", "2", "1"}, revisions)
	require.Contains(t, words["4"], "Anna Meier")
	require.NotContains(t, got.words(), "Ben Carter")
}

func TestTheAuditLogIsSpokenInBothLanguages(t *testing.T) {
	h := newHouse(t)
	trailed(h)
	for _, lang := range []string{"en", "de"} {
		for _, by := range []string{"demo-supervisor", "demo-auditor", "demo-agent-anna"} {
			v := h.visitor(by)
			for _, path := range []string{"/audit", "/audit?kind=token", "/audit/1", "/audit/3", "/audit/4"} {
				got := v.get(path, "Accept-Language", lang)
				require.NotContains(t, got.body, "⟦", path)
				require.NotRegexp(t, `<script>|<style| style=| on[a-z]+=`, got.body)
			}
		}
	}
}
