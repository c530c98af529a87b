package server_test

import (
	"crypto/rand"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/server"
	"callas/settings"
	"callas/source"
)

// A clock that a test sets.
type clock struct{ at atomic.Int64 }

func newClock() *clock { c := &clock{}; c.set(time.Now()); return c }

func (c *clock) set(t time.Time)    { c.at.Store(t.UnixNano()) }
func (c *clock) on(d time.Duration) { c.at.Add(int64(d)) }
func (c *clock) now() time.Time     { return time.Unix(0, c.at.Load()).UTC() }
func (c *clock) drives(b *build)    { b.server.Now = c.now }
func (c *clock) mint(t *testing.T) mints {
	return mints{t, server.Mint{Random: rand.Reader, Now: c.now}}
}

type mints struct {
	t *testing.T
	server.Mint
}

// link is a link's row and its key.
func (m mints) link(by callas.Principal) (*callas.AccessToken, string) {
	m.t.Helper()
	row, key, err := m.Strike(by, callas.UseLink, settings.LinkLife)
	require.NoError(m.t, err)
	return row, key
}

// signIn signs in and returns what the browser keeps.
func (h *house) signIn(by callas.Principal, how string) string {
	h.t.Helper()
	token, err := h.server.SignIn(h.t.Context(), by, how)
	require.NoError(h.t, err)
	return token
}

// me asks who a token lets in.
func (h *house) me(token string) got {
	return h.ask(send{method: "GET", path: "/v1/me", token: token})
}

var (
	lou  = callas.Principal{Name: "Lou Brown", Role: callas.RoleSupervisor, Units: []string{"london"}}
	anna = callas.Principal{Name: "Anna Meier", Role: callas.RoleAgent, Agent: "anna"}
	root = callas.Principal{Name: "Root", Role: callas.RoleAdmin}
)

func problemOf(t *testing.T, err error) *server.Problem {
	t.Helper()
	var p *server.Problem
	require.ErrorAs(t, err, &p)
	return p
}

func TestASignInIsTheirsUntilTheySignOut(t *testing.T) {
	h := newHouse(t)
	token := h.signIn(lou, "by OpenID Connect")
	var by callas.Principal
	h.me(token).is(200).into(&by)
	require.Equal(t, callas.Principal{Name: "Lou Brown", Role: callas.RoleSupervisor, Units: []string{"london"}}, by)
	h.ask(send{method: "PATCH", path: "/v1/agents/anna", token: token, body: `{"direction":"all"}`}).is(200)
	h.ask(send{method: "PATCH", path: "/v1/agents/emil", token: token, body: `{"direction":"all"}`}).problem(404)

	require.NoError(t, h.server.SignOut(t.Context(), token))
	h.me(token).problem(401)
	require.NoError(t, h.server.SignOut(t.Context(), token), "twice is no error")
	require.NoError(t, h.server.SignOut(t.Context(), "nonsense"))

	trail := h.trail("root", "?limit=4").Items
	require.Equal(t, []string{"sign-in", "Lou Brown", "signed out"}, []string{trail[0].Origin, trail[0].Actor, trail[0].Reason})
	require.Equal(t, []string{"sign-in", "Lou Brown", "signed in by OpenID Connect"}, []string{trail[2].Origin, trail[2].Actor, trail[2].Reason})
	require.Equal(t, "sign-in", trail[2].Edits[0].After["use"])
	require.Empty(t, trail[2].Edits[0].After["hash"])
	require.Len(t, h.trail("lou", "").Items, 2, "who signs in is none of a supervisor's business: the company and anna's direction")
}

func TestSigningOutEndsNothingButASignIn(t *testing.T) {
	h := newHouse(t)
	require.NoError(t, h.server.SignOut(t.Context(), as("root")))
	h.get("root", "/v1/me").is(200)
}

