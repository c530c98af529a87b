package server_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callas/decisionlog"
)

// TestWhoMayDoWhat is the table of roles and routes. lou supervises london, where care
// with anna is; lee supervises leeds, where emil is.
func TestWhoMayDoWhat(t *testing.T) {
	roles := []string{"", "kamailio", "anna", "lou", "lee", "aud", "root"}
	import1 := `{"kind":"agent","row":{"id":"zoe","name":"Zoe","unit":"care"}}`
	for _, tc := range []struct {
		method, path, body string
		want               string // a status for each role
	}{
		//                                                                nobody platform anna lou lee aud root
		{"GET", "/v1/me", "", "401 200 200 200 200 200 200"},
		{"GET", "/livez", "", "200 200 200 200 200 200 200"},
		{"GET", "/readyz", "", "200 200 200 200 200 200 200"},
		{"GET", "/openapi.yaml", "", "200 200 200 200 200 200 200"},
		{"GET", "/metrics", "", "401 200 200 200 200 200 200"},
		{"POST", "/v1/resolve", `{"agent":"anna","target":"112"}`, "401 200 403 403 403 403 200"},
		{"POST", "/v1/resolve/batch", `{"calls":[]}`, "401 200 403 403 403 403 200"},
		{"POST", "/v1/explain", `{"agent":"anna","target":"112"}`, "401 200 403 403 403 403 200"},

		{"POST", "admin /v1/explain", `{"agent":"anna","target":"112"}`, "401 403 200 200 404 200 200"},
		{"POST", "admin /v1/explain", `{"agent":"mallory","target":"2002"}`, "401 403 404 404 404 200 200"},
		{"POST", "admin /v1/explain", `{"at":"OFANNA"}`, "401 403 200 200 404 200 200"},
		{"POST", "admin /v1/explain", `{"at":"OFEMIL"}`, "401 403 404 404 200 200 200"},

		{"GET", "/v1/units", "", "401 403 403 200 200 200 200"},
		{"GET", "/v1/services", "", "401 403 403 200 200 200 200"},
		{"GET", "/v1/profiles", "", "401 403 403 200 200 200 200"},
		{"GET", "/v1/agents", "", "401 403 200 200 200 200 200"},
		{"GET", "/v1/units/care", "", "401 403 403 200 404 200 200"},
		{"GET", "/v1/units/nordhang", "", "401 403 403 200 200 200 200"},
		{"GET", "/v1/services/help", "", "401 403 403 200 404 200 200"},
		{"GET", "/v1/profiles/day", "", "401 403 403 200 200 200 200"},
		{"GET", "/v1/agents/anna", "", "401 403 200 200 404 200 200"},
		{"GET", "/v1/agents/ben", "", "401 403 404 200 404 200 200"},
		{"GET", "/v1/agents/emil", "", "401 403 404 404 200 200 200"},
		{"GET", "/v1/agents/nobody", "", "401 403 404 404 404 404 404"},
		{"GET", "/v1/changes", "", "401 403 200 200 200 200 200"},
		{"GET", "/v1/changes/2", "", "401 403 200 200 404 200 200"},
		{"GET", "/v1/changes/99", "", "401 403 404 404 404 404 404"},
		{"GET", "/v1/record", "", "401 403 403 200 200 200 200"},
		{"GET", "/v1/decisions", "", "401 403 200 200 200 200 200"},
		{"GET", "/v1/decisions/OFANNA", "", "401 403 200 200 404 200 200"},
		{"GET", "/v1/decisions/OFBEN", "", "401 403 404 200 404 200 200"},
		{"GET", "/v1/decisions/OFEMIL", "", "401 403 404 404 200 200 200"},
		{"GET", "/v1/decisions/OFNOBODY", "", "401 403 404 404 404 200 200"},
		{"GET", "/v1/events?topic=me", "", "401 403 200 403 403 403 403"},
		{"GET", "/v1/events?topic=changes", "", "401 403 200 200 200 200 200"},
		{"GET", "/v1/events?topic=decisions", "", "401 403 200 200 200 200 200"},
		{"POST", "/v1/decisions/CLEAR/reveal", `{"reason":"a complaint"}`, "401 403 403 403 404 200 200"},
		{"POST", "/v1/decisions/OFANNA/reveal", `{"reason":"a complaint"}`, "401 403 403 403 404 409 409"},
		{"POST", "/v1/decisions/OFNOBODY/reveal", `{"reason":"a complaint"}`, "401 403 404 404 404 409 409"},
		{"GET", "/v1/export", "", "401 403 403 200 200 200 200"},

		{"GET", "/v1/agents/anna/menu", "", "401 403 200 200 404 200 200"},
		{"GET", "/v1/agents/ben/menu", "", "401 403 404 200 404 200 200"},
		{"GET", "/v1/agents/anna/session", "", "401 403 200 200 404 200 200"},
		{"PUT", "/v1/agents/anna/session", `{"call_as":"claims"}`, "401 403 200 200 404 403 200"},
		{"PUT", "/v1/agents/anna/session", `{"call_as":"itdesk"}`, "401 403 422 422 404 403 422"},
		{"PUT", "/v1/agents/ben/session", `{"call_as":"claims"}`, "401 403 404 200 404 403 200"},
		{"DELETE", "/v1/agents/anna/session", "", "401 403 204 204 404 403 204"},

		{"PATCH", "/v1/agents/anna", `{"direction":"all"}`, "401 403 403 200 404 403 200"},
		{"PATCH", "/v1/agents/emil", `{"direction":"all"}`, "401 403 404 404 200 403 200"},
		{"PATCH", "/v1/agents/anna", `{"unit":"leeds"}`, "401 403 403 403 404 403 200"},
		{"PATCH", "/v1/services/help", `{"call_as_enabled":false}`, "401 403 403 200 404 403 200"},
		{"PATCH", "/v1/profiles/day", `{"name":"Daytime"}`, "401 403 403 403 403 403 200"},
		{"PATCH", "/v1/units/care", `{"name":"Caring"}`, "401 403 403 200 404 403 200"},
		{"PATCH", "/v1/units/london", `{"name":"Londinium"}`, "401 403 403 403 404 403 200"},
		{"POST", "/v1/services/help/plan", `{"call_as_enabled":false}`, "401 403 403 200 404 200 200"},
		{"POST", "/v1/services/help/plan", `null`, "401 403 403 200 404 200 200"},
		{"POST", "/v1/agents/anna/plan", `{"direction":"none"}`, "401 403 200 200 404 200 200"},
		{"POST", "/v1/agents/emil/plan", `{"direction":"none"}`, "401 403 404 404 200 200 200"},
		{"POST", "/v1/profiles/day/plan", `{"services":[]}`, "401 403 403 200 200 200 200"},
		{"POST", "/v1/units/care/plan", `{"parent":"leeds"}`, "401 403 403 200 404 200 200"},
		{"PUT", "/v1/agents/zoe", `{"name":"Zoe","unit":"care"}`, "401 403 403 201 403 403 201"},
		{"PUT", "/v1/units/bath", `{"name":"Bath","parent":"leeds"}`, "401 403 403 403 201 403 201"},
		{"DELETE", "/v1/agents/anna", "", "401 403 403 204 404 403 204"},
		{"DELETE", "/v1/services/itdesk", "", "401 403 403 404 204 403 204"},
		{"POST", "/v1/agents/bulk", `{"ids":["anna"],"set":{"direction":"all"},"dry_run":true}`, "401 403 200 200 422 200 200"},
		{"POST", "/v1/agents/bulk", `{"ids":["anna"],"set":{"direction":"all"}}`, "401 403 403 200 422 403 200"},
		{"POST", "/v1/agents/tally", `{"ids":["anna"]}`, "401 403 200 200 422 200 200"},
		{"POST", "/v1/changes/2/undo", `{}`, "401 404 403 200 404 403 200"},
		{"POST", "/v1/changes/1/undo", `{}`, "401 404 409 409 409 409 409"},
		{"POST", "/v1/import", import1, "401 403 403 200 403 403 200"},
		{"POST", "/v1/import?dry_run=true", import1, "401 403 403 200 403 403 200"},
	} {
		t.Run(tc.method+" "+tc.path+" "+tc.body, func(t *testing.T) {
			t.Parallel()
			want := strings.Fields(tc.want)
			got := make([]string, len(roles))
			var h *house
			for i, role := range roles {
				if h == nil {
					h = newHouse(t)
					h.decided("OFANNA", "anna", "")
					h.decided("OFBEN", "ben", "")
					h.decided("OFEMIL", "emil", "")
					h.decided("OFNOBODY", "", "")
					h.decidedAs("CLEAR", "anna", "", decisionlog.Clear)
					h.patch("root", "/v1/agents/anna", `{"name":"Anna M."}`).is(200) // revision 2
				}
				path, admin := strings.CutPrefix(tc.path, "admin ")
				s := send{method: tc.method, path: path, by: role}
				if tc.body != "" {
					s.body = tc.body
				}
				if strings.HasPrefix(tc.path, "/v1/import") {
					s.media = "application/x-ndjson"
				}
				ask := h.ask
				if admin { // what both faces answer
					ask = h.askAdmin
				}
				status := ask(s).status
				if got[i] = strconv.Itoa(status); tc.method != "GET" && status < 300 {
					h = nil // the next role finds everything as it was
				}
			}
			require.Equal(t, want, got, "%v", roles)
		})
	}
}
