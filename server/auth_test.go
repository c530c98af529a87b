package server_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/demo"
	"callas/server"
)

func TestWhoIsAsking(t *testing.T) {
	past, future := time.Now().Add(-time.Second), time.Now().Add(time.Hour)
	h := newHouse(t, with(
		tokenRow(callas.Principal{Name: "late", Role: callas.RoleAdmin}, &past),
		tokenRow(callas.Principal{Name: "soon", Role: callas.RoleAdmin}, &future),
		tokenRow(callas.Principal{Name: "under_score", Role: callas.RoleAdmin}, nil)))
	for _, tc := range []struct {
		name, header, detail string
	}{
		{"nothing is sent", "", "send Authorization: Bearer callas_<id>_<secret>; callas token create makes one"},
		{"another scheme", "Basic cm9vdDpyb290", "send the token as Authorization: Bearer <token>"},
		{"an empty token", "Bearer ", "the token is unknown, mistyped or expired"},
		{"no callas token", "Bearer letmein", "the token is unknown, mistyped or expired"},
		{"no secret", "Bearer callas_root", "the token is unknown, mistyped or expired"},
		{"an empty secret", "Bearer callas_root_", "the token is unknown, mistyped or expired"},
		{"another's secret", "Bearer callas_root_LOUSECRET", "the token is unknown, mistyped or expired"},
		{"an id that there is not", "Bearer callas_nobody_ROOTSECRET", "the token is unknown, mistyped or expired"},
		{"a hash for the secret", "Bearer callas_root_" + tokenRow(callas.Principal{Name: "root"}, nil).Hash, "the token is unknown, mistyped or expired"},
		{"an expired token", "Bearer " + as("late"), "the token is unknown, mistyped or expired"},
		{"the demo's, outside the demo", "Bearer demo-admin", "the token is unknown, mistyped or expired"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := send{method: "GET", path: "/v1/me"}
			if tc.header != "" {
				s.header = map[string]string{"Authorization": tc.header}
			}
			g := h.ask(s)
			require.Equal(t, tc.detail, g.problem(401).Detail)
			require.Equal(t, "Bearer", g.header.Get("WWW-Authenticate"))
		})
	}
	for _, name := range []string{"root", "soon", "under_score"} {
		require.Equal(t, name, h.get(name, "/v1/me").is(200).object()["name"])
	}
	g := h.ask(send{method: "GET", path: "/v1/me", header: map[string]string{"Authorization": "bearer  " + as("lou")}}).is(200)
	var by callas.Principal
	g.into(&by)
	require.Equal(t, callas.Principal{Name: "lou", Role: callas.RoleSupervisor, Units: []string{"london"}}, by)
}

func TestARevokedTokenOpensNothingAnyMore(t *testing.T) {
	h := newHouse(t)
	h.get("anna", "/v1/agents/anna/menu").is(200)
	h.del("root", "/v1/agents/anna").is(204) // her tokens go with her
	h.get("anna", "/v1/me").problem(401)
}

func TestThePlatformFaceIsOpenOnlyWhereItIsToldTo(t *testing.T) {
	ask := send{method: "POST", path: "/v1/resolve", body: `{"agent":"anna","target":"112"}`}
	shut := newHouse(t)
	shut.ask(ask).problem(401)
	shut.askAt(shut.platform, send{method: "GET", path: "/metrics"}).problem(401)
	open := newHouse(t, func(b *build) { b.server.OpenPlatform = true })
	open.ask(ask).is(200)
	open.askAt(open.platform, send{method: "GET", path: "/metrics"}).is(200)
	open.get("", "/v1/me").problem(401)
	open.askAt(open.admin, send{method: "GET", path: "/metrics"}).problem(401)
}

// demoTokens is an Authenticator as callas demo brings it.
type demoTokens struct{}

func (demoTokens) Authenticate(token string) (callas.Principal, bool) { return demo.Principal(token) }

var _ server.Authenticator = demoTokens{}

func TestAnotherAuthenticatorTakesOtherTokens(t *testing.T) {
	h := newHouse(t, func(b *build) { b.server.Auth = demoTokens{} })
	h.get("root", "/v1/me").problem(401)
	for token, role := range map[string]string{"demo-admin": "admin", "demo-supervisor": "supervisor", "demo-auditor": "auditor", "demo-agent-anna": "agent"} {
		require.Equal(t, role, h.ask(send{method: "GET", path: "/v1/me", token: token}).is(200).object()["role"])
	}
}

func TestAServerIsFinishedOrAnError(t *testing.T) {
	h := newHouse(t)
	whole := server.Parts{Engine: h.engine, State: h.state, Source: h.store, Plan: h.plan, Log: h.logger}
	_, err := server.New(whole)
	require.NoError(t, err)
	for want, without := range map[string]func(*server.Parts){
		"no engine":    func(p *server.Parts) { p.Engine = nil },
		"no state":     func(p *server.Parts) { p.State = nil },
		"no source":    func(p *server.Parts) { p.Source = nil },
		"no dial plan": func(p *server.Parts) { p.Plan = nil },
		"no log":       func(p *server.Parts) { p.Log = nil },
	} {
		p := whole
		without(&p)
		_, err := server.New(p)
		require.ErrorContains(t, err, want)
	}
}

func TestAnOpenPlatformFaceAnswersNoWebPage(t *testing.T) {
	h := newHouse(t, func(b *build) { b.server.OpenPlatform = true })
	ask := send{method: "POST", path: "/v1/resolve", body: `{"agent":"anna","target":"112"}`, header: map[string]string{"Origin": "http://rebound.example:8181"}}
	h.ask(ask).problem(403)
}
