package server_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/source"
)

// bring imports lines and returns the answer's last one.
func (h *house) bring(by, query string, lines ...string) map[string]any {
	h.t.Helper()
	g := h.ask(send{method: "POST", path: "/v1/import" + query, by: by, media: "application/x-ndjson", body: strings.Join(lines, "\n"),
		header: map[string]string{"Callas-Reason": url.PathEscape("from the directory")}}).is(200)
	answer := strings.Split(strings.TrimSpace(string(g.body)), "\n")
	var last map[string]any
	require.NoError(h.t, json.Unmarshal([]byte(answer[len(answer)-1]), &last))
	require.Equal(h.t, true, last["done"])
	return last
}

func TestAnImportIsOneChangeOfRowsInAnyOrder(t *testing.T) {
	h := newHouse(t)
	lines := []string{
		`{"kind":"agent","row":{"id":"zoe","name":"Zoe","unit":"bath","aliases":["2777"]}}`,
		``,
		`{"kind":"unit","row":{"id":"bath","name":"Bath","parent":"west"}}`,
		`{"kind":"unit","row":{"id":"west","name":"West"}}`,
		`{"kind":"unit","row":{"id":"leeds","name":"Leeds","parent":"nordhang"}}`,
		`{"kind":"service","row":{"id":"itdesk","name":"IT","unit":"leeds"}}`,
		`{"kind":"agent","id":"dora","delete":true}`,
	}
	want := map[string]any{"done": true, "dry_run": true, "created": 3.0, "changed": 1.0, "unchanged": 1.0, "deleted": 1.0, "revisions": []any{}}
	require.Equal(t, want, h.bring("root", "?dry_run=true", lines...))
	require.Equal(t, int64(1), h.state.Snapshot().Token().Revision)

	got := h.bring("root", "", lines...)
	require.Len(t, got["revisions"], 1)
	require.Equal(t, h.state.Snapshot().Token().String(), got["revisions"].([]any)[0])
	require.Equal(t, "Zoe", h.get("root", "/v1/agents/zoe").object()["name"])
	h.get("root", "/v1/agents/dora").problem(404)
	last := h.trail("root", "?limit=1").Items[0]
	require.Equal(t, "import", last.Origin)
	require.Equal(t, "from the directory", last.Reason)

	again := h.bring("root", "", lines...)
	require.Equal(t, 6.0, again["unchanged"])
	require.Equal(t, []any{}, again["revisions"])
}

func TestWhatIsWrongWithAnImportIsToldByLineAndNothingIsWritten(t *testing.T) {
	h := newHouse(t)
	good := `{"kind":"unit","row":{"id":"bath","name":"Bath"}}`
	for _, tc := range []struct {
		name, line, pointer, detail string
	}{
		{"no JSON", `{`, "", "a line is"},
		{"two objects on a line", good + good, "", "one a line"},
		{"a brace too many", good + "}", "", "one a line"},
		{"a field there is not", `{"kind":"unit","rwo":{}}`, "", "rwo"},
		{"no kind", `{"row":{}}`, "/kind", "cannot be imported"},
		{"a token", `{"kind":"token","row":{}}`, "/kind", "cannot be imported"},
		{"no row", `{"kind":"unit"}`, "/row", "is missing"},
		{"no id", `{"kind":"unit","delete":true}`, "/id", "is missing"},
		{"both", `{"kind":"unit","delete":true,"id":"x","row":{}}`, "/delete", "not both"},
		{"another id", `{"kind":"unit","id":"x","row":{"id":"y","name":"Y"}}`, "/id", `"y"`},
		{"a row's field there is not", `{"kind":"agent","row":{"id":"zoe","name":"Zoe","unit":"care","directoin":"all"}}`, "/row/directoin", `did you mean "direction"?`},
		{"a row that breaks a rule", `{"kind":"agent","row":{"id":"zoe","name":"Zoe","unit":"nowhere"}}`, "/row/unit", "nowhere"},
		{"what is in use", `{"kind":"unit","id":"care","delete":true}`, "", "anna"},
		{"a row twice", `{"kind":"unit","row":{"id":"bath","name":"Bath"}}`, "/row", "twice"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := h.bring("root", "", good, "", tc.line)
			require.Equal(t, 1.0, got["error_count"], "%v", got)
			wrong := got["errors"].([]any)[0].(map[string]any)
			require.Equal(t, 3.0, wrong["line"])
			if tc.pointer == "" {
				require.NotContains(t, wrong, "pointer")
			} else {
				require.Equal(t, tc.pointer, wrong["pointer"])
			}
			require.Contains(t, wrong["detail"], tc.detail)
		})
	}
	require.Equal(t, int64(1), h.state.Snapshot().Token().Revision)
}

