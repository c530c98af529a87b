// Package web is the hall: the pages that supervisors, agents and auditors see.
//
// Pages are a client of the admin API, in the same process: each asks with the token of
// the one who is signed in, so a page can show and do nothing that the API would refuse
// its reader. Nothing here decides anything, reads facts past the API, or shows an
// identity that the server has not confirmed.
//
// Templates, stylesheet, script, fonts and words are embedded; there is no build step.
package web

import (
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"callas/client"
	"callas/signin"
)

// Parts is what the pages are made of.
type Parts struct {
	API    http.Handler               // the admin face: where pages ask, and who answers what is no page
	Log    *slog.Logger               // where failures are told
	Spell  func(number string) string // writes an E.164 number as people read it; as it is where nil
	Region string                     // ISO 3166: how figures are grouped; GB where empty
	Zone   *time.Location             // in which times are told; the machine's where nil
	Demo   bool                       // anyone signs in as anyone, and every page says so
	Now    func() time.Time           // the clock; time.Now where nil

	Door     Door           // makes and ends sign-ins
	OIDC     *signin.Client // proves who someone is; nil: no provider
	OIDCName string         // what the button calls it; its host where empty
	Secure   bool           // browsers reach the pages over TLS, whatever the listener speaks
	Guests   []Guest        // as whom else anyone signs in, in the demo
}

// A Guest is an agent as whom anyone signs in.
type Guest struct {
	Name  string
	Token string
}

// Web is the pages.
type Web struct {
	Parts
	api     *client.Client
	assets  *assets
	words   map[string]*words
	pages   map[string]*template.Template // by language
	handler http.Handler
}

// New makes finished pages of their parts, or tells which one is missing or broken.
func New(p Parts) (*Web, error) {
	switch {
	case p.API == nil:
		return nil, errors.New("web: no API to ask")
	case p.Log == nil:
		return nil, errors.New("web: no log to tell failures to")
	case p.Door == nil:
		return nil, errors.New("web: no door to sign in by")
	}
	if p.Spell == nil {
		p.Spell = func(number string) string { return number }
	}
	p.Spell = (&spelling{spell: p.Spell}).of
	if p.Region == "" {
		p.Region = "GB"
	}
	if p.Zone == nil {
		p.Zone = time.Local
	}
	if p.Now == nil {
		p.Now = time.Now
	}
	w := &Web{Parts: p, api: client.Within(p.API)}
	var err error
	if w.assets, err = openAssets(); err != nil {
		return nil, err
	}
	if w.words, err = openWords(p.Region); err != nil {
		return nil, err
	}
	if w.pages, err = w.templates(); err != nil {
		return nil, err
	}
	w.handler = w.guarded(w.routes())
	return w, nil
}

// ServeHTTP answers pages, and hands the API what is the API's.
func (w *Web) ServeHTTP(rw http.ResponseWriter, r *http.Request) { w.handler.ServeHTTP(rw, r) }

// routes is every page. What is none is the API's.
func (w *Web) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", w.API)
	mux.Handle("GET /static/", w.assets)
	mux.Handle("GET /{$}", w.page(w.home))
	w.signInRoutes(mux)
	w.liveRoutes(mux)
	w.whyRoutes(mux)
	w.agentRoutes(mux)
	w.agentPageRoutes(mux)
	w.bulkRoutes(mux)
	w.undoRoutes(mux)
	w.assistantRoutes(mux)
	w.decisionRoutes(mux)
	w.serviceRoutes(mux)
	w.unitRoutes(mux)
	w.profileRoutes(mux)
	w.auditRoutes(mux)
	return mux
}

// home is where each role's work is.
func (w *Web) home(v *visit) (view, error) {
	if v.me.Agent != "" {
		return view{to: "/assistant"}, nil
	}
	return view{to: "/agents"}, nil
}
