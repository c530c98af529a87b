package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"callas"
	"callas/client"
)

// Cookies that hold what a visitor likes.
const (
	languageCookie = "lang"
	themeCookie    = "theme"
)

// A visit is one request for a page, by someone who is signed in.
type visit struct {
	*words
	web *Web
	r   *http.Request
	w   http.ResponseWriter
	api *client.Client // asks with the visitor's own token
	me  me
}

// A me is who is signed in, as GET /v1/me tells.
type me struct {
	callas.Principal
	May map[callas.Kind][]callas.Action `json:"may"` // at all; to whose rows, each request is told
}

// A view is what a page answers: a whole page, or just the part of it that htmx asked for.
type view struct {
	page  string // the template of the whole page
	part  string // the template of the part; none: the page is always whole
	title string // in the visitor's language
	nav   string // which entry of the navigation is lit
	body  any    // what both templates show

	status int    // 200 where zero
	to     string // go there instead
	done   bool   // has been answered already
}

// A page makes the view of a visit.
type page func(*visit) (view, error)

// page serves a page to who is signed in, and sends everyone else to sign in.
func (w *Web) page(make page) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		v := &visit{words: w.words[languageOf(r)], web: w, r: r, w: rw}
		if lang := r.URL.Query().Get("lang"); r.Method == http.MethodGet && known(lang) {
			w.choose(v, lang)
			return
		}
		v.api = w.api.As(w.token(r))
		err := v.api.Do(r.Context(), client.Request{Method: http.MethodGet, Path: "/v1/me"}, &v.me)
		var out view
		if err == nil {
			out, err = make(v)
		}
		if err != nil {
			w.fail(v, err)
			return
		}
		w.answer(v, out)
	})
}

// likingTime is how long a browser keeps what a visitor likes, in seconds: a year.
const likingTime = 365 * 24 * 60 * 60

// choose notes the language that a visitor picked and shows the same page in it.
func (w *Web) choose(v *visit, lang string) {
	http.SetCookie(v.w, &http.Cookie{Name: languageCookie, Value: lang, Path: "/", MaxAge: likingTime, SameSite: http.SameSiteLaxMode, HttpOnly: true, Secure: w.secure(v.r)})
	query := v.r.URL.Query()
	query.Del("lang")
	to := url.URL{Path: v.r.URL.Path, RawQuery: query.Encode()}
	http.Redirect(v.w, v.r, local(to.String()), http.StatusSeeOther)
}

// partial reports whether htmx asks for a part of a page that is shown already.
func (v *visit) partial() bool {
	return v.r.Header.Get("HX-Request") == "true" && v.r.Header.Get("HX-Request-Type") != "full" && v.r.Header.Get("HX-History-Restore-Request") != "true"
}

// answer sends a view.
func (w *Web) answer(v *visit, out view) {
	h := v.w.Header()
	h.Set("Cache-Control", "no-store")
	h.Add("Vary", "HX-Request")
	switch {
	case out.done:
		return
	case out.to != "" && v.partial():
		h.Set("HX-Redirect", out.to)
		v.w.WriteHeader(http.StatusNoContent)
		return
	case out.to != "":
		http.Redirect(v.w, v.r, out.to, http.StatusSeeOther)
		return
	}
	if out.status == 0 {
		out.status = http.StatusOK
	}
	name, data := out.part, out.body
	if out.part == "" || !v.partial() {
		name, data = out.page, w.sheet(v, out)
	}
	body, err := w.render(v.lang, name, data)
	if err != nil {
		w.Log.Error("page failed", "page", name, "path", v.r.URL.Path, "err", err)
		http.Error(v.w, v.say("err.srv"), http.StatusInternalServerError)
		return
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	send(v.w, v.r, out.status, body)
}

// fail tells what went wrong: a page of its own, or a message over the page that is shown.
func (w *Web) fail(v *visit, err error) {
	p := problemOf(err)
	switch {
	case errors.Is(err, context.Canceled):
		return // nobody waits for it
	case p == nil && !errors.As(err, &p):
		w.Log.Error("page failed", "path", v.r.URL.Path, "err", err)
		p = &client.Problem{Status: http.StatusInternalServerError, Title: v.say("err.srv"), Detail: v.say("err.srv_sub")}
	}
	if p.Status == http.StatusUnauthorized {
		w.answer(v, view{to: w.signInFor(v.r)})
		return
	}
	w.answer(v, view{page: "problem", part: "problem-toast", title: p.Title, status: p.Status, body: v.told(p)})
}

// A problem is what a page tells of one.
type problem struct {
	Status  int
	Title   string
	Detail  string
	Reasons []string // in words
	Errors  []callas.Problem
}

// told puts an API's problem into the visitor's words, as far as the catalogue has them.
func (v *visit) told(p *client.Problem) problem {
	out := problem{Status: p.Status, Title: p.Title, Detail: p.Detail, Errors: p.Errors}
	for _, reason := range p.Reasons {
		out.Reasons = append(out.Reasons, v.reason(reason))
	}
	return out
}

// reason is a reason in words; one that a policy of the installation's own gives is told
// by its code.
func (w *words) reason(r callas.Reason) string {
	if key := "reason." + string(r); w.has(key) {
		return w.say(key)
	}
	return string(r)
}

// local keeps a redirect on this site: a path, and no other host's (//host, /\host).
func local(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || len(to) == 0 || to[0] != '/' || len(to) > 1 && (to[1] == '/' || to[1] == '\\') {
		return "/"
	}
	return to
}
