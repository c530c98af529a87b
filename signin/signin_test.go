package signin_test

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"callas/signin"
	"callas/signin/signintest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestWhoTheProviderVouchesForIsKnown(t *testing.T) {
	h := newHouse(t)
	got := h.browser().finish(h.browser().begin("/"))
	require.Equal(t, "begin_again", got.Why, "another browser cannot finish it")

	b := h.browser()
	got = b.finish(b.begin("/agents?unit=london"))
	require.Empty(t, got.Err)
	require.Equal(t, "/agents?unit=london", got.To)
	require.Equal(t, "Regula Keller", got.Claims["name"])
	require.Equal(t, []any{"callas-supervisor"}, got.Claims["roles"])
	sent := h.provider.Asked[len(h.provider.Asked)-1]
	require.Len(t, sent.Get("code_verifier"), 43, "PKCE")
	require.Empty(t, sent.Get("client_secret"), "the secret goes in the header where the provider takes it there")
}

func TestAnotherWayToShowTheSecretAndNewKeys(t *testing.T) {
	h := newHouse(t)
	h.provider.Discover["token_endpoint_auth_methods_supported"] = []string{"client_secret_post"}
	b := h.browser()
	require.Empty(t, b.finish(b.begin("/")).Err)
	require.Equal(t, signintest.ClientSecret, h.provider.Asked[0].Get("client_secret"))
	h.provider.Rotate()
	require.Empty(t, b.finish(b.begin("/")).Err, "a new key is read when a token names it")
}

func TestForgedTokensLetNobodyIn(t *testing.T) {
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	header := func(alg string) map[string]any { return map[string]any{"alg": alg, "typ": "JWT", "kid": "key-1"} }
	with := func(p *signintest.Provider, key string, value any) func(map[string]any) string {
		return func(claims map[string]any) string {
			if claims[key] = value; value == nil {
				delete(claims, key)
			}
			return p.Sign(claims)
		}
	}
	ago := func(d time.Duration) int64 { return time.Now().Add(-d).Unix() }
	for name, tc := range map[string]struct {
		forge func(*signintest.Provider) func(map[string]any) string
		want  string
	}{
		"for another audience": {func(p *signintest.Provider) func(map[string]any) string { return with(p, "aud", "another") }, "expected audience"},
		"for no audience":      {func(p *signintest.Provider) func(map[string]any) string { return with(p, "aud", nil) }, "expected audience"},
		"for us and others, issued to another": {func(p *signintest.Provider) func(map[string]any) string {
			return func(c map[string]any) string {
				c["aud"], c["azp"] = []string{"callas", "another"}, "another"
				return p.Sign(c)
			}
		}, "was issued to another, not to callas"},
		"for us and others, issued to nobody": {func(p *signintest.Provider) func(map[string]any) string {
			return with(p, "aud", []string{"callas", "another"})
		}, "was issued to <nil>, not to callas"},
		"of another issuer": {func(p *signintest.Provider) func(map[string]any) string {
			return with(p, "iss", "https://evil.example")
		}, "issued by a different provider"},
		"of another sign-in": {func(p *signintest.Provider) func(map[string]any) string {
			return with(p, "nonce", strings.Repeat("x", 43))
		}, "its nonce differs"},
		"of no sign-in": {func(p *signintest.Provider) func(map[string]any) string { return with(p, "nonce", nil) }, "its nonce differs"},
		"of nobody":     {func(p *signintest.Provider) func(map[string]any) string { return with(p, "sub", nil) }, "it has no sub"},
		"with another's access": {func(p *signintest.Provider) func(map[string]any) string {
			return with(p, "at_hash", "AAAAAAAAAAAAAAAAAAAAAA")
		}, "access token hash"},
		"expired two minutes ago":  {func(p *signintest.Provider) func(map[string]any) string { return with(p, "exp", ago(2*time.Minute)) }, "token is expired"},
		"without an end":           {func(p *signintest.Provider) func(map[string]any) string { return with(p, "exp", nil) }, "token is expired"},
		"good in ten minutes only": {func(p *signintest.Provider) func(map[string]any) string { return with(p, "nbf", ago(-10*time.Minute)) }, "before the nbf"},
		"that is no token": {func(*signintest.Provider) func(map[string]any) string {
			return func(map[string]any) string { return "a.b.c" }
		}, "malformed jwt"},
		"with no algorithm": {func(*signintest.Provider) func(map[string]any) string {
			return func(c map[string]any) string { return signintest.Sign(nil, header("none"), c) }
		}, "unexpected signature algorithm"},
		"without its signature": {func(p *signintest.Provider) func(map[string]any) string {
			return func(c map[string]any) string { return signintest.Sign(nil, header("RS256"), c) }
		}, "failed to verify signature"},
		"signed by another": {func(*signintest.Provider) func(map[string]any) string {
			return func(c map[string]any) string { return signintest.Sign(other, header("RS256"), c) }
		}, "failed to verify signature"},
		"signed with our own secret": {func(*signintest.Provider) func(map[string]any) string {
			return func(c map[string]any) string {
				text := signintest.Unsigned(header("HS256"), c)
				mac := hmac.New(sha256.New, []byte(signintest.ClientSecret))
				mac.Write([]byte(text))
				return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
			}
		}, "unexpected signature algorithm"},
		"changed after it was signed": {func(p *signintest.Provider) func(map[string]any) string {
			return func(c map[string]any) string {
				parts := strings.Split(p.Sign(c), ".")
				c["roles"] = []string{"callas-admin"}
				return signintest.Unsigned(header("RS256"), c) + "." + parts[2]
			}
		}, "failed to verify signature"},
	} {
		t.Run("an ID token "+name, func(t *testing.T) {
			h := newHouse(t)
			h.provider.Forge(tc.forge(h.provider))
			b := h.browser()
			got := b.finish(b.begin("/"))
			require.Equal(t, "unsound", got.Why)
			require.Contains(t, got.Err, tc.want)
			require.Empty(t, got.Claims)
		})
	}
}

