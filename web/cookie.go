package web

import (
	"net/http"
	"strings"
	"time"
)

// The cookie of a sign-in holds its access token: no script can read it, and no other
// site's post carries it. Over TLS its name begins with __Host-, so that a browser takes it
// from this host only, for all of it, and never over plain HTTP: a neighbour's subdomain
// cannot slip in one of its own. Over plain HTTP, which callas speaks on loopback, the name
// goes without: what counts as secure there is left to the browser (RFC 6265bis, 5.7).
// Chromium takes a __Host- cookie from http://127.0.0.1 (tests/browser); who does not would
// drop it without a word, and signing in would lead back to the page to sign in.
const (
	secureCookie = "__Host-callas"
	plainCookie  = "callas"
)

// cookieLife is how long a browser keeps the cookie: as long as a sign-in lives at most.
// When it ends is for the server to say.
const cookieLife = 7 * 24 * time.Hour

// secure reports whether the visitor's browser speaks TLS, to callas or to a proxy before it.
func (w *Web) secure(r *http.Request) bool { return r.TLS != nil || w.Secure }

func (w *Web) cookieName(r *http.Request) string {
	if w.secure(r) {
		return secureCookie
	}
	return plainCookie
}

// token is what the visitor's cookie holds; empty where there is none.
func (w *Web) token(r *http.Request) string {
	c, err := r.Cookie(w.cookieName(r))
	if err != nil || strings.ContainsAny(c.Value, " \t\r\n") {
		return ""
	}
	return c.Value
}

// remember puts a token into the cookie, or takes it out where it is empty.
func (w *Web) remember(v *visit, token string) {
	c := &http.Cookie{Name: w.cookieName(v.r), Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: w.secure(v.r), MaxAge: int(cookieLife.Seconds())}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(v.w, c)
}