func TestWhoCannotSignIn(t *testing.T) {
	h := newHouse(t)
	for name, tc := range map[string]struct {
		by   callas.Principal
		want string
	}{
		"an agent that there is not":       {callas.Principal{Name: "Zoe", Role: callas.RoleAgent, Agent: "zoe"}, "/principal/agent"},
		"an agent without an agent":        {callas.Principal{Name: "Zoe", Role: callas.RoleAgent}, "/principal/agent"},
		"a supervisor of a unit of nobody": {callas.Principal{Name: "Zoe", Role: callas.RoleSupervisor, Units: []string{"paris"}}, "/principal/units"},
		"a platform":                       {callas.Principal{Name: "Kamailio", Role: callas.RolePlatform}, "/principal/role"},
		"no role":                          {callas.Principal{Name: "Zoe"}, "/principal/role"},
		"no printable name":                {callas.Principal{Name: "a\x00b", Role: callas.RoleAdmin}, "/principal/name"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := h.server.SignIn(t.Context(), tc.by, "by a test")
			p := problemOf(t, err)
			require.Equal(t, 422, p.Status)
			require.Equal(t, tc.want, p.Errors[0].Pointer)
		})
	}
	nobody := h.signIn(callas.Principal{Name: "Zoe", Role: callas.RoleSupervisor}, "by a test")
	page := h.ask(send{method: "GET", path: "/v1/agents", token: nobody}).is(200).object()
	require.Empty(t, page["items"], "a supervisor of no unit sees nothing")
}

func TestALinkLetsInOnce(t *testing.T) {
	c := newClock()
	row, key := c.mint(t).link(anna)
	late, lateKey := c.mint(t).link(root)
	h := newHouse(t, with(row, late), c.drives)
	h.me(key).problem(401)
	require.NoError(t, h.server.SignOut(t.Context(), key), "it is no sign-in: it stays")
	token, err := h.server.Redeem(t.Context(), key)
	require.NoError(t, err)
	require.Equal(t, "anna", h.me(token).is(200).object()["agent"])
	for _, again := range []string{key, token, as("root"), "callas_root_", ""} {
		_, err = h.server.Redeem(t.Context(), again)
		require.Equal(t, 401, problemOf(t, err).Status)
		require.ErrorContains(t, err, "the link was used already, or is older than 15 minutes")
	}
	last := h.trail("root", "?limit=1").Items[0]
	require.Equal(t, "signed in with the link "+row.ID, last.Reason)
	require.Len(t, last.Edits, 2, "the link goes as the sign-in comes")

	c.on(settings.LinkLife)
	_, err = h.server.Redeem(t.Context(), lateKey)
	require.Equal(t, 401, problemOf(t, err).Status)
}

func TestOfThoseWhoRedeemALinkAtTheSameMomentOneGetsIn(t *testing.T) {
	c := newClock()
	for range 5 {
		row, key := c.mint(t).link(root)
		h := newHouse(t, with(row))
		var in atomic.Int32
		together(16, func(int) {
			token, err := h.server.Redeem(t.Context(), key)
			if err != nil {
				require.Equal(t, 401, problemOf(t, err).Status)
				return
			}
			in.Add(1)
			h.me(token).is(200)
		})
		require.Equal(t, int32(1), in.Load())
	}
}

func TestASignInWithATokenEndsWithIt(t *testing.T) {
	c := newClock()
	soon := c.now().Add(time.Hour)
	h := newHouse(t, with(tokenRow(callas.Principal{Name: "soon", Role: callas.RoleAdmin}, &soon)), c.drives)
	withRoot, err := h.server.SignInWith(t.Context(), as("root"))
	require.NoError(t, err)
	withSoon, err := h.server.SignInWith(t.Context(), as("soon"))
	require.NoError(t, err)
	h.me(withRoot).is(200)
	h.me(withSoon).is(200)

	h.seed([]callas.Row{tokenRow(callas.Principal{Name: "root", Role: callas.RoleAdmin}, &soon)})
	c.on(time.Hour)
	h.me(withSoon).problem(401)
	require.Eventually(t, func() bool { return h.me(withRoot).status == 401 }, 5*time.Second, 5*time.Millisecond)

	for _, token := range []string{withRoot, "nonsense", "", as("soon")} {
		_, err = h.server.SignInWith(t.Context(), token)
		require.Equal(t, 401, problemOf(t, err).Status)
	}
	_, err = h.server.SignInWith(t.Context(), h.signIn(root, "by a test"))
	require.ErrorContains(t, err, "that is no access token", "a sign-in cannot live on as another")
	_, err = h.server.SignInWith(t.Context(), as("kamailio"))
	require.Equal(t, 422, problemOf(t, err).Status)
}

