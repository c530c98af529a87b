package web

import (
	"errors"
	"io"
	"net/http"

	"callas/signin"
)

// begin sends a browser to the provider. It is a link and no form: with form-action 'self'
// Chromium follows no form to another site, not even by a redirect.
func (w *Web) begin(v *visit) (view, error) {
	next := v.r.URL.Query().Get("next")
	to, err := w.OIDC.Begin(v.w, v.r, next)
	if errors.Is(err, signin.ErrAway) {
		return w.providerAway(v, next, err)
	}
	return view{to: to}, err
}

func (w *Web) providerAway(v *visit, next string, err error) (view, error) {
	w.Log.Warn("the sign-in provider does not answer", "issuer", w.OIDC.Issuer, "err", err)
	return w.signInAgain(v, next, http.StatusServiceUnavailable, v.say("signin.away"))
}

// finish lets in whom the provider vouches for, as policy says.
func (w *Web) finish(v *visit) (view, error) {
	who, next, err := w.OIDC.Finish(v.w, v.r)
	var refused *signin.Refused
	switch {
	case errors.As(err, &refused):
		w.Log.Warn("a sign-in came to nothing", "issuer", w.OIDC.Issuer, "err", err)
		return w.signInAgain(v, next, http.StatusForbidden, v.refusal(refused.Why))
	case errors.Is(err, signin.ErrAway):
		return w.providerAway(v, next, err)
	case err != nil:
		return view{}, err
	}
	token, err := w.Door.SignInBy(v.r.Context(), who.Issuer, who.Subject, who.All)
	if p := problemOf(err); p != nil && p.Status == http.StatusForbidden {
		w.Log.Warn("someone may not sign in", "issuer", who.Issuer, "subject", who.Subject, "reasons", p.Reasons)
		return view{page: "unadmitted", title: v.say("signin.unadmitted"), status: p.Status, body: v.told(p)}, nil
	}
	if err != nil {
		return view{}, err
	}
	return w.letIn(v, token, next), nil
}

// loggedOut ends the sign-ins of someone who has signed out at the provider, or was put
// out there. The provider asks, not a browser: what lets it in is its signature.
func (w *Web) loggedOut(rw http.ResponseWriter, r *http.Request) {
	rw.Header().Set("Cache-Control", "no-store")
	issuer, subject, err := w.OIDC.LoggedOut(r.Context(), r.PostFormValue("logout_token"))
	if err == nil {
		err = w.Door.SignOutAll(r.Context(), issuer, subject)
	}
	var refused *signin.Refused
	switch {
	case err == nil:
		w.Log.Info("signed out at the provider", "issuer", issuer, "subject", subject)
	case errors.As(err, &refused):
		w.Log.Warn("a logout cannot be trusted", "issuer", w.OIDC.Issuer, "err", err)
		tellProvider(rw, http.StatusBadRequest, "invalid_request")
	default:
		w.Log.Error("a logout could not be carried out", "issuer", w.OIDC.Issuer, "err", err)
		tellProvider(rw, http.StatusServiceUnavailable, "temporarily_unavailable")
	}
}

// tellProvider answers an error as RFC 6749 writes it.
func tellProvider(rw http.ResponseWriter, status int, code string) {
	rw.Header().Set("Content-Type", "application/json")
	rw.WriteHeader(status)
	_, _ = io.WriteString(rw, `{"error":"`+code+`"}`)
}

// refusal is why nobody was vouched for, in words.
func (w *words) refusal(why signin.Refusal) string {
	switch why {
	case signin.BeginAgain:
		return w.say("signin.begin_again")
	case signin.Denied:
		return w.say("signin.denied")
	default:
		return w.say("signin.unsound")
	}
}
