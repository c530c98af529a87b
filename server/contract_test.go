package server_test

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"callas"
	"callas/decisionlog"
)

func TestEveryRouteIsInTheDocumentAndEveryOperationIsARoute(t *testing.T) {
	h := newHouse(t)
	parameter := regexp.MustCompile(`:(\w+)`)
	got, want := map[string]bool{}, map[string]bool{}
	for _, face := range []http.Handler{h.server.Platform(), h.server.Admin()} {
		for _, r := range face.(*gin.Engine).Routes() {
			got[r.Method+" "+parameter.ReplaceAllString(r.Path, "{$1}")] = true
		}
	}
	for op := range h.doc.operations() {
		want[op] = true
	}
	require.Equal(t, want, got)
}

// TestEveryDocumentedAnswerIsGiven has every operation give every status that the
// document lists; ask holds each answer against its schema.
func TestEveryDocumentedAnswerIsGiven(t *testing.T) {
	requests := requests()
	for op, statuses := range readDocument(t).operations() {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			trouble := &troubled{}
			h := newHouse(t, func(b *build) {
				b.server.Source = trouble
				b.rows = append(b.rows, tokenRow(callas.Principal{Name: "ghost", Role: callas.RoleAgent, Agent: "ghost"}, nil), &callas.Unit{ID: "quiet", Name: "Quiet", Parent: "london"},
					&callas.Profile{ID: "night", Name: "Night", Unit: "leeds", Services: []string{}})
			})
			h.patch("root", "/v1/agents/dora", `{"direction":"all"}`).is(200) // revision 2, to be undone
			h.decided("FIRST", "anna", "help")
			h.decidedAs("CLEAR", "anna", "help", decisionlog.Clear)
			ok := requests[op]
			if ok.method == "GET" {
				h.ask(ok).is(200)
			}
			for _, status := range statuses {
				if want, err := strconv.Atoi(status); err == nil && want >= 400 {
					provocation{h, op, ok, trouble}.provoke(want).is(want)
				}
			}
			if ok.method != "GET" {
				h.ask(ok).is(first(statuses))
			}
			if slices.Contains(statuses, "201") {
				ok.path += "2"
				ok.body = strings.Replace(ok.body.(string), `"aliases":["2001"]`, `"aliases":["2901"]`, 1)
				h.ask(ok).is(201)
			}
		})
	}
}

func first(statuses []string) int {
	n, _ := strconv.Atoi(statuses[0])
	return n
}

// requests is for every operation one that it answers well.
func requests() map[string]send {
	out := map[string]send{
		"POST /v1/resolve":                 {path: "/v1/resolve", by: "kamailio", body: `{"agent":"anna","target":"+41791234567"}`},
		"POST /v1/resolve/batch":           {path: "/v1/resolve/batch", by: "kamailio", body: `{"calls":[{"agent":"anna","target":"+41791234567"},{"agent":"nobody","target":"2002"}]}`},
		"POST /v1/explain":                 {path: "/v1/explain", by: "kamailio", body: `{"agent":"clara","target":"+41791234567"}`},
		"POST /v1/agents/bulk":             {path: "/v1/agents/bulk", by: "root", body: `{"filter":{"unit":"care"},"set":{"direction":"none"},"dry_run":true}`},
		"POST /v1/agents/tally":            {path: "/v1/agents/tally", by: "root", body: `{"filter":{"unit":"care"}}`},
		"GET /v1/agents/summary":           {path: "/v1/agents/summary?unit=london", by: "root"},
		"GET /v1/agents/{id}/menu":         {path: "/v1/agents/anna/menu", by: "anna"},
		"GET /v1/agents/{id}/session":      {path: "/v1/agents/anna/session", by: "anna"},
		"PUT /v1/agents/{id}/session":      {path: "/v1/agents/anna/session", by: "anna", body: `{"call_as":"claims","expires_in":"8h"}`},
		"DELETE /v1/agents/{id}/session":   {path: "/v1/agents/anna/session", by: "anna"},
		"GET /v1/changes":                  {path: "/v1/changes", by: "root"},
		"GET /v1/changes/{revision}":       {path: "/v1/changes/2", by: "root"},
		"POST /v1/changes/{revision}/undo": {path: "/v1/changes/2/undo", by: "root", body: `{"reason":"the wrong one"}`},
		"GET /v1/decisions":                {path: "/v1/decisions", by: "root"},
		"POST /v1/decisions/{id}/reveal":   {path: "/v1/decisions/CLEAR/reveal", by: "root", body: `{"reason":"a complaint"}`},
		"GET /v1/record":                   {path: "/v1/record", by: "root"},
		"GET /v1/events":                   {path: "/v1/events?topic=changes", by: "root"},
		"GET /v1/decisions/{id}":           {path: "/v1/decisions/FIRST", by: "root"},
		"POST /v1/import":                  {path: "/v1/import", by: "root", media: "application/x-ndjson", body: `{"kind":"unit","row":{"id":"bath","name":"Bath"}}` + "\n"},
		"GET /v1/export":                   {path: "/v1/export", by: "root"},
		"GET /v1/policy":                   {path: "/v1/policy", by: "root"},
		"GET /v1/me":                       {path: "/v1/me", by: "lou"},
		"GET /livez":                       {path: "/livez"},
		"GET /readyz":                      {path: "/readyz"},
		"GET /metrics":                     {path: "/metrics", by: "root"},
		"GET /openapi.yaml":                {path: "/openapi.yaml"},
	}
	for path, body := range map[string]string{
		"/v1/units/quiet":   `{"name":"Quiet","parent":"london"}`,
		"/v1/services/help": `{"name":"Help","unit":"london","call_as_enabled":true,"numbers":[{"e164":"+442079460100","default":true,"right_of_use":{"status":"verified"}}]}`,
		"/v1/profiles/day":  `{"name":"Day","services":["help","claims","premium"]}`,
		"/v1/agents/anna":   `{"name":"Anna Meier","unit":"care","enabled":true,"direction":"all","aliases":["2001"],"profiles":["day"],"responsible":{"day":["help"]}}`,
	} {
		list := path[:strings.LastIndex(path, "/")]
		out["GET "+list] = send{path: list, by: "root"}
		out["GET "+list+"/{id}"] = send{path: path, by: "root"}
		out["PUT "+list+"/{id}"] = send{path: path, by: "root", body: body}
		out["PATCH "+list+"/{id}"] = send{path: path, by: "root", body: `{"name":"Another"}`, media: "application/merge-patch+json"}
		out["POST "+list+"/{id}/plan"] = send{path: path + "/plan", by: "root", body: `{"name":"Another"}`, media: "application/merge-patch+json"}
		out["DELETE "+list+"/{id}"] = send{path: path, by: "root"}
	}
	for op, s := range out {
		s.method, _, _ = strings.Cut(op, " ")
		out[op] = s
	}
	return out
}
