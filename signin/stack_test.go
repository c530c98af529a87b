package signin_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas/signin"
	"callas/signin/signintest"
)

// A house is a callas that does nothing but sign people in, with its provider.
type house struct {
	t        *testing.T
	provider *signintest.Provider
	client   *signin.Client
	callas   *httptest.Server
	moved    time.Duration // the clock's
}

// An outcome is what /signin/callback answers in these tests.
type outcome struct {
	Claims map[string]any
	To     string
	Why    string
	Err    string
}

func newHouse(t *testing.T, changes ...func(*signin.Parts)) *house {
	t.Helper()
	h := &house{t: t, provider: signintest.New(t)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /begin", func(w http.ResponseWriter, r *http.Request) {
		to, err := h.client.Begin(w, r, r.URL.Query().Get("next"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
	})
	mux.HandleFunc("GET "+signin.CallbackPath, func(w http.ResponseWriter, r *http.Request) {
		claims, to, err := h.client.Finish(w, r)
		out := outcome{Claims: claims.All, To: to}
		var refused *signin.Refused
		switch {
		case errors.As(err, &refused):
			out.Why, out.Err = string(refused.Why), err.Error()
		case errors.Is(err, signin.ErrAway):
			out.Why, out.Err = "away", err.Error()
		case err != nil:
			out.Why, out.Err = "broken", err.Error()
		}
		_ = json.NewEncoder(w).Encode(out)
	})
	h.callas = httptest.NewServer(mux)
	t.Cleanup(func() {
		h.callas.CloseClientConnections()
		h.callas.Close()
	})
	public, err := url.Parse(h.callas.URL)
	require.NoError(t, err)
	idle := &http.Transport{}
	t.Cleanup(idle.CloseIdleConnections)
	p := signin.Parts{Issuer: h.provider.URL, ClientID: signintest.ClientID, ClientSecret: signintest.ClientSecret, PublicURL: public,
		Scopes: []string{"profile"}, Now: func() time.Time { return time.Now().Add(h.moved) }, HTTP: &http.Client{Transport: idle}}
	for _, change := range changes {
		change(&p)
	}
	h.client, err = signin.New(p)
	require.NoError(t, err)
	h.provider.Register(h.callas.URL + signin.CallbackPath)
	h.provider.Seat(map[string]any{"sub": "42", "name": "Regula Keller", "roles": []any{"callas-supervisor"}, "level": 7})
	return h
}

// A browser keeps cookies and follows redirects until a test looks.
type browser struct {
	*house
	*http.Client
}

func (h *house) browser() *browser {
	jar, err := cookiejar.New(nil)
	require.NoError(h.t, err)
	idle := &http.Transport{}
	h.t.Cleanup(idle.CloseIdleConnections)
	return &browser{h, &http.Client{Jar: jar, Transport: idle, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (b *browser) get(address string) *http.Response {
	b.t.Helper()
	res, err := b.Client.Get(address)
	require.NoError(b.t, err)
	b.t.Cleanup(func() { res.Body.Close() })
	return res
}

// begin returns where the provider sends the browser back to.
func (b *browser) begin(next string) string {
	b.t.Helper()
	res := b.get(b.callas.URL + "/begin?" + url.Values{"next": {next}}.Encode())
	require.Equal(b.t, http.StatusSeeOther, res.StatusCode)
	res = b.get(res.Header.Get("Location"))
	require.Equal(b.t, http.StatusFound, res.StatusCode)
	return res.Header.Get("Location")
}

func (b *browser) finish(address string) (out outcome) {
	b.t.Helper()
	res := b.get(address)
	text, err := io.ReadAll(res.Body)
	require.NoError(b.t, err)
	require.NoError(b.t, json.Unmarshal(text, &out), "%s", text)
	return out
}
