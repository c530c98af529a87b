// Package engine is the judge: it reads a snapshot of the facts, asks the policy, and answers.
//
// It is the only room that evaluates Rego. It never blocks a call: whatever goes
// wrong, a call has its answer within the deadline, and then it is "as the agent".
package engine

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"callas"
	"callas/bundles"
	"callas/decisionlog"
	"callas/state"
)

const (
	// DefaultDeadline is how long a policy may take over one call. No proxy that was
	// measured can wait less than a second, so the limit has to be ours.
	DefaultDeadline = 50 * time.Millisecond

	// adminDeadline is the same for menus and changes, where a person waits.
	adminDeadline = 2 * time.Second

	// toldStale is the age from which a decision says that its facts may be old:
	// the source is heard every second, so two misses and a little.
	toldStale = 3 * time.Second
)

// The questions a policy answers: the entrypoints of the bundle.
const (
	decisionQuery    = "data.callas.resolve.decision"
	explanationQuery = "data.callas.resolve.explanation"
	menuQuery        = "data.callas.menu.menu"
	changeQuery      = "data.callas.change.decision"
	scopeQuery       = "data.callas.change.scope"

	// signInQuery is who may come in. A policy may do without it: then nobody may that way.
	signInQuery = "data.callas.signin.principal"
)

// A Recorder keeps decisions. Append must not wait for a disk, nor keep the entry itself;
// an error means that the decision is not on record and, so, must not be made in a
// service's favour.
type Recorder interface {
	Append(*decisionlog.Entry) error
}

// Parts is what an engine is made of.
type Parts struct {
	Bundle *bundles.Bundle // the law
	State  *state.Store    // the facts
	Log    *slog.Logger    // where a failure is told
	Record Recorder        // where decisions about calls are kept; nil: nowhere

	Callee decisionlog.Mask // how the record writes whom a call was for, unless policy says otherwise; partly where zero

	HomeCountry string           // shown in a menu's preview of a phone call
	Deadline    time.Duration    // per call; DefaultDeadline where zero
	StaleAfter  time.Duration    // age of the facts at which the gate "stale" closes; zero: never
	Memory      int              // decisions remembered, and menus; DefaultMemory where zero, none where negative
	Zone        *time.Location   // of input.time; UTC where nil
	Now         func() time.Time // the clock; time.Now where nil
	NewID       func() string    // names a decision; random where nil
}

// An Engine answers calls, menus and changes from one bundle. It is safe for concurrent use.
type Engine struct {
	Parts
	facts    store
	memory   *memory[decided]         // nil: switched off, or the policy's answers cannot be remembered
	outcomes outcomes                 // of the decisions in memory
	menus    *memory[listing]         // the same of menus
	parts    part                     // of a call, that its decision depends on
	alike    likeness                 // of agents, to their menus
	same     sameness                 // of changes of agents
	callers  likeness                 // of agents, to a decision that shows nothing personal
	likes    *memory[callas.Decision] // by likeness; nil: it cannot be told, or nothing is remembered

	masking masking   // how the record writes callees
	entries sync.Pool // *decisionlog.Entry: what a Recorder is handed, and may not keep

	decision, explanation, menu, change, scope query

	signIn *query // nil: the policy lets nobody sign in with a provider
}

// New prepares every question of the bundle, and refuses one that lacks an answer to any.
func New(p Parts) (*Engine, error) {
	switch {
	case p.Bundle == nil:
		return nil, errors.New("engine: no bundle to decide by")
	case p.State == nil:
		return nil, errors.New("engine: no state to decide from")
	case p.Log == nil:
		return nil, errors.New("engine: no log to tell failures to")
	}
	p.setDefaults()
	data, err := ast.InterfaceToValue(p.Bundle.Data)
	if err != nil {
		return nil, fmt.Errorf("bundle %s: data: %w", p.Bundle.Name, err)
	}
	object, ok := data.(ast.Object)
	if !ok {
		return nil, fmt.Errorf("bundle %s: data is %T, want an object", p.Bundle.Name, data)
	}
	e := &Engine{Parts: p, facts: store{law: object},
		entries: sync.Pool{New: func() any { return new(decisionlog.Entry) }}}
	w := newWorkers()
	for text, into := range map[string]*query{
		decisionQuery: &e.decision, explanationQuery: &e.explanation,
		menuQuery: &e.menu, changeQuery: &e.change, scopeQuery: &e.scope,
	} {
		if *into, err = prepare(p.Bundle.Compiler, w, text); err != nil {
			return nil, fmt.Errorf("bundle %s: %w", p.Bundle.Name, err)
		}
	}
	if err := e.prepareMask(w); err != nil {
		return nil, fmt.Errorf("bundle %s: %w", p.Bundle.Name, err)
	}
	e.alike, e.same = likenessOf(p.Bundle.Compiler, e.menu, nil), samenessOf(p.Bundle.Compiler, e.change)
	if err := e.prepareSignIn(w); err != nil {
		return nil, fmt.Errorf("bundle %s: %w", p.Bundle.Name, err)
	}
	e.tellRefused()
	e.remember()
	return e, nil
}

// queries are all questions that are prepared.
func (e *Engine) queries() []*query {
	all := []*query{&e.decision, &e.explanation, &e.menu, &e.change, &e.scope}
	if e.masking.compiler != nil {
		all = append(all, &e.masking.query)
	}
	if e.signIn != nil {
		all = append(all, e.signIn)
	}
	return all
}

// tellRefused tells which questions take OPA's interpreter, several times as long.
func (e *Engine) tellRefused() {
	for _, q := range e.queries() {
		if q.refused != nil {
			e.Log.Info("a question is left to OPA's interpreter", "bundle", e.Bundle.Name, "question", q.text, "why", q.refused)
		}
	}
}

// remember sets up the memories where the policy lets its answers be remembered.
func (e *Engine) remember() {
	if e.Memory < 0 {
		return
	}
	if e.menu.repeats {
		e.menus = newMemory[listing](e.Memory)
	}
	if !e.decision.repeats || !e.masking.repeatable() {
		e.Log.Warn("decisions are not remembered: the policy calls a builtin whose answer changes by itself", "bundle", e.Bundle.Name)
		return
	}
	e.parts = e.decision.parts | e.masking.parts
	e.memory = newMemory[decided](e.Memory)
	if e.callers = likenessOf(e.Bundle.Compiler, e.decision, personal); e.callers.known && e.masking.always != nil {
		e.likes = newMemory[callas.Decision](e.Memory)
	}
}

func (p *Parts) setDefaults() {
	if p.Deadline <= 0 {
		p.Deadline = DefaultDeadline
	}
	if p.Memory == 0 {
		p.Memory = DefaultMemory
	}
	if p.Zone == nil {
		p.Zone = time.UTC
	}
	if p.Now == nil {
		p.Now = time.Now
	}
	if p.NewID == nil {
		p.NewID = new(ids).next
	}
}

// Digest names the policy that decides: sha256:<hex>.
func (e *Engine) Digest() string { return e.Bundle.Digest }

// Stale reports whether the facts are older than the configured bound, so that
// every call goes out as the agent.
func (e *Engine) Stale(now time.Time) bool {
	return e.tooOld(e.State.Age(now))
}

func (e *Engine) tooOld(age time.Duration) bool { return e.StaleAfter > 0 && age > e.StaleAfter }

// at is the moment of a snapshot.
func (e *Engine) at(sn *state.Snapshot) *moment {
	now := e.Now()
	return newMoment(sn, now, e.State.Age(now))
}
