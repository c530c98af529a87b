package server_test

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/server"
	"callas/source"
)

func checks(g got) map[string]bool {
	g.t.Helper()
	var r struct {
		Checks []struct {
			Name string
			OK   bool
		}
	}
	g.into(&r)
	out := map[string]bool{}
	for _, c := range r.Checks {
		out[c.Name] = c.OK
	}
	return out
}

func TestReadyIsFactsPolicyFreshAndServing(t *testing.T) {
	h := newHouse(t)
	all := map[string]bool{"facts": true, "policy": true, "fresh": true, "serving": true}
	require.Equal(t, all, checks(h.get("", "/readyz").is(200)))
	h.server.Drain()
	all["serving"] = false
	require.Equal(t, all, checks(h.get("", "/readyz").is(503)))
	h.get("", "/livez").is(200)
	require.Equal(t, "help", h.resolve(question{"agent": "anna", "target": customer}).Service, "what is under way is answered")

	empty := newHouse(t, func(b *build) { b.follows = false })
	require.Equal(t, map[string]bool{"facts": false, "policy": true, "fresh": false, "serving": true}, checks(empty.get("", "/readyz").is(503)))

	later := time.Now().Add(time.Hour)
	old := newHouse(t, func(b *build) {
		b.engine.StaleAfter = time.Minute
		b.server.Now = func() time.Time { return later }
	})
	require.Equal(t, map[string]bool{"facts": true, "policy": true, "fresh": false, "serving": true}, checks(old.get("", "/readyz").is(503)))
}

func TestBeforeTheFactsArriveACallIsTheAgentsOwn(t *testing.T) {
	h := newHouse(t, func(b *build) { b.follows, b.server.OpenPlatform = false, true })
	var d callas.Decision
	h.post("", "/v1/resolve", `{"agent":"anna","target":"+41791234567"}`).is(200).into(&d)
	require.Equal(t, callas.AsAgent, d.As)
	require.Equal(t, []callas.Reason{"unknown_agent"}, d.Reasons)
	require.Equal(t, "0", d.Revision.String())
}

func TestWhatIsCounted(t *testing.T) {
	h := newHouse(t)
	h.resolve(question{"agent": "anna", "target": customer})
	h.resolve(question{"agent": "anna", "target": customer})
	h.resolve(question{"agent": "anna", "target": partner})
	h.post("kamailio", "/v1/resolve/batch", `{"calls":[{"agent":"clara","target":"+41791234567"},{"agent":"anna","target":"112"}]}`).is(200)
	h.post("kamailio", "/v1/explain", `{"agent":"nobody","target":"2002"}`).is(200) // no call
	h.post("kamailio", "/v1/resolve", `{}`).problem(400)
	page := string(h.askAt(h.platform, send{method: "GET", path: "/metrics", by: "kamailio"}).is(200).body)
	for _, line := range []string{
		`callas_decisions_total{as="service",reason=""} 2`,
		`callas_decisions_total{as="agent",reason="direction"} 2`,
		`callas_decisions_total{as="agent",reason="emergency"} 1`,
		`callas_decision_failures_total{kind="timeout"} 0`,
		`callas_decision_failures_total{kind="engine_error"} 0`,
		`callas_decision_seconds_count 5`,
		`callas_decision_seconds_bucket{le="1e-05"}`,
		`callas_requests_total{method="POST",route="/v1/resolve",status="200"} 3`,
		`callas_requests_total{method="POST",route="/v1/resolve",status="400"} 1`,
		"callas_revision 1",
		"callas_remembered_hits_total ",
		"callas_record_mask_failures_total 0",
		"callas_staleness_seconds ",
		"go_memstats_heap_alloc_bytes ",
		"process_resident_memory_bytes ",
	} {
		require.Contains(t, page, line)
	}

	slow := newHouse(t, func(b *build) { b.engine.Deadline = time.Nanosecond })
	slow.resolve(question{"agent": "anna", "target": customer})
	slow.post("kamailio", "/v1/resolve/batch", `{"calls":[{"agent":"anna","target":"+41791234567"},{"agent":"anna","target":"112"}]}`).is(200)
	require.Contains(t, string(slow.get("root", "/metrics").body), `callas_decision_failures_total{kind="timeout"} 2`)
}

func TestEveryAnswerIsNamedAndCannotBeMisread(t *testing.T) {
	h := newHouse(t)
	for _, path := range []string{"/v1/me", "/v1/agents/anna", "/nowhere", "/metrics", "/v1/export", "/readyz"} {
		g := h.ask(send{method: "GET", path: path, by: "root", header: map[string]string{"X-Request-ID": "mine-1", "Origin": "https://evil.example", "Host": "evil.example"}})
		require.Equal(t, "mine-1", g.header.Get("X-Request-ID"))
		require.Equal(t, "nosniff", g.header.Get("X-Content-Type-Options"))
		require.Equal(t, "no-store", g.header.Get("Cache-Control"))
		require.Equal(t, "default-src 'none'; frame-ancestors 'none'", g.header.Get("Content-Security-Policy"))
		require.Equal(t, "no-referrer", g.header.Get("Referrer-Policy"))
		require.Empty(t, g.header.Get("Access-Control-Allow-Origin"))
		require.Empty(t, g.header.Get("Location"))
		require.NotContains(t, string(g.body), "evil")
	}
	first, second := h.get("root", "/v1/me").header.Get("X-Request-ID"), h.get("root", "/v1/me").header.Get("X-Request-ID")
	require.NotEqual(t, first, second)
	for _, sent := range []string{"two words", strings.Repeat("x", 129), "ümlaut"} {
		g := h.ask(send{method: "GET", path: "/v1/me", by: "root", header: map[string]string{"X-Request-ID": sent}})
		require.NotEqual(t, sent, g.header.Get("X-Request-ID"))
	}
}