func TestPolicyIsAskedAboutEveryLine(t *testing.T) {
	h := newHouse(t)
	mine, others := `{"kind":"agent","row":{"id":"zoe","name":"Zoe","unit":"care"}}`, `{"kind":"agent","row":{"id":"zac","name":"Zac","unit":"leeds"}}`
	got := h.bring("lou", "", mine, others)
	wrong := got["errors"].([]any)[0].(map[string]any)
	require.Equal(t, 2.0, wrong["line"])
	require.Equal(t, "zac", wrong["id"])
	require.Contains(t, wrong["detail"], "not_your_unit")
	h.get("root", "/v1/agents/zoe").problem(404)
	refused := h.ask(send{method: "POST", path: "/v1/import", by: "lou", media: "application/x-ndjson", body: others}).problem(403)
	require.Equal(t, []callas.Reason{"not_your_unit"}, refused.Reasons)
	require.Equal(t, 1.0, h.bring("lou", "", mine)["created"])
}

func TestManyErrorsAreCountedAndTheFirstTold(t *testing.T) {
	h := newHouse(t)
	var lines []string
	for i := range 500 {
		lines = append(lines, fmt.Sprintf(`{"kind":"agent","row":{"id":"a%d","name":"A","unit":"nowhere"}}`, i))
	}
	got := h.bring("root", "", lines...)
	require.Equal(t, 500.0, got["error_count"])
	require.Len(t, got["errors"], 100)
}

func TestAnImportFindsItsWayThroughOthersChanges(t *testing.T) {
	trouble := &troubled{}
	h := newHouse(t, func(b *build) { b.server.Source = trouble })
	times := 0
	trouble.commit = func(source.Commit) error {
		if times++; times == 1 {
			row := *h.state.Snapshot().Unit("leeds")
			row.Name = "Leeds of elsewhere"
			_, err := h.store.Commit(t.Context(), source.Commit{Writes: []source.Write{{Kind: callas.KindUnit, ID: "leeds", Row: &row}}})
			require.NoError(t, err)
		}
		return nil
	}
	require.Equal(t, 1.0, h.bring("root", "", `{"kind":"unit","row":{"id":"leeds","name":"Leeds","parent":"nordhang","asserted":"+441134960200"}}`)["changed"])
	require.Equal(t, "Leeds", h.get("root", "/v1/units/leeds").object()["name"])
}

func TestAnExportIsOfOneMomentAndCanBeImportedAgain(t *testing.T) {
	h := newHouse(t)
	g := h.get("root", "/v1/export?sessions=true").is(200)
	require.Equal(t, h.state.Snapshot().Token().String(), g.header.Get("Callas-Revision"))
	lines := strings.Split(strings.TrimSpace(string(g.body)), "\n")
	require.Len(t, lines, 4+5+3+5+4)
	require.NotContains(t, string(g.body), `"kind":"token"`)
	got := h.bring("root", "", lines...)
	require.Equal(t, float64(len(lines)), got["unchanged"], "%v", got)

	other := newHouse(t, func(b *build) {
		b.rows = []callas.Row{tokenRow(callas.Principal{Name: "root", Role: callas.RoleAdmin}, nil), tokenRow(callas.Principal{Name: "kamailio", Role: callas.RolePlatform}, nil)}
	})
	require.Equal(t, float64(len(lines)), other.bring("root", "", lines...)["created"])
	require.Equal(t, "help", other.resolve(question{"agent": "anna", "target": customer}).Service)

	var lou []string
	for line := range strings.SplitSeq(strings.TrimSpace(string(h.get("lou", "/v1/export").is(200).body)), "\n") {
		lou = append(lou, line)
		require.NotContains(t, line, `"emil"`)
	}
	require.NotEmpty(t, lou)
	require.Equal(t, "/sessoins", h.get("root", "/v1/export?sessoins=true").problem(400).Errors[0].Pointer)
	h.get("root", "/v1/export?sessions=perhaps").problem(400)
}
