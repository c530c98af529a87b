package server_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/server"
)

func key(k string) map[string]string { return map[string]string{"Idempotency-Key": k} }

func TestARepeatedRequestIsCarriedOutOnce(t *testing.T) {
	h := newHouse(t)
	for _, s := range []send{
		{method: "PUT", path: "/v1/agents/zoe", body: `{"name":"Zoe","unit":"care"}`},
		{method: "PATCH", path: "/v1/agents/zoe", body: `{"enabled":true}`},
		{method: "PUT", path: "/v1/agents/anna/session", body: `{"call_as":"claims","expires_in":"1h"}`},
		{method: "POST", path: "/v1/agents/bulk", body: `{"filter":{},"set":{"direction":"internal"}}`},
		{method: "POST", path: "/v1/changes/5/undo", body: `{}`},
		{method: "DELETE", path: "/v1/services/help"},
	} {
		s.by, s.header = "root", key("again")
		first := h.ask(s)
		require.Less(t, first.status, 300, "%s %s: %s", s.method, s.path, first.body)
		at := h.state.Snapshot().Token()
		second := h.ask(s)
		require.Equal(t, first.status, second.status)
		require.Equal(t, string(first.body), string(second.body))
		require.Equal(t, first.header.Get("ETag"), second.header.Get("ETag"))
		require.Equal(t, first.header.Get("Callas-Revision"), second.header.Get("Callas-Revision"))
		require.Equal(t, at, h.state.Snapshot().Token(), "%s %s was done twice", s.method, s.path)
	}
}

func TestAKeyIsOnesOwnAndOfOneRequest(t *testing.T) {
	h := newHouse(t)
	patch := func(by, direction string) string {
		s := send{method: "PATCH", path: "/v1/agents/anna", by: by, body: `{"direction":"` + direction + `"}`, header: key("k1")}
		return h.ask(s).is(200).object()["direction"].(string)
	}
	require.Equal(t, "all", patch("root", "all"))
	require.Equal(t, "none", patch("root", "none"), "another request under the same key is another request")
	require.Equal(t, "all", patch("lou", "all"), "and so is another's")
	h.ask(send{method: "PATCH", path: "/v1/agents/anna", by: "root", body: `{}`, header: key("two words")}).problem(400)
	h.ask(send{method: "PATCH", path: "/v1/agents/anna", by: "root", body: `{}`, header: key(strings.Repeat("x", 129))}).problem(400)
}

func TestWhatWentWrongMayBeTriedAgain(t *testing.T) {
	trouble := &troubled{}
	h := newHouse(t, func(b *build) { b.server.Source = trouble })
	s := send{method: "PATCH", path: "/v1/agents/anna", by: "root", body: `{"direction":"all"}`, header: key("k")}
	trouble.away.Store(true)
	g := h.ask(s)
	require.Equal(t, "urn:callas:problem:source-away", g.problem(503).Type)
	require.Equal(t, "1", g.header.Get("Retry-After"))
	require.Equal(t, "help", h.resolve(question{"agent": "anna", "target": customer}).Service, "calls go on")
	trouble.away.Store(false)
	h.ask(s).is(200)
}

// A server that was restarted has forgotten its answers, but the source has not
// forgotten what it did.
func TestARepeatedRequestIsCarriedOutOnceAlsoAfterARestart(t *testing.T) {
	h := newHouse(t)
	tag := h.get("root", "/v1/agents/anna").header.Get("ETag")
	s := send{method: "PATCH", path: "/v1/agents/anna", by: "root", body: `{"direction":"all"}`,
		header: map[string]string{"Idempotency-Key": "k", "If-Match": tag}}
	h.ask(s).is(200)
	at := h.state.Snapshot().Token()

	again, err := server.New(server.Parts{Engine: h.engine, State: h.state, Source: h.store, Plan: h.plan, Log: h.logger})
	require.NoError(t, err)
	restarted := served(again.Admin())
	defer restarted.close()
	require.Equal(t, "all", h.askAt(restarted, s).is(200).object()["direction"])
	require.Equal(t, at, h.state.Snapshot().Token())
}

func TestTheSameRequestAtTheSameMomentIsCarriedOutOnce(t *testing.T) {
	h := newHouse(t)
	s := send{method: "PUT", path: "/v1/agents/zoe", by: "root", body: `{"name":"Zoe","unit":"care"}`,
		header: map[string]string{"Idempotency-Key": "k", "If-None-Match": "*"}}
	var all sync.WaitGroup
	status := make([]int, 16)
	for i := range status {
		all.Go(func() { status[i] = h.ask(s).status })
	}
	all.Wait()
	for _, got := range status {
		require.Equal(t, 201, got)
	}
	require.Equal(t, int64(2), h.state.Snapshot().Token().Revision)
}

// What people are called is for a provider to say, so two of them may be called the same.
func TestAnAnswerIsRepeatedToNobodyElseOfThatName(t *testing.T) {
	other := tokenRow(callas.Principal{Name: "namesake", Role: callas.RoleSupervisor, Units: []string{"leeds"}}, nil)
	other.Principal.Name = "lou"
	h := newHouse(t, with(other))
	send := send{method: "PATCH", path: "/v1/agents/anna", body: `{"direction":"all"}`, header: key("k")}
	send.by = "lou"
	h.ask(send).is(200)
	send.by = "namesake"
	h.ask(send).problem(404)

	var plan struct{ Plan string }
	h.post("lou", "/v1/agents/bulk", `{"ids":["anna"],"set":{"direction":"internal"},"dry_run":true}`).is(200).into(&plan)
	h.post("namesake", "/v1/agents/bulk", `{"plan":"`+plan.Plan+`"}`).problem(409)
	h.post("lou", "/v1/agents/bulk", `{"plan":"`+plan.Plan+`"}`).is(200)
}
