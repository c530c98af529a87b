package web_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/server"
	"callas/settings"
	"callas/signin"
	"callas/signin/signintest"
	"callas/web"
)

// cookie is the one of the sign-in that an answer sets.
func (s shown) cookie(t *testing.T) *http.Cookie {
	t.Helper()
	for _, line := range s.header.Values("Set-Cookie") {
		c, err := http.ParseSetCookie(line)
		require.NoError(t, err)
		if strings.HasSuffix(c.Name, "callas") {
			return c
		}
	}
	require.Fail(t, "no cookie", "%v", s.header)
	return nil
}

// asks the API as who holds a token.
func (h *house) me(t *testing.T, token string) (int, callas.Principal) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.pages.URL+"/v1/me", nil)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := h.pages.Client().Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	var who callas.Principal
	_ = json.NewDecoder(res.Body).Decode(&who)
	return res.StatusCode, who
}

func TestTheCookieHoldsASignInOfItsOwn(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("")
	c := v.post("/signin", url.Values{"token": {"demo-supervisor"}}).cookie(t)
	require.Equal(t, "callas", c.Name, "over plain HTTP on loopback")
	require.True(t, c.HttpOnly)
	require.False(t, c.Secure)
	require.Equal(t, http.SameSiteLaxMode, c.SameSite)
	require.Equal(t, "/", c.Path)
	require.Empty(t, c.Domain)
	require.Regexp(t, `^callas_[a-z2-7]{8}_[a-z2-7]{52}$`, c.Value)
	status, who := h.me(t, c.Value)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, callas.RoleSupervisor, who.Role)

	require.Equal(t, "/signin?out=1", v.post("/signout", nil).header.Get("Location"))
	status, _ = h.me(t, c.Value)
	require.Equal(t, http.StatusUnauthorized, status, "signed out is signed out, for who has copied the cookie too")
	require.Contains(t, v.get("/signin?out=1").body, "You are signed out.")
}

func TestOverTLSTheCookieIsTheHostsOwn(t *testing.T) {
	for name, change := range map[string]func(*web.Parts, string) bool{
		"the listener's own":     func(*web.Parts, string) bool { return true },
		"that of a proxy before": func(p *web.Parts, _ string) bool { p.Secure = true; return false },
	} {
		t.Run(name, func(t *testing.T) {
			c := build(t, change).visitor("").post("/signin", url.Values{"token": {"demo-supervisor"}}).cookie(t)
			require.Equal(t, "__Host-callas", c.Name)
			require.True(t, c.Secure)
			require.True(t, c.HttpOnly)
			require.Equal(t, "/", c.Path)
			require.Empty(t, c.Domain)
		})
	}
	h := build(t, func(*web.Parts, string) bool { return true })
	v := h.visitor("")
	token := v.post("/signin", url.Values{"token": {"demo-supervisor"}}).cookie(t).Value
	require.Equal(t, "/agents", v.get("/").header.Get("Location"))
	require.Equal(t, "/signin", h.visitor("").get("/", "Cookie", "callas="+token).header.Get("Location"), "one that anybody could have put there does not count")
}

func TestSigningInAgainEndsWhatTheBrowserHad(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("")
	first := v.post("/signin", url.Values{"token": {"demo-supervisor"}}).cookie(t)
	second := v.post("/signin", url.Values{"token": {"demo-agent-anna"}}).cookie(t)
	require.NotEqual(t, first.Value, second.Value, "what was in the browser before is not what lets in now")
	status, _ := h.me(t, first.Value)
	require.Equal(t, http.StatusUnauthorized, status)
	_, who := h.me(t, second.Value)
	require.Equal(t, "anna", who.Agent)
}

func TestEveryPageOfTheDemoSaysSo(t *testing.T) {
	v := newHouse(t).visitor("")
	require.Contains(t, v.get("/signin").body, "anyone signs in as anyone")
	serious := build(t, func(p *web.Parts, _ string) bool { p.Demo = false; return false }).visitor("")
	for _, path := range []string{"/signin", "/welcome"} {
		require.NotContains(t, serious.get(path).body, "demo", path)
	}
	guests := build(t, func(p *web.Parts, _ string) bool {
		p.Guests = []web.Guest{{Name: "Ben Okafor", Token: "demo-agent-ben"}}
		return false
	}).visitor("")
	require.Contains(t, guests.get("/signin").body, `<option value="demo-agent-ben">Ben Okafor</option>`)
}

// linkFor puts a link for someone into the house.
func linkFor(t *testing.T, by callas.Principal) (*callas.AccessToken, string) {
	t.Helper()
	row, key, err := server.Mint{Random: rand.Reader, Now: time.Now}.Strike(by, callas.UseLink, settings.LinkLife)
	require.NoError(t, err)
	return row, key
}