func TestWhomAProviderVouchesForComesInAsPolicySays(t *testing.T) {
	h := newHouse(t)
	in := func(claims map[string]any) (string, error) {
		return h.server.SignInBy(t.Context(), "https://login.example.org", "8f3a", claims)
	}
	token, err := in(map[string]any{"name": "Lou Brown", "roles": []any{"callas-supervisor"}, "callas_units": []any{"london", "paris"}})
	require.NoError(t, err)
	var by callas.Principal
	h.me(token).is(200).into(&by)
	require.Equal(t, callas.Principal{Name: "Lou Brown", Role: callas.RoleSupervisor, Units: []string{"london"}}, by)
	require.Equal(t, `signed in with https://login.example.org as "8f3a"`, h.trail("root", "?limit=1").Items[0].Reason)

	token, err = in(map[string]any{"name": "two\nlines", "roles": []any{"callas-agent"}, "preferred_username": "sip:Anna@nordhang.example"})
	require.NoError(t, err)
	by = callas.Principal{}
	h.me(token).is(200).into(&by)
	require.Equal(t, callas.Principal{Name: "8f3a", Role: callas.RoleAgent, Agent: "anna"}, by)

	_, err = in(map[string]any{"name": "Zoe", "groups": []any{"callas-admin"}})
	p := problemOf(t, err)
	require.Equal(t, 403, p.Status)
	require.Equal(t, []callas.Reason{"no_role"}, p.Reasons)
	require.Equal(t, []callas.Problem{{Pointer: "roles", Detail: "is the claim that was looked at, in what https://login.example.org says of the account"}}, p.Errors)
}

func TestWhoSignsOutAtTheProviderIsOutEverywhere(t *testing.T) {
	h := newHouse(t)
	in := func(subject string) string {
		token, err := h.server.SignInBy(t.Context(), "https://login.example.org", subject, map[string]any{"name": "Lou Brown", "roles": []any{"callas-admin"}})
		require.NoError(t, err)
		return token
	}
	phone, desk, other, link := in("8f3a"), in("8f3a"), in("8f3"), h.signIn(lou, "by a test")
	require.NoError(t, h.server.SignOutAll(t.Context(), "https://login.example.org", "8f3a"))
	h.me(phone).problem(401)
	h.me(desk).problem(401)
	h.me(other).is(200)
	last := h.trail("root", "?limit=1").Items[0]
	require.Equal(t, `signed out at https://login.example.org: "8f3a"`, last.Reason)
	require.Len(t, last.Edits, 2)

	before := h.state.Snapshot().Token()
	require.NoError(t, h.server.SignOutAll(t.Context(), "https://login.example.org", "8f3a"), "to hear it twice does no harm")
	require.NoError(t, h.server.SignOutAll(t.Context(), "https://evil.example", "8f3"))
	require.NoError(t, h.server.SignOutAll(t.Context(), "", ""))
	require.Equal(t, before, h.state.Snapshot().Token())
	h.me(other).is(200)
	h.me(link).is(200)
}

func TestInTheDemoItsTokensLetInToo(t *testing.T) {
	h := newHouse(t, func(b *build) { b.server.Auth = demoAndReal{server.Tokens{}} })
	_, err := h.server.SignInWith(t.Context(), "demo-agent-anna")
	require.NoError(t, err)
}

// demoAndReal knows no token but the demo's.
type demoAndReal struct{ server.Tokens }

func (demoAndReal) Authenticate(token string) (callas.Principal, bool) {
	return demoTokens{}.Authenticate(token)
}

// A trusting authenticator knows every token, as one does that looks a moment earlier or later.
type trusting struct{}

func (trusting) Authenticate(string) (callas.Principal, bool) {
	return callas.Principal{Name: "lou", Role: callas.RoleSupervisor, Units: []string{"london"}}, true
}

func TestASignInIsMadeWithNoTokenThatIsGone(t *testing.T) {
	h := newHouse(t, func(b *build) { b.server.Auth = trusting{} })
	_, err := h.server.SignInWith(t.Context(), "callas_gone_secret")
	require.ErrorContains(t, err, "unknown, mistyped or expired", "it would end with no token")
}

