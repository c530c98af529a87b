package server_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/source"
)

// secluded adds to the company what lou, who supervises london, must not hear of: in leeds
// a profile, a unit below, and an extension of emil's; and a token of a unit of lou's own.
func secluded(b *build) {
	with(&callas.Profile{ID: "night", Name: "Night", Unit: "leeds", Services: []string{"itdesk"}},
		&callas.Unit{ID: "attic", Name: "Attic", Parent: "leeds"},
		&callas.Unit{ID: "annex", Name: "Annex", Parent: "london"},
		tokenRow(callas.Principal{Name: "secretary", Role: callas.RoleSupervisor, Units: []string{"annex"}}, nil))(b)
	but("emil", func(a *callas.Agent) { a.Aliases = append(a.Aliases, "2999") })(b)
}

// TestErrorsNameOnlyRowsThatTheAskerSees is the table of roles and messages: told are those
// who hear of the row, and nobody else may.
func TestErrorsNameOnlyRowsThatTheAskerSees(t *testing.T) {
	line := func(row string) string { return `{"kind":"agent","row":` + row + `}` }
	for _, tc := range []struct{ name, method, path, body, secret, told string }{
		{"a filter's unit", "GET", "/v1/agents?unit=leads", "", "leeds", "lee aud root"},
		{"a filter's service", "GET", "/v1/agents?responsible=itdesc", "", "itdesk", "lee aud root"},
		{"a filter's profile", "GET", "/v1/agents?on_duty=nihgt", "", "night", "lee aud root"},
		{"a summary's service", "GET", "/v1/agents/summary?calling_as=itdesc", "", "itdesk", "lee aud root"},
		{"a filter of profiles", "GET", "/v1/profiles?service=itdesc", "", "itdesk", "lee aud root"},
		{"a bulk edit's agent", "POST", "/v1/agents/bulk", `{"ids":["emli"],"set":{"direction":"all"},"dry_run":true}`, "emil", "lee aud root"},
		{"a bulk edit's filter", "POST", "/v1/agents/bulk", `{"filter":{"unit":"leads"},"set":{"direction":"all"}}`, "leeds", "lee aud root"},
		{"a bulk edit's unit", "POST", "/v1/agents/bulk", `{"filter":{},"set":{"unit":"leads"},"dry_run":true}`, "leeds", "lee aud root"},
		{"a bulk edit's profile", "POST", "/v1/agents/bulk", `{"filter":{},"set":{"profiles":{"add":["nihgt"]}},"dry_run":true}`, "night", "lee aud root"},
		{"a bulk edit's service", "POST", "/v1/agents/bulk", `{"filter":{},"set":{"responsible":{"day":{"add":["itdesc"]}}},"dry_run":true}`, "itdesk", "lee aud root"},
		{"a tally's agent", "POST", "/v1/agents/tally", `{"ids":["emli"]}`, "emil", "lee aud root"},
		{"an agent's profile", "PATCH", "/v1/agents/anna", `{"profiles":["nihgt"]}`, "night", "root"},
		{"an agent's responsibilities", "PATCH", "/v1/agents/anna", `{"responsible":{"nihgt":["help"]}}`, "night", "root"},
		{"what an edit would do", "POST", "/v1/agents/anna/plan", `{"unit":"leads"}`, "leeds", "aud root"},
		{"a profile's services", "PUT", "/v1/profiles/late", `{"name":"Late","unit":"care","services":["itdesc"]}`, "itdesk", "root"},
		{"an import's profile", "POST", "/v1/import", line(`{"id":"zoe","name":"Zoe","unit":"care","profiles":["nihgt"]}`), "night", "root"},
		{"an import's alias", "POST", "/v1/import?dry_run=true", line(`{"id":"zoe","name":"Zoe","unit":"care","aliases":["2999"]}`), "emil", "root"},
		{"an alias that is taken", "PATCH", "/v1/agents/anna", `{"aliases":["2999"]}`, "emil", "root"},
		{"an id that is an alias", "PUT", "/v1/agents/2999", `{"name":"Zoe","unit":"care"}`, "emil", "root"},
		{"who is in a unit", "DELETE", "/v1/units/annex", "", "secretary", "root"},
		{"who would be in a unit", "POST", "/v1/units/annex/plan", "null", "secretary", "aud root"},
		{"a ring of units", "POST", "/v1/units/nordhang/plan", `{"parent":"attic"}`, `leeds`, "lee aud root"},
		{"a session", "PUT", "/v1/agents/emli/session", `{"call_as":null}`, "emil", ""},
		{"a session's service", "PUT", "/v1/agents/anna/session", `{"call_as":"itdesc"}`, "itdesk", ""},
		{"a session's profile", "PUT", "/v1/agents/anna/session", `{"profile":"nihgt"}`, "night", ""},
		{"a row", "GET", "/v1/services/itdesc", "", "itdesk", ""},
		{"a call that is asked about", "POST", "/v1/explain", `{"agent":"emli","target":"2002"}`, "emil", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, secluded)
			for _, by := range []string{"kamailio", "anna", "lou", "lee", "aud", "root"} {
				s := send{method: tc.method, path: tc.path, by: by}
				if s.body = tc.body; tc.body == "" {
					s.body = nil
				}
				if strings.HasPrefix(tc.path, "/v1/import") {
					s.media = "application/x-ndjson"
				}
				body := string(h.askAdmin(s).body)
				told := strings.Contains(" "+tc.told+" ", " "+by+" ")
				require.Equal(t, told, strings.Contains(body, tc.secret), "%s is answered %s", by, body)
			}
		})
	}
}

// What the source says of a row that moved, or that stands in the way, is for who sees it.
func TestTheSourceIsNotQuotedBeyondTheAskersSight(t *testing.T) {
	trouble := &troubled{}
	h := newHouse(t, secluded, func(b *build) { b.server.Source = trouble })
	for name, err := range map[string]error{
		"moved":    &source.Conflict{Kind: callas.KindAgent, ID: "emil", Want: 1, Have: 2},
		"violated": &source.Violation{Kind: callas.KindAgent, ID: "anna", Detail: `alias "2999" is taken by agent emil`},
	} {
		t.Run(name, func(t *testing.T) {
			trouble.commit = func(source.Commit) error { return err }
			defer func() { trouble.commit = nil }()
			for by, told := range map[string]bool{"lou": false, "root": true} {
				for _, header := range []map[string]string{nil, ifMatch(`"1"`)} {
					g := h.ask(send{method: "PATCH", path: "/v1/agents/anna", by: by, body: `{"name":"Anna M."}`, header: header}).is(409)
					require.Equal(t, told, strings.Contains(string(g.body), "emil"), "%s is answered %s", by, g.body)
				}
			}
		})
	}
}

func TestAnImportTellsNothingOfARowThatItsAskerDoesNotSee(t *testing.T) {
	h := newHouse(t, secluded)
	said := h.get("root", "/v1/agents/emil").is(200)
	for name, row := range map[string]string{"as it is": string(said.body), "guessed wrong": `{"id":"emil","name":"Emil","unit":"leeds"}`} {
		got := h.bring("lou", "?dry_run=true", `{"kind":"agent","row":`+row+`}`)
		require.Equal(t, `there is no agent "emil", or none that you may see`, got["errors"].([]any)[0].(map[string]any)["detail"], name)
	}
	require.Equal(t, 1.0, h.bring("lee", "?dry_run=true", `{"kind":"agent","row":`+string(said.body)+`}`)["unchanged"])
}