func TestAClockMayBeAMinuteBehind(t *testing.T) {
	h := newHouse(t)
	h.provider.Forge(func(c map[string]any) string {
		c["exp"] = time.Now().Add(-50 * time.Second).Unix()
		return h.provider.Sign(c)
	})
	b := h.browser()
	require.Empty(t, b.finish(b.begin("/")).Err)
}

func TestASignInIsFinishedOnce(t *testing.T) {
	h := newHouse(t)
	b := h.browser()
	begin := b.get(h.callas.URL + "/begin")
	cookie := begin.Cookies()[0]
	back := b.get(begin.Header.Get("Location")).Header.Get("Location")
	require.Empty(t, b.finish(back).Err)
	require.Contains(t, b.finish(back).Err, "no sign-in under way", "the ticket is gone with it")

	// One who has kept the ticket, too.
	replay := func(address string) outcome {
		req, err := http.NewRequest(http.MethodGet, address, nil)
		require.NoError(t, err)
		req.AddCookie(&http.Cookie{Name: cookie.Name, Value: cookie.Value})
		res, err := h.browser().Do(req)
		require.NoError(t, err)
		defer res.Body.Close()
		var out outcome
		require.NoError(t, json.NewDecoder(res.Body).Decode(&out))
		return out
	}
	require.Contains(t, replay(back).Err, "it was finished already")

	// And a code is good for one ID token, whoever brings it.
	stranger := h.browser()
	mine, err := url.Parse(stranger.begin("/"))
	require.NoError(t, err)
	theirs, err := url.Parse(back)
	require.NoError(t, err)
	query := mine.Query()
	query.Set("code", theirs.Query().Get("code"))
	mine.RawQuery = query.Encode()
	got := stranger.finish(mine.String())
	require.Equal(t, "unsound", got.Why)
	require.Contains(t, got.Err, "invalid_grant")
}