func TestASignInLivesOnWhileItIsUsed(t *testing.T) {
	c := newClock()
	h := newHouse(t, c.drives)
	began := c.now()
	token, idle := h.signIn(lou, "by a test"), h.signIn(root, "by a test")
	revision := func() int64 { return h.state.Snapshot().Token().Revision }
	sweep := func() { t.Helper(); require.NoError(t, server.SweepOnce(h.server, t.Context())) }

	before := revision()
	for range 5 { // the first half: nothing is written however often it is used
		c.on(time.Hour)
		h.me(token).is(200)
		sweep()
	}
	require.Equal(t, before, revision())
	c.on(2 * time.Hour)
	for range 3 {
		h.me(token).is(200)
		h.me(token).is(200)
		sweep()
	}
	require.Equal(t, before+1, revision(), "one write, however often it is used")
	last := h.trail("root", "?limit=1").Items[0]
	require.Equal(t, []string{"callas", "sign-in", "in use"}, []string{last.Actor, last.Origin, last.Reason})

	c.on(6 * time.Hour)
	h.me(idle).problem(401)
	h.me(token).is(200)
	sweep()
	require.Equal(t, "their time was up", h.trail("root", "?limit=2").Items[1].Reason)
	require.Equal(t, 1, strings.Count(h.kinds(), "sign-in"), "the idle one is gone")

	for c.now().Before(began.Add(settings.MaxSignInLife - time.Minute)) {
		h.me(token).is(200)
		sweep()
		c.on(time.Hour)
	}
	require.Less(t, revision()-before, int64(40), "at most one write in six hours")
	c.set(began.Add(settings.MaxSignInLife))
	h.me(token).problem(401)
}

// kinds lists the uses of all tokens.
func (h *house) kinds() string {
	var uses []string
	for row := range h.state.Snapshot().Rows(callas.KindToken) {
		uses = append(uses, string(row.(*callas.AccessToken).Use))
	}
	return strings.Join(uses, " ")
}

func TestWhatIsDeletedTakesItsSignInsAlong(t *testing.T) {
	h := newHouse(t)
	h.put("root", "/v1/units/bath", `{"name":"Bath"}`).is(201)
	agent := h.signIn(anna, "by a test")
	super := h.signIn(callas.Principal{Name: "Bea", Role: callas.RoleSupervisor, Units: []string{"bath"}}, "by a test")
	h.del("root", "/v1/agents/anna").is(204)
	h.del("root", "/v1/units/bath").is(204)
	h.me(agent).problem(401)
	h.me(super).problem(401)

	gone := h.trail("root", "?limit=2").Items
	h.post("root", "/v1/changes/"+gone[1].Revision+"/undo", `{}`).is(200)
	h.get("root", "/v1/agents/anna").is(200)
	h.me(agent).problem(401)
}

func TestAnUndoneSignOutSignsNobodyIn(t *testing.T) {
	h := newHouse(t)
	token := h.signIn(root, "by a test")
	require.NoError(t, h.server.SignOut(t.Context(), token))
	h.post("root", "/v1/changes/"+h.trail("root", "?limit=1").Items[0].Revision+"/undo", `{}`).problem(409)
	h.me(token).problem(401)
}

func TestWhileTheSourceIsAwayNobodySignsInAndTheRestGoesOn(t *testing.T) {
	trouble := &troubled{}
	h := newHouse(t, func(b *build) { b.server.Source = trouble })
	token := h.signIn(lou, "by a test")
	trouble.away.Store(true)
	_, err := h.server.SignIn(t.Context(), lou, "by a test")
	require.Equal(t, 503, problemOf(t, err).Status)
	require.Equal(t, 503, problemOf(t, h.server.SignOut(t.Context(), token)).Status, "it must not pass for signed out")
	h.me(token).is(200)
}

func TestAStrangerWaitsForNobodysEdit(t *testing.T) {
	editing, done := make(chan struct{}), make(chan struct{})
	trouble := &troubled{commit: func(source.Commit) error {
		close(editing)
		<-done
		return nil
	}}
	h := newHouse(t, func(b *build) { b.server.Source = trouble })
	var edit sync.WaitGroup
	edit.Go(func() { h.patch("root", "/v1/agents/anna", `{"direction":"all"}`).is(200) })
	<-editing
	_, err := h.server.Redeem(t.Context(), "callas_x_y")
	require.Equal(t, 401, problemOf(t, err).Status)
	_, err = h.server.SignInWith(t.Context(), "callas_x_y")
	require.Equal(t, 401, problemOf(t, err).Status)
	require.NoError(t, h.server.SignOutAll(t.Context(), "https://login.example.org", "8f3a"))
	close(done)
	edit.Wait()
}
