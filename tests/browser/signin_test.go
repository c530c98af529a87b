//go:build e2e

package browser_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"callas/signin"
	"callas/signin/signintest"
	"callas/tests/program"
)

// What web/cookie.go says of Chromium: it counts loopback as secure.
func TestWhichCookiesChromiumTakesOverPlainHTTPOnLoopback(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/set" {
			w.Header().Add("Set-Cookie", "__Host-prefixed=1; Path=/; Secure; HttpOnly; SameSite=Lax")
			w.Header().Add("Set-Cookie", "secure=1; Path=/; Secure; HttpOnly; SameSite=Lax")
			w.Header().Add("Set-Cookie", "plain=1; Path=/; HttpOnly; SameSite=Lax")
		}
		fmt.Fprintf(w, "sent: %s.", r.Header.Get("Cookie"))
	}))
	t.Cleanup(site.Close)
	e := open(t).look(t, site.URL, 800, 600)
	e.open("/set")
	e.open("/")
	require.Equal(t, "sent: __Host-prefixed=1; secure=1; plain=1.", e.text("body"))
}

// A link that serve prints signs in whoever presses the button, without JavaScript too.
func TestTheFirstAdministratorFollowsALink(t *testing.T) {
	platform, admin := program.FreeAddr(t), program.FreeAddr(t)
	office := program.Serve(t, platform, admin, "--data", t.TempDir())
	link := regexp.MustCompile(`http://\S+/welcome\?key=callas_\S+`).FindString(office.Said())
	require.NotEmpty(t, link, office.Said())
	path := strings.TrimPrefix(link, office.Admin)

	e := open(t, "blink-settings", "scriptEnabled=false").look(t, office.Admin, 1280, 800)
	e.goes(path)
	require.Contains(t, e.text("h1"), "Welcome")
	e.do(chromedp.Click(`form[action="/welcome"] button`))
	e.at("/agents")
	e.goes(path)
	e.do(chromedp.Click(`form[action="/welcome"] button`))
	require.Contains(t, e.text(".notice"), "used already")
}

// at waits for a page without asking its scripts.
func (e *eyes) at(path string) {
	e.t.Helper()
	require.Eventually(e.t, func() bool { return strings.HasPrefix(strings.TrimPrefix(e.where(), e.base), path) }, patience, 50*time.Millisecond, "%s, not %s", e.where(), path)
}

// Over TLS: HTTP/2, a __Host- cookie that no script reads, and a provider to and fro.
func TestAProviderSignsInOverTLS(t *testing.T) {
	provider := signintest.New(t)
	provider.Seat(map[string]any{"sub": "8f3a", "name": "Regula Keller", "roles": []string{"callas-admin"}})
	dir := t.TempDir()
	chain, key, secret := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"), filepath.Join(dir, "secret")
	issue(t, chain, key)
	require.NoError(t, os.WriteFile(secret, []byte(signintest.ClientSecret+"\n"), 0o600))
	platform, admin := program.FreeAddr(t), program.FreeAddr(t)
	at := "https://" + admin
	provider.Register(at + signin.CallbackPath)
	program.Serve(t, platform, admin, "--data", t.TempDir(), "--admin-tls-cert", chain, "--admin-tls-key", key, "--public-url", at,
		"--oidc-issuer", provider.URL, "--oidc-client-id", signintest.ClientID, "--oidc-client-secret-file", secret, "--oidc-name", "Nordhang")

	e := open(t, "ignore-certificate-errors", true).look(t, at, 1280, 800)
	e.open("/signin")
	require.Equal(t, "h2", js[string](e, `performance.getEntriesByType("navigation")[0].nextHopProtocol`))
	e.keepsNobodyOut()
	e.do(chromedp.Click(`a[href^="/signin/begin"]`))
	e.at("/agents")
	require.Equal(t, "", js[string](e, "document.cookie"))
	e.open("/signin?out=1")
	require.Contains(t, e.text(".signin"), "Sign out at Nordhang too")
}

// issue writes a certificate for 127.0.0.1 and its key.
func issue(t *testing.T, chain, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	about := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "callas"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &private.PublicKey, private)
	require.NoError(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	require.NoError(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
}
