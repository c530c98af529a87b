package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhoIsNotSignedInIsSentToSignInAndComesBack(t *testing.T) {
	v := newHouse(t).visitor("")
	got := v.get("/")
	require.Equal(t, http.StatusSeeOther, got.status)
	require.Equal(t, "/signin", got.header.Get("Location"))
	require.Contains(t, v.get("/signin?next=/why%3Fagent%3Danna").body, `value="/why?agent=anna"`)
	got = v.post("/signin", url.Values{"token": {"demo-supervisor"}, "next": {"/why?agent=anna"}})
	require.Equal(t, "/why?agent=anna", got.header.Get("Location"))
}

func TestNobodyIsSentToAnotherSite(t *testing.T) {
	v := newHouse(t).visitor("")
	for _, next := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "javascript:alert(1)", "evil", ""} {
		got := v.post("/signin", url.Values{"token": {"demo-supervisor"}, "next": {next}})
		require.Equal(t, "/", got.header.Get("Location"), next)
	}
}

func TestAWrongTokenLetsNobodyIn(t *testing.T) {
	v := newHouse(t).visitor("")
	for _, token := range []string{"", "demo-nobody", "a b", "callas_x_y"} {
		got := v.post("/signin", url.Values{"token": {token}})
		require.Equal(t, http.StatusUnprocessableEntity, got.status, token)
		require.Empty(t, got.header.Values("Set-Cookie"))
		require.Contains(t, got.body, "unknown, mistyped or expired")
	}
}

func TestSigningOutForgetsTheToken(t *testing.T) {
	v := newHouse(t).visitor("demo-supervisor")
	require.Equal(t, "/agents", v.get("/").header.Get("Location"))
	require.Equal(t, http.StatusSeeOther, v.post("/signout", nil).status)
	require.Equal(t, "/signin", v.get("/").header.Get("Location"))
}

func TestEachRoleBeginsWhereItsWorkIs(t *testing.T) {
	h := newHouse(t)
	require.Equal(t, "/assistant", h.visitor("demo-agent-anna").get("/").header.Get("Location"))
	require.Equal(t, "/agents", h.visitor("demo-auditor").get("/").header.Get("Location"))
}

func TestWhatAnotherSitesPagePostsIsRefused(t *testing.T) {
	v := newHouse(t).visitor("demo-supervisor")
	require.Equal(t, http.StatusForbidden, v.post("/signout", nil, "Sec-Fetch-Site", "cross-site").status)
	require.Equal(t, http.StatusForbidden, v.post("/signout", nil, "Origin", "https://evil.example").status)
	require.Equal(t, "/agents", v.get("/").header.Get("Location"), "still signed in")
}

// The API takes a token and never the cookie: no page can be made to ask it for its reader.
func TestTheCookieOpensNoAPI(t *testing.T) {
	require.Equal(t, http.StatusUnauthorized, newHouse(t).visitor("demo-admin").get("/v1/me").status)
}

func TestAPageLoadsItsOwnFilesAndNothingElse(t *testing.T) {
	got := newHouse(t).visitor("").get("/signin")
	csp := got.header.Get("Content-Security-Policy")
	require.Contains(t, csp, "default-src 'none'")
	require.NotContains(t, csp, "unsafe")
	require.NotRegexp(t, `(?i)<script>|<style| style=| on[a-z]+=|https?://`, got.body, "nothing inline, nothing from elsewhere")
	require.Equal(t, "no-store", got.header.Get("Cache-Control"))
}

func TestFilesAreKeptForEverUnderTheirHash(t *testing.T) {
	v := newHouse(t).visitor("")
	urls := regexp.MustCompile(`"(/static/[^"#]+)`).FindAllStringSubmatch(v.get("/signin").body, -1)
	require.NotEmpty(t, urls)
	for _, m := range urls {
		got := v.get(m[1], "Accept-Encoding", "identity")
		require.Equal(t, http.StatusOK, got.status, m[1])
		require.Contains(t, got.header.Get("Cache-Control"), "immutable")
		if regexp.MustCompile(`\.css$`).MatchString(m[1]) {
			for _, font := range regexp.MustCompile(`url\((/static/[^)]+)\)`).FindAllStringSubmatch(got.body, -1) {
				require.Equal(t, http.StatusOK, v.get(font[1]).status, font[1])
			}
		}
	}
	require.Equal(t, http.StatusNotFound, v.get("/static/css/callas.css").status)
}

func TestALanguageOnceChosenStays(t *testing.T) {
	v := newHouse(t).visitor("demo-supervisor")
	require.Contains(t, v.get("/signin", "Accept-Language", "de-CH,de;q=0.9").body, "Anmelden")
	got := v.get("/?lang=de&x=1")
	require.Equal(t, "/?x=1", got.header.Get("Location"))
	require.Contains(t, v.get("/signin").body, "Anmelden", "although the browser says English")
}

func TestWhatIsNoPageIsTheAPIs(t *testing.T) {
	v := newHouse(t).visitor("")
	require.Equal(t, http.StatusOK, v.get("/livez").status)
	got := v.get("/no/such/thing")
	require.Equal(t, http.StatusNotFound, got.status)
	require.Equal(t, "application/problem+json", got.header.Get("Content-Type"))
}
