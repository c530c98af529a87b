package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"callas/client"
)

// sessionCookie holds the access token of who is signed in.
const sessionCookie = "callas"

func (w *Web) signInRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /signin", w.signInPage)
	mux.HandleFunc("POST /signin", w.signIn)
	mux.HandleFunc("POST /signout", w.signOut)
}

// token is what the visitor's cookie holds; empty where there is none.
func (w *Web) token(r *http.Request) string {
	c, err := r.Cookie(sessionCookie)
	if err != nil || strings.ContainsAny(c.Value, " \t\r\n") {
		return ""
	}
	return c.Value
}

// signInFor is where to sign in and come back from.
func (w *Web) signInFor(r *http.Request) string {
	back := r.URL.RequestURI()
	if r.Method != http.MethodGet || back == "/" {
		return "/signin"
	}
	return "/signin?" + url.Values{"next": {local(back)}}.Encode()
}

// A signIn is what the page to sign in shows.
type signIn struct {
	Next  string
	Wrong bool // the token that was sent is none
}

func (w *Web) signInPage(rw http.ResponseWriter, r *http.Request) {
	v := w.stranger(rw, r)
	w.answer(v, view{page: "signin", title: v.say("signin.title"), body: signIn{Next: local(r.URL.Query().Get("next"))}})
}

// stranger is the visit of someone who is not signed in.
func (w *Web) stranger(rw http.ResponseWriter, r *http.Request) *visit {
	return &visit{words: w.words[languageOf(r)], web: w, r: r, w: rw}
}

// maxForm bounds what a page's form may send, in bytes: a bulk edit names ten thousand ids.
const maxForm = 2 << 20

func (w *Web) signIn(rw http.ResponseWriter, r *http.Request) {
	v := w.stranger(rw, r)
	r.Body = http.MaxBytesReader(rw, r.Body, maxForm)
	token, next := strings.TrimSpace(r.PostFormValue("token")), local(r.PostFormValue("next"))
	err := error(nil)
	if !strings.ContainsAny(token, " \t\r\n") {
		err = w.api.As(token).Do(r.Context(), client.Request{Method: http.MethodGet, Path: "/v1/me"}, &v.me)
	}
	if err != nil || v.me.Name == "" {
		w.answer(v, view{page: "signin", title: v.say("signin.title"), status: http.StatusUnprocessableEntity, body: signIn{Next: next, Wrong: true}})
		return
	}
	w.remember(v, token, v.web.Now().Add(12*time.Hour))
	w.answer(v, view{to: next})
}

// remember puts a token into the cookie, or takes it out where it is empty.
func (w *Web) remember(v *visit, token string, until time.Time) {
	c := &http.Cookie{Name: sessionCookie, Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: v.r.TLS != nil, Expires: until}
	if token == "" {
		c.MaxAge, c.Expires = -1, time.Time{}
	}
	http.SetCookie(v.w, c)
}

func (w *Web) signOut(rw http.ResponseWriter, r *http.Request) {
	v := w.stranger(rw, r)
	w.remember(v, "", time.Time{})
	w.answer(v, view{to: "/signin"})
}