func TestADecisionCarriesNoHeaderThatOnlyBrowsersHeed(t *testing.T) {
	h := newHouse(t)
	body := question{"agent": "anna", "target": customer}
	named := h.ask(send{method: "POST", path: "/v1/resolve", by: "kamailio", body: body, header: map[string]string{"X-Request-ID": "mine-1"}})
	require.Equal(t, "mine-1", named.header.Get("X-Request-ID"))
	require.Equal(t, h.state.Snapshot().Token().String(), named.header.Get("Callas-Revision"))
	unnamed := h.post("kamailio", "/v1/resolve", body)
	var d callas.Decision
	unnamed.into(&d)
	require.Equal(t, d.ID, unnamed.header.Get("X-Request-ID"), "the name that the record knows it by")
	got := slices.Sorted(maps.Keys(unnamed.header))
	require.Equal(t, []string{"Callas-Revision", "Content-Length", "Content-Type", "Date", "X-Request-Id"}, got)
	require.Equal(t, "nosniff", h.post("kamailio", "/v1/resolve", `{}`).is(400).header.Get("X-Content-Type-Options"))
}

func TestNoSuchRouteOrMethodIsAProblemToo(t *testing.T) {
	h := newHouse(t)
	require.Equal(t, "urn:callas:problem:not-found", h.get("root", "/v1/nowhere").problem(404).Type)
	require.Equal(t, "urn:callas:problem:not-found", h.get("root", "/v1/agents/").problem(404).Type, "and no redirect")
	g := h.ask(send{method: "DELETE", path: "/v1/agents", by: "root"})
	require.Equal(t, "urn:callas:problem:method-not-allowed", g.problem(405).Type)
	require.Equal(t, "GET", g.header.Get("Allow"))
	// What belongs to the other face is not here.
	h.askAt(h.admin, send{method: "PUT", path: "/v1/resolve", by: "root", body: `{}`}).problem(404)
	h.askAt(h.platform, send{method: "GET", path: "/v1/me2", by: "root"}).problem(404)
}

func TestWhatGoesWrongInsideIsLoggedAndNotTold(t *testing.T) {
	trouble := &troubled{}
	h := newHouse(t, func(b *build) { b.server.Source = trouble })
	patch := send{method: "PATCH", path: "/v1/agents/anna", by: "root", body: `{"direction":"all"}`, header: map[string]string{"X-Request-ID": "find-me"}}

	trouble.commit = func(source.Commit) error { panic("the secret of the panic") }
	g := h.ask(patch)
	require.Equal(t, "urn:callas:problem:internal", g.problem(500).Type)
	require.NotContains(t, string(g.body), "secret")
	require.Contains(t, h.log.String(), "the secret of the panic")
	require.Contains(t, h.log.String(), "request=find-me")

	trouble.commit = func(source.Commit) error { return fmt.Errorf("a secret path") }
	g = h.ask(patch)
	g.problem(500)
	require.NotContains(t, string(g.body), "secret")
	require.Contains(t, h.log.String(), "a secret path")

	trouble.commit = nil
	h.ask(patch).is(200) // and the turn was given back
}

func TestBodiesAreBounded(t *testing.T) {
	h := newHouse(t)
	exact := `{"agent":"anna","target":"112","call_id":"` + strings.Repeat("x", server.MaxCallBody)
	exact = exact[:server.MaxCallBody-2] + `"}`
	h.post("kamailio", "/v1/resolve", exact).is(200)
	h.post("kamailio", "/v1/resolve", exact+" ").problem(413)
	// Without a Content-Length too.
	req, err := http.NewRequestWithContext(t.Context(), "POST", h.platform.URL+"/v1/resolve", io.MultiReader(strings.NewReader(exact), strings.NewReader(" ")))
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+as("kamailio"))
	req.Header.Set("Content-Type", "application/json; charset=UTF-8")
	res, err := h.platform.client.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	require.Equal(t, 413, res.StatusCode)
}

func TestTheServerHasLimits(t *testing.T) {
	h := newHouse(t)
	s := server.HTTP(h.server.Admin(), slog.New(slog.DiscardHandler))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	conn, err := net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	_, err = fmt.Fprintf(conn, "GET /livez HTTP/1.1\r\nHost: x\r\nX-Large: %s\r\n\r\n", strings.Repeat("x", 64<<10))
	require.NoError(t, err)
	line, err := bufio.NewReader(conn).ReadString('\n')
	require.NoError(t, err)
	require.Contains(t, line, "431")
	require.NoError(t, conn.Close())
	require.NotZero(t, s.ReadTimeout)
	require.NotZero(t, s.ReadTimeout)
	require.NotZero(t, s.WriteTimeout)
	require.NotZero(t, s.IdleTimeout)
	require.NoError(t, s.Close())
	require.ErrorIs(t, <-served, http.ErrServerClosed)
}
