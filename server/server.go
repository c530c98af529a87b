// Package server is the door: HTTP routes, who is asking, errors as statuses.
//
// It has two faces. Platform answers telephony platforms: under whose identity
// does a call go out? Admin answers people and programs that read and change
// settings. The door never blocks a call (what cannot be decided is answered as
// the agent), never decides who may change what (that is policy, callas.change),
// and never writes to the facts: changes go to the source, and come back by
// themselves.
package server

import (
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"

	"callas"
	"callas/decisionlog"
	"callas/dialplan"
	"callas/engine"
	"callas/settings"
	"callas/source"
	"callas/state"
)

// Parts is what a server is made of.
type Parts struct {
	Engine *engine.Engine // the judge
	State  *state.Store   // the facts
	Source source.Store   // where changes go
	Plan   *dialplan.Plan // what a target is
	Log    *slog.Logger   // where what is wrong inside is told

	Auth         Authenticator            // who holds a token; Tokens over State where nil
	Record       func() decisionlog.Stats // how the record of decisions is doing; nil: nothing is recorded
	Proofs       Proofs                   // that neither was altered since
	Decisions    Seeker                   // who called as whom; nil: nothing is recorded
	OpenPlatform bool                     // the platform face asks for no token: loopback and unix sockets only
	Now          func() time.Time         // the clock; time.Now where nil
	Random       io.Reader                // where ids come from; crypto/rand where nil
}

// A Server is both faces of the door.
type Server struct {
	Parts
	ids       *requestIDs
	metrics   *metrics
	habits    *dialplan.Habits
	requests  sync.Pool // *request, empty
	revision  atomic.Pointer[spelling]
	plans     *settings.Plans
	once      *once
	turn      turn
	signIns   signIns
	importing chan struct{}            // held by the one import under way
	back      desk                     // for looking far back: facts of an earlier moment, long ago changes and decisions
	ahead     desk                     // for what a change would do
	words     map[callas.Reason]string // what reasons mean, in the bundle's words
	owed      atomic.Int64             // a revision whose return was given up waiting for
	draining  atomic.Bool
	drained   chan struct{} // closed when draining begins
	drain     sync.Once
	topics    map[string]*topic
	rhythm    rhythm
	proof     atomic.Pointer[proof] // nil: nothing was looked at yet
}

// New makes a finished server of its parts, or tells which one is missing.
func New(p Parts) (*Server, error) {
	switch {
	case p.Engine == nil:
		return nil, errors.New("server: no engine to decide calls")
	case p.State == nil:
		return nil, errors.New("server: no state to read")
	case p.Source == nil:
		return nil, errors.New("server: no source to send changes to")
	case p.Plan == nil:
		return nil, errors.New("server: no dial plan to read targets by")
	case p.Log == nil:
		return nil, errors.New("server: no log to tell failures to")
	}
	if p.Now == nil {
		p.Now = time.Now
	}
	if p.Random == nil {
		p.Random = rand.Reader
	}
	if p.Auth == nil {
		p.Auth = Tokens{State: p.State, Now: p.Now}
	}
	ids, err := newRequestIDs(p.Random)
	if err != nil {
		return nil, err
	}
	plans, err := settings.NewPlans(p.Now, p.Random)
	if err != nil {
		return nil, err
	}
	s := &Server{Parts: p, ids: ids, requests: sync.Pool{New: func() any { return new(request) }}, metrics: newMetrics(p),
		habits: dialplan.NewHabits(p.Plan), plans: plans, once: newOnce(),
		turn: newTurn(), importing: make(chan struct{}, 1), back: newDesk(), ahead: newDesk(), words: wordsOf(p.Engine.Bundle.Data),
		drained: make(chan struct{}), rhythm: shippedRhythm}
	s.topics = newTopics(s)
	s.metrics.open(s.topics)
	return s, nil
}

// Platform returns the face that telephony platforms see.
func (s *Server) Platform() http.Handler {
	return s.face(append(s.callRoutes(), s.houseRoutes(platformOnly)...))
}

// Admin returns the face that people and programs see who change settings.
func (s *Server) Admin() http.Handler {
	return s.face(append(s.adminRoutes(), s.houseRoutes(anyone)...))
}

// Drain makes /readyz answer 503 from now on, so that no new calls are sent here
// while those under way are answered. Streams of events say goodbye and end.
func (s *Server) Drain() {
	s.draining.Store(true)
	s.drain.Do(func() { close(s.drained) })
}

// face mounts routes on an engine of their own: no middleware, no redirects, and
// nothing read from Host or forwarding headers.
func (s *Server) face(routes []route) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	g := gin.New()
	g.RedirectTrailingSlash = false
	g.HandleMethodNotAllowed = true
	g.ForwardedByClientIP = false
	for _, r := range routes {
		g.Handle(r.method, r.path, s.serve(r))
	}
	g.NoRoute(s.serve(route{path: "other", do: func(*request) (answer, error) {
		return answer{}, refuse(notFound, "no such route; /openapi.yaml lists them all")
	}}))
	g.NoMethod(s.serve(route{path: "other", do: func(*request) (answer, error) {
		return answer{}, refuse(methodNotAllowed, "the Allow header lists those that work here")
	}}))
	return g
}