func TestOfTwoWhoFinishAtTheSameMomentOneDoes(t *testing.T) {
	h := newHouse(t)
	b := h.browser()
	begin := b.get(h.callas.URL + "/begin")
	back := b.get(begin.Header.Get("Location")).Header.Get("Location")
	var mu sync.Mutex
	good := 0
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			req, _ := http.NewRequest(http.MethodGet, back, nil)
			req.AddCookie(begin.Cookies()[0])
			res := httptest.NewRecorder()
			if _, _, err := h.client.Finish(res, req); err == nil {
				mu.Lock()
				good++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	require.Equal(t, 1, good)
}

func TestWhatComesBackIsHeldAgainstTheTicket(t *testing.T) {
	h := newHouse(t)
	b := h.browser()
	altered := func(back, key, value string) string {
		u, err := url.Parse(back)
		require.NoError(t, err)
		query := u.Query()
		if query.Set(key, value); value == "" {
			query.Del(key)
		}
		u.RawQuery = query.Encode()
		return u.String()
	}
	back := b.begin("/")
	require.Equal(t, "begin_again", b.finish(altered(back, "state", "stranger")).Why)
	require.Equal(t, "begin_again", b.finish(altered(back, "state", "")).Why)
	require.Empty(t, b.finish(back).Err, "a stranger's address has spoilt nothing")

	require.Contains(t, b.finish(altered(b.begin("/"), "iss", "https://evil.example")).Err, `the answer is from "https://evil.example"`)
	require.Equal(t, "unsound", b.finish(altered(b.begin("/"), "iss", "")).Why, "a provider that names itself always does")
	require.Equal(t, "unsound", b.finish(altered(b.begin("/"), "code", "")).Why)
	require.Equal(t, "unsound", b.finish(altered(b.begin("/"), "code", "guessed")).Why)

	late := b.begin("/")
	h.moved = signin.TicketLife + time.Second
	require.Contains(t, b.finish(late).Err, "begun too long ago")
	h.moved = 0

	h.provider.Seat(nil)
	require.Equal(t, "denied", b.finish(b.begin("/")).Why)
}

func TestATicketIsSealed(t *testing.T) {
	h := newHouse(t)
	b := h.browser()
	begin := b.get(h.callas.URL + "/begin?next=/decisions")
	back := b.get(begin.Header.Get("Location")).Header.Get("Location")
	cookie := begin.Cookies()[0]
	require.Equal(t, "callas-signin", cookie.Name)
	require.True(t, cookie.HttpOnly)
	require.Equal(t, http.SameSiteLaxMode, cookie.SameSite)
	sealed, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	require.NoError(t, err)
	require.NotContains(t, string(sealed), "/decisions")
	finish := func(c *signin.Client, value string) error {
		req, err := http.NewRequest(http.MethodGet, back, nil)
		require.NoError(t, err)
		req.AddCookie(&http.Cookie{Name: cookie.Name, Value: value})
		_, _, err = c.Finish(httptest.NewRecorder(), req)
		return err
	}
	sealed[len(sealed)-1] ^= 1
	for _, value := range []string{base64.RawURLEncoding.EncodeToString(sealed), "", "!", "AAAA", strings.Repeat("A", 400)} {
		require.ErrorContains(t, finish(h.client, value), "the ticket is none of ours", value)
	}
	again, err := signin.New(h.client.Parts)
	require.NoError(t, err)
	require.ErrorContains(t, finish(again, cookie.Value), "from before a restart")
	h.moved = signin.TicketLife + time.Second
	require.ErrorContains(t, finish(h.client, cookie.Value), "too long ago", "however long the browser keeps it")
	h.moved = 0
	require.NoError(t, finish(h.client, cookie.Value))
}

func TestOverTLSTheTicketIsTheHostsOwn(t *testing.T) {
	h := newHouse(t, func(p *signin.Parts) { p.PublicURL = &url.URL{Scheme: "https", Host: "callas.example.org"} })
	w := httptest.NewRecorder()
	req := httptest.NewRequest(http.MethodGet, "http://evil.example/begin", nil)
	to, err := h.client.Begin(w, req, "/")
	require.NoError(t, err)
	cookie := w.Result().Cookies()[0]
	require.Equal(t, "__Host-callas-signin", cookie.Name)
	require.True(t, cookie.Secure)
	require.Equal(t, "/", cookie.Path)
	require.Empty(t, cookie.Domain)
	u, err := url.Parse(to)
	require.NoError(t, err)
	require.Equal(t, "https://callas.example.org/signin/callback", u.Query().Get("redirect_uri"), "whatever Host says")
	require.Equal(t, "openid profile", u.Query().Get("scope"))
}

func TestWhileTheProviderIsAwayNobodySignsInAndThenTheyDo(t *testing.T) {
	h := newHouse(t)
	h.provider.Down(true)
	b := h.browser()
	for range 3 {
		res := b.get(h.callas.URL + "/begin")
		require.Equal(t, http.StatusServiceUnavailable, res.StatusCode)
	}
	require.Empty(t, h.client.LogoutURL())
	h.provider.Down(false)
	h.moved += 3 * time.Second
	back := b.begin("/")
	h.provider.Down(true)
	require.Equal(t, "away", b.finish(back).Why)
	h.provider.Down(false)
	require.Empty(t, b.finish(b.begin("/")).Err)
}

func TestAProviderThatCallsItselfOtherwiseIsNotAsked(t *testing.T) {
	h := newHouse(t)
	h.provider.Discover["issuer"] = "https://evil.example"
	require.Equal(t, http.StatusServiceUnavailable, h.browser().get(h.callas.URL+"/begin").StatusCode)
}

func TestSigningOutAtTheProviderToo(t *testing.T) {
	h := newHouse(t)
	b := h.browser()
	b.begin("/")
	res := b.get(h.client.LogoutURL())
	require.Equal(t, h.callas.URL+"/signin", res.Header.Get("Location"))

	without := newHouse(t)
	without.provider.Discover["end_session_endpoint"] = "javascript:alert(1)"
	without.browser().begin("/")
	require.Empty(t, without.client.LogoutURL())
}

func TestPartsThatCannotBe(t *testing.T) {
	public := &url.URL{Scheme: "https", Host: "callas.example.org"}
	whole := signin.Parts{Issuer: "https://login.example.org/realms/main", ClientID: "callas", PublicURL: public}
	c, err := signin.New(whole)
	require.NoError(t, err)
	require.Equal(t, "login.example.org", c.Name())
	for want, change := range map[string]func(*signin.Parts){
		"write the provider's URL":                        func(p *signin.Parts) { p.Issuer = "login.example.org" },
		"whoever is between could sign in as anyone":      func(p *signin.Parts) { p.Issuer = "http://login.example.org" },
		"no client id":                                    func(p *signin.Parts) { p.ClientID = "" },
		"no public URL":                                   func(p *signin.Parts) { p.PublicURL = nil },
		`public URL "http://callas.example.org": use htt`: func(p *signin.Parts) { p.PublicURL = &url.URL{Scheme: "http", Host: "callas.example.org"} },
		"random: EOF":                                     func(p *signin.Parts) { p.Random = strings.NewReader("") },
	} {
		p := whole
		change(&p)
		_, err := signin.New(p)
		require.ErrorContains(t, err, want)
	}
}

func TestWhoLeavesDoesNotKeepOthersFromTheProvider(t *testing.T) {
	h := newHouse(t)
	left, leave := context.WithCancel(t.Context())
	leave()
	_ = h.client.Answers(left)
	require.NoError(t, h.client.Answers(t.Context()))
}

// A held transport holds every request back until it is let go.
type held struct{ came, letGo chan struct{} }

func (h held) RoundTrip(*http.Request) (*http.Response, error) {
	close(h.came)
	<-h.letGo
	return nil, errors.New("nobody there")
}

func TestSigningOutHereWaitsForNoProvider(t *testing.T) {
	slow := held{make(chan struct{}), make(chan struct{})}
	h := newHouse(t, func(p *signin.Parts) { p.HTTP = &http.Client{Transport: slow} })
	looked := make(chan error, 1)
	go func() { looked <- h.client.Answers(context.Background()) }()
	<-slow.came
	told := make(chan string, 1)
	go func() { told <- h.client.LogoutURL() }()
	select {
	case to := <-told:
		require.Empty(t, to)
	case <-time.After(5 * time.Second):
		t.Error("it waits for the provider")
	}
	close(slow.letGo)
	require.ErrorIs(t, <-looked, signin.ErrAway)
}
