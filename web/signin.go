package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"callas"
	"callas/client"
	"callas/signin"
)

// A Door makes and ends sign-ins: access tokens for browsers. Its errors may be Told.
type Door interface {
	SignInWith(ctx context.Context, token string) (string, error) // by an access token
	SignInBy(ctx context.Context, issuer, subject string, claims map[string]any) (string, error)
	Redeem(ctx context.Context, key string) (string, error) // by a link, once
	SignOut(ctx context.Context, token string) error
	SignOutAll(ctx context.Context, issuer, subject string) error // whom a provider no longer vouches for
}

// A told error says what a page may tell of it.
type told interface {
	Told() (status int, title, detail string, reasons []callas.Reason, errors []callas.Problem)
}

// problemOf is a door's error as the API would have told it; nil where there is nothing to tell.
func problemOf(err error) *client.Problem {
	var t told
	if !errors.As(err, &t) {
		return nil
	}
	p := &client.Problem{}
	p.Status, p.Title, p.Detail, p.Reasons, p.Errors = t.Told()
	return p
}

func (w *Web) signInRoutes(mux *http.ServeMux) {
	mux.Handle("GET /signin", w.open(w.signInPage))
	mux.Handle("POST /signin", w.open(w.signIn))
	mux.Handle("POST /signout", w.open(w.signOut))
	mux.Handle("GET /welcome", w.open(w.welcomePage))
	mux.Handle("POST /welcome", w.open(w.welcome))
	if w.OIDC != nil {
		mux.Handle("GET /signin/begin", w.open(w.begin))
		mux.Handle("GET "+signin.CallbackPath, w.open(w.finish))
		mux.HandleFunc("POST /signin/logout", w.loggedOut)
	}
}

// open serves a page to whoever comes, signed in or not.
func (w *Web) open(make page) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		v := w.stranger(rw, r)
		if lang := r.URL.Query().Get("lang"); r.Method == http.MethodGet && known(lang) {
			w.choose(v, lang)
			return
		}
		out, err := make(v)
		if err != nil {
			w.fail(v, err)
			return
		}
		w.answer(v, out)
	})
}

// stranger is the visit of someone of whom it does not matter whether they are signed in.
func (w *Web) stranger(rw http.ResponseWriter, r *http.Request) *visit {
	return &visit{words: w.words[languageOf(r)], web: w, r: r, w: rw}
}

// signInFor is where to sign in and come back from.
func (w *Web) signInFor(r *http.Request) string {
	back := r.URL.RequestURI()
	if r.Method != http.MethodGet || back == "/" {
		return "/signin"
	}
	return "/signin?" + url.Values{"next": {signin.Local(back)}}.Encode()
}

// A signIn is what the page to sign in shows.
type signIn struct {
	Next     string
	Notice   string // what went wrong, or what is done
	Done     bool   // it is the latter
	Provider string // what the button calls it; none where empty
	Begin    string // where that leads
	Out      string // where one signs out there too
	Guests   []Guest
}

func (w *Web) signInView(v *visit, next string) signIn {
	s := signIn{Next: signin.Local(next), Guests: w.Guests}
	if w.OIDC != nil {
		if s.Provider = w.OIDCName; s.Provider == "" {
			s.Provider = w.OIDC.Name()
		}
		s.Begin = "/signin/begin?" + url.Values{"next": {s.Next}}.Encode()
	}
	return s
}

// signInAgain shows the page to sign in once more, with what was wrong.
func (w *Web) signInAgain(v *visit, next string, status int, notice string) (view, error) {
	s := w.signInView(v, next)
	s.Notice = notice
	return view{page: "signin", title: v.say("signin.title"), status: status, body: s}, nil
}

func (w *Web) signInPage(v *visit) (view, error) {
	query := v.r.URL.Query()
	s := w.signInView(v, query.Get("next"))
	if query.Get("out") != "" {
		s.Notice, s.Done = v.say("signin.out_done"), true
		if w.OIDC != nil {
			s.Out = w.OIDC.LogoutURL()
		}
	}
	return view{page: "signin", title: v.say("signin.title"), body: s}, nil
}

// signIn takes an access token, and gives the browser one of its own.
func (w *Web) signIn(v *visit) (view, error) {
	token, next := strings.TrimSpace(v.r.PostFormValue("token")), v.r.PostFormValue("next")
	mine, err := w.Door.SignInWith(v.r.Context(), token)
	if p := problemOf(err); p != nil && p.Status < http.StatusInternalServerError {
		return w.signInAgain(v, next, http.StatusUnprocessableEntity, v.say("signin.wrong"))
	}
	if err != nil {
		return view{}, err
	}
	return w.letIn(v, mine, next), nil
}

// letIn gives the browser its sign-in, and ends the one that it had: nobody who has seen
// that, or has put it there, comes in with the new one.
func (w *Web) letIn(v *visit, token, next string) view {
	if old := w.token(v.r); old != "" {
		if err := w.Door.SignOut(v.r.Context(), old); err != nil {
			w.Log.Warn("the sign-in before could not be ended: it ends by itself", "err", err)
		}
	}
	w.remember(v, token)
	return view{to: signin.Local(next)}
}

// signOut ends a sign-in. Where that cannot be written down now, the browser forgets it
// all the same, and its owner is told.
func (w *Web) signOut(v *visit) (view, error) {
	err := w.Door.SignOut(v.r.Context(), w.token(v.r))
	w.remember(v, "")
	if err != nil {
		w.Log.Warn("a sign-in could not be ended: it ends by itself", "err", err)
		return w.signInAgain(v, "", http.StatusServiceUnavailable, v.say("signin.out_here"))
	}
	return view{to: "/signin?out=1"}, nil
}