func TestALinkShowsAButtonAndTheButtonSignsInOnce(t *testing.T) {
	row, key := linkFor(t, callas.Principal{Name: "Regula Keller", Role: callas.RoleSupervisor, Units: []string{"london"}})
	said := &buffer{}
	h := build(t, func(p *web.Parts, _ string) bool { p.Log = slog.New(slog.NewTextHandler(said, nil)); return false }, row)
	preview := h.visitor("")
	for range 3 { // a scanner, a preview, and the person
		got := preview.get("/welcome?key=" + key)
		require.Equal(t, http.StatusOK, got.status)
		require.Empty(t, got.header.Values("Set-Cookie"))
		require.Equal(t, "no-referrer", got.header.Get("Referrer-Policy"))
		require.Equal(t, "no-store", got.header.Get("Cache-Control"))
		require.Contains(t, got.body, `name="key" value="`+key+`"`)
		require.NotContains(t, got.body, "Regula", "who it is for is nobody else's business")
	}
	require.Equal(t, http.StatusForbidden, preview.post("/welcome", url.Values{"key": {key}}, "Sec-Fetch-Site", "cross-site").status)

	v := h.visitor("")
	got := v.post("/welcome", url.Values{"key": {key}})
	require.Equal(t, "/", got.header.Get("Location"))
	_, who := h.me(t, got.cookie(t).Value)
	require.Equal(t, "Regula Keller", who.Name)
	require.Equal(t, "/agents", v.get("/").header.Get("Location"))

	again := h.visitor("").post("/welcome", url.Values{"key": {key}})
	require.Equal(t, http.StatusForbidden, again.status)
	require.Contains(t, again.body, "This link was used already")
	require.Equal(t, http.StatusForbidden, h.visitor("").post("/welcome", nil).status)
	require.NotContains(t, said.String(), key)
	require.NotContains(t, said.String(), key[len(key)-20:])
	german := preview.get("/welcome?lang=de&key=" + key)
	require.Equal(t, "/welcome?key="+key, german.header.Get("Location"))
	require.Contains(t, preview.get("/welcome?key="+key).body, "Mit diesem Link anmelden")
}

// provided is a house with a provider.
func provided(t *testing.T) (*house, *signintest.Provider) {
	p := signintest.New(t)
	idle := &http.Transport{}
	t.Cleanup(idle.CloseIdleConnections)
	h := build(t, func(parts *web.Parts, at string) bool {
		var err error
		parts.Demo = false
		parts.OIDC, err = signin.New(signin.Parts{Issuer: p.URL, ClientID: signintest.ClientID, ClientSecret: signintest.ClientSecret,
			PublicURL: &url.URL{Scheme: "http", Host: at}, Scopes: []string{"profile"}, HTTP: &http.Client{Transport: idle}})
		require.NoError(t, err)
		parts.OIDCName = "Nordhang accounts"
		return false
	})
	p.Register(h.pages.URL + signin.CallbackPath)
	return h, p
}

// arrive goes to the provider and back, and returns what the pages then answer.
func (v *visitor) arrive(next string) shown {
	v.t.Helper()
	began := v.get("/signin/begin?" + url.Values{"next": {next}}.Encode())
	require.Equal(v.t, http.StatusSeeOther, began.status, began.body)
	res, err := v.http.Get(began.header.Get("Location"))
	require.NoError(v.t, err)
	require.NoError(v.t, res.Body.Close())
	back, found := strings.CutPrefix(res.Header.Get("Location"), v.pages.URL)
	require.True(v.t, found, res.Header)
	return v.get(back)
}

func TestWhomTheProviderVouchesForIsSignedIn(t *testing.T) {
	h, p := provided(t)
	v := h.visitor("")
	page := v.get("/signin?next=/decisions").body
	require.Contains(t, page, `href="/signin/begin?next=%2Fdecisions"`)
	require.Contains(t, page, "Sign in with Nordhang accounts")

	p.Seat(map[string]any{"sub": "8f3a", "name": "Regula Keller", "roles": []string{"callas-supervisor"}, "callas_units": []string{"london"}})
	got := v.arrive("/decisions?agent=anna")
	require.Equal(t, "/decisions?agent=anna", got.header.Get("Location"))
	_, who := h.me(t, got.cookie(t).Value)
	require.Equal(t, callas.Principal{Name: "Regula Keller", Role: callas.RoleSupervisor, Units: []string{"london"}}, who)
	require.Equal(t, "/agents", v.get("/").header.Get("Location"))

	require.Equal(t, "/signin?out=1", v.post("/signout", nil).header.Get("Location"))
	out := regexp.MustCompile(`href="(http://[^"]+/logout[^"]*)"`).FindStringSubmatch(v.get("/signin?out=1").body)
	require.NotNil(t, out, "and may sign out there too")
	require.NotContains(t, v.get("/signin").body, "/logout")
}

