package web

import (
	"errors"
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
