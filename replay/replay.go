// Package replay decides recorded calls again: by the policy that decided them, which
// proves the record, or by another, which tells what it would change.
//
// A call is decided over the facts of its own revision, rebuilt from the source's log of
// changes, and at its own time. The package must never guess: what cannot be decided
// exactly as it would have been is counted as such and left out.
package replay

import (
	"context"
	"errors"
	"iter"
	"runtime"
	"slices"
	"sync"

	"callas"
	"callas/decisionlog"
	"callas/engine"
	"callas/state"
)

// Parts is what a replay is made of.
type Parts struct {
	Engine  *engine.Engine                              // the policy to decide by
	Records iter.Seq2[decisionlog.Record, error]        // what to decide again
	Facts   func(callas.Token) (*state.Snapshot, error) // those to decide a record of this revision over
}

// batch is how many calls are decided at a time, on all cores.
const batch = 512

// Run decides every record again and reports what differs. The error says why it could
// not be gone through to the end.
func Run(ctx context.Context, p Parts) (Report, error) {
	callee, err := p.Engine.ReadsCallee()
	if err != nil {
		return Report{}, err
	}
	r := run{Parts: p, callee: callee, tally: tally{changes: map[string]*Change{}, policies: map[string]int{}}}
	for record, err := range p.Records {
		if b, ok := errors.AsType[*decisionlog.Break](err); ok {
			r.Broken = append(r.Broken, b)
			continue
		}
		if err == nil {
			err = r.take(ctx, record)
		}
		if err != nil {
			return r.report(), err
		}
	}
	err = r.decide(ctx)
	return r.report(), err
}

type run struct {
	Parts
	tally
	callee bool // the policy reads whom a call is for
	todo   []job
}

// A job is one call to decide again.
type job struct {
	record decisionlog.Record
	facts  *state.Snapshot
	now    callas.Decision
	err    error
}

// take puts a record where it belongs: among those to decide, or those left out.
func (r *run) take(ctx context.Context, record decisionlog.Record) error {
	if record.Lost > 0 {
		r.Lost += record.Lost
		return nil
	}
	if !record.Decided() {
		return nil
	}
	r.Calls++
	if slices.ContainsFunc(record.Reasons, unanswered) {
		r.Unanswered++
		return nil
	}
	if r.callee && record.Masked != "" {
		r.Masked++
		return nil
	}
	facts, err := r.Facts(record.Revision)
	if errors.Is(err, ErrElsewhere) {
		r.Elsewhere++
		return nil
	}
	if err != nil {
		return err
	}
	r.todo = append(r.todo, job{record: record, facts: facts})
	if len(r.todo) < batch {
		return nil
	}
	return r.decide(ctx)
}

// unanswered reports whether a reason means that no policy has decided.
func unanswered(r callas.Reason) bool {
	return r == callas.ReasonTimeout || r == callas.ReasonEngineError
}

// decide works off what there is to do, and counts it in the order of the record.
func (r *run) decide(ctx context.Context) error {
	var workers sync.WaitGroup
	n := runtime.GOMAXPROCS(0)
	for w := range n {
		workers.Go(func() {
			for i := w; i < len(r.todo); i += n {
				j := &r.todo[i]
				j.now, j.err = r.Engine.Redecide(ctx, j.facts, &j.record)
			}
		})
	}
	workers.Wait()
	for i := range r.todo {
		j := &r.todo[i]
		if j.err != nil {
			return j.err
		}
		r.count(&j.record, j.now)
	}
	r.todo = r.todo[:0]
	return nil
}