func TestWhoSignsOutAtTheProviderIsSignedOutHere(t *testing.T) {
	h, p := provided(t)
	v, provider := h.visitor(""), h.visitor("")
	p.Seat(map[string]any{"sub": "8f3a", "name": "Regula Keller", "roles": []string{"callas-admin"}})
	v.arrive("/")
	out := func(change func(map[string]any), sign func(map[string]any) string) shown {
		claims := p.Logout("8f3a")
		if change != nil {
			change(claims)
		}
		return provider.post("/signin/logout", url.Values{"logout_token": {sign(claims)}})
	}
	event := "http://schemas.openid.net/event/backchannel-logout"
	for name, change := range map[string]func(map[string]any){
		"for another audience": func(c map[string]any) { c["aud"] = "another" },
		"of another issuer":    func(c map[string]any) { c["iss"] = "https://evil.example" },
		"that is an ID token":  func(c map[string]any) { c["nonce"] = "x" },
		"of another event":     func(c map[string]any) { c["events"] = map[string]any{event + "x": map[string]any{}} },
		"expired":              func(c map[string]any) { c["exp"] = time.Now().Add(-time.Hour).Unix() },
		"of a session only":    func(c map[string]any) { delete(c, "sub"); c["sid"] = "1" },
	} {
		got := out(change, p.Sign)
		require.Equal(t, http.StatusBadRequest, got.status, name)
		require.Equal(t, `{"error":"invalid_request"}`, got.body)
	}
	require.Equal(t, http.StatusBadRequest, out(nil, func(c map[string]any) string {
		return signintest.Sign(nil, map[string]any{"alg": "none"}, c)
	}).status)
	require.Equal(t, "/agents", v.get("/").header.Get("Location"), "still signed in")
	got := out(nil, p.Sign)
	require.Equal(t, http.StatusOK, got.status)
	require.Equal(t, "no-store", got.header.Get("Cache-Control"))
	require.Equal(t, "/signin", v.get("/").header.Get("Location"))
}

func TestWhoHasNoRoleIsToldWhereItWasLookedFor(t *testing.T) {
	h, p := provided(t)
	v := h.visitor("")
	p.Seat(map[string]any{"sub": "8f3a", "name": "Zoe <b>", "groups": []string{"callas-admin"}})
	got := v.arrive("/")
	require.Equal(t, http.StatusForbidden, got.status)
	require.Contains(t, got.body, "Your account has no role that opens callas")
	require.Contains(t, got.body, "<code>roles</code>")
	require.Equal(t, "/signin", v.get("/").header.Get("Location"))
	p.Seat(map[string]any{"sub": "8f3a", "name": "Zoe", "roles": []string{"callas-agent"}, "preferred_username": "zoe"})
	require.Contains(t, v.arrive("/").body, "Your account belongs to no agent here")
}

func TestASignInThatComesToNothingSaysWhatToDo(t *testing.T) {
	h, p := provided(t)
	v := h.visitor("")
	p.Seat(nil)
	got := v.arrive("/decisions")
	require.Equal(t, http.StatusForbidden, got.status)
	require.Contains(t, got.body, "did not let you in")
	require.Contains(t, got.body, `href="/signin/begin?next=%2Fdecisions"`, "and tries again from there")
	require.NotContains(t, got.body, "the person said no", "nothing that comes from outside is shown")
	got = v.get("/signin/callback?code=x&state=y")
	require.Equal(t, http.StatusForbidden, got.status)
	require.Contains(t, got.body, "Begin again.")

	p.Seat(map[string]any{"sub": "8f3a", "roles": []string{"callas-admin"}})
	p.Forge(func(c map[string]any) string { c["aud"] = "another"; return p.Sign(c) })
	got = v.arrive("/")
	require.Equal(t, http.StatusForbidden, got.status)
	require.Contains(t, got.body, "cannot be trusted")
	require.NotContains(t, got.body, "another")

	p.Down(true)
	away, gone := provided(t)
	gone.Down(true)
	got = away.visitor("").get("/signin/begin")
	require.Equal(t, http.StatusServiceUnavailable, got.status)
	require.Contains(t, got.body, "does not answer")
}

func TestWithoutAProviderItsPathsAreNone(t *testing.T) {
	v := newHouse(t).visitor("")
	for _, path := range []string{"/signin/begin", "/signin/callback?code=x&state=y"} {
		require.Equal(t, http.StatusNotFound, v.get(path).status)
	}
}

func TestNobodyIsSentToAnotherSiteByTheProviderEither(t *testing.T) {
	h, p := provided(t)
	p.Seat(map[string]any{"sub": "8f3a", "roles": []string{"callas-admin"}})
	for _, next := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "/%2f%2fevil.example", "/\t/evil.example", "javascript:alert(1)"} {
		require.Equal(t, "/", h.visitor("").arrive(next).header.Get("Location"), next)
	}
}

// buffer takes a log from several goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *buffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *buffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func TestWhileTheSourceIsAwaySigningOutIsHonest(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-supervisor")
	require.NoError(t, h.store.Close())
	got := v.post("/signout", nil)
	require.Equal(t, http.StatusServiceUnavailable, got.status)
	require.Contains(t, got.body, "could not write that down")
	require.Equal(t, "/signin", v.get("/").header.Get("Location"), "the browser has forgotten it")
	require.Equal(t, http.StatusServiceUnavailable, v.post("/signin", url.Values{"token": {"demo-admin"}}).status)
}
