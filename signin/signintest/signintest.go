// Package signintest is an OpenID Connect provider for tests: discovery, keys, an
// authorization endpoint where whoever the test says sits at the keyboard, and tokens that
// are held to PKCE. It is strict where real ones are, and lies where a test asks it to.
//
// It must never be reachable from anything but a test.
package signintest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// What callas is registered as there.
const (
	ClientID     = "callas"
	ClientSecret = "a secret of the provider's"
)

// A Provider is one that runs on loopback until the test ends.
type Provider struct {
	*httptest.Server
	t    testing.TB
	down atomic.Bool

	mu       sync.Mutex
	key      *rsa.PrivateKey
	kid      int
	person   map[string]any // who sits at the keyboard; nil: they say no
	redirect string         // the redirect URI that is registered; empty: any on loopback
	codes    map[string]*grant
	forge    func(claims map[string]any) string // writes the ID token instead
	Discover map[string]any                     // added to what it says of itself
	Asked    []url.Values                       // what was sent to the token endpoint
}

// A grant is a code that was given out.
type grant struct {
	asked url.Values
	who   map[string]any
	used  bool
}

// New starts a provider.
func New(t testing.TB) *Provider {
	t.Helper()
	p := &Provider{t: t, codes: map[string]*grant{}, Discover: map[string]any{}}
	p.Rotate()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("GET /keys", p.keys)
	mux.HandleFunc("GET /authorize", p.authorize)
	mux.HandleFunc("POST /token", p.token)
	mux.HandleFunc("GET /logout", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Query().Get("post_logout_redirect_uri"), http.StatusSeeOther)
	})
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.down.Load() {
			panic(http.ErrAbortHandler)
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		p.CloseClientConnections()
		p.Close()
	})
	return p
}

// Seat says who sits at the keyboard: their claims. Nil says no to being signed in.
func (p *Provider) Seat(claims map[string]any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.person = claims
}

// Register sets the one redirect URI that is taken.
func (p *Provider) Register(redirect string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.redirect = redirect
}

// Forge has ID tokens written by write, from what an honest one would say; nil: honestly.
func (p *Provider) Forge(write func(claims map[string]any) string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forge = write
}

// Down takes the provider away, or brings it back.
func (p *Provider) Down(down bool) { p.down.Store(down) }

// Rotate signs with a new key from now on, and forgets the old one.
func (p *Provider) Rotate() {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		p.t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.key = key
	p.kid++
}

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	said := map[string]any{
		"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token",
		"jwks_uri": p.URL + "/keys", "end_session_endpoint": p.URL + "/logout",
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported":          []string{"RS256"},
		"authorization_response_iss_parameter_supported": true,
	}
	p.mu.Lock()
	maps.Copy(said, p.Discover)
	p.mu.Unlock()
	answer(w, http.StatusOK, said)
}

func (p *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	answer(w, http.StatusOK, map[string]any{"keys": []any{map[string]any{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": p.name(),
		"n": b64(p.key.N.Bytes()), "e": b64(big.NewInt(int64(p.key.E)).Bytes())}}})
}

func (p *Provider) name() string { return "key-" + big.NewInt(int64(p.kid)).String() }

// authorize sends the browser back at once: whoever sits there has agreed already, or not.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	asked := r.URL.Query()
	for _, missing := range []string{"state", "nonce", "code_challenge"} {
		if len(asked.Get(missing)) < 32 {
			http.Error(w, missing+" is missing or too short to be random", http.StatusBadRequest)
			return
		}
	}
	back, err := url.Parse(asked.Get("redirect_uri"))
	switch {
	case err != nil, p.redirect != "" && asked.Get("redirect_uri") != p.redirect, p.redirect == "" && back.Hostname() != "127.0.0.1":
		http.Error(w, "that redirect URI is not registered", http.StatusBadRequest)
		return
	case asked.Get("client_id") != ClientID, asked.Get("response_type") != "code", asked.Get("code_challenge_method") != "S256":
		http.Error(w, "only the client callas, with a code and S256", http.StatusBadRequest)
		return
	}
	query := url.Values{"state": {asked.Get("state")}, "iss": {p.URL}}
	if p.person == nil {
		query.Set("error", "access_denied")
		query.Set("error_description", "the person said no")
	} else {
		code := random()
		p.codes[code] = &grant{asked: asked, who: p.person}
		query.Set("code", code)
	}
	back.RawQuery = query.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}

func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = r.ParseForm()
	p.Asked = append(p.Asked, r.PostForm)
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	} else if plain, err := url.QueryUnescape(secret); err == nil {
		secret = plain
	}
	if id != ClientID || secret != ClientSecret {
		answer(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
		return
	}
	g := p.codes[r.PostForm.Get("code")]
	sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	if g == nil || g.used || b64(sum[:]) != g.asked.Get("code_challenge") || r.PostForm.Get("redirect_uri") != g.asked.Get("redirect_uri") {
		answer(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant"})
		return
	}
	g.used = true
	now := time.Now()
	access := random()
	hash := sha256.Sum256([]byte(access))
	claims := map[string]any{"iss": p.URL, "aud": ClientID, "sub": "unnamed", "nonce": g.asked.Get("nonce"),
		"iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(), "at_hash": b64(hash[:16])}
	maps.Copy(claims, g.who)
	token := ""
	if p.forge != nil {
		token = p.forge(claims)
	} else {
		token = p.sign(claims)
	}
	answer(w, http.StatusOK, map[string]any{"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": token})
}

// Logout is what an honest logout token for someone says.
func (p *Provider) Logout(subject string) map[string]any {
	now := time.Now()
	return map[string]any{"iss": p.URL, "aud": ClientID, "sub": subject, "iat": now.Unix(), "exp": now.Add(2 * time.Minute).Unix(), "jti": random(),
		"events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}}}
}

// Sign writes an ID token as the provider does: RS256, with its key. For Forge.
func (p *Provider) Sign(claims map[string]any) string { return p.sign(claims) }

func (p *Provider) sign(claims map[string]any) string {
	return Sign(p.key, map[string]any{"alg": "RS256", "typ": "JWT", "kid": p.name()}, claims)
}

// Sign writes a token with any header, signed with RS256 by key; nil leaves the signature empty.
func Sign(key *rsa.PrivateKey, header, claims map[string]any) string {
	text := Unsigned(header, claims)
	if key == nil {
		return text + "."
	}
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	return text + "." + b64(signature)
}

// Unsigned writes a token's header and claims, without the dot before the signature.
func Unsigned(header, claims map[string]any) string {
	h, err := json.Marshal(header)
	if err != nil {
		panic(err)
	}
	c, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	return b64(h) + "." + b64(c)
}

func random() string {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		panic(err)
	}
	return b64(b)
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
