package server

import (
	"context"
	"sync"
)

// maxKept is how many answers are kept for senders who repeat themselves. The source
// keeps its own list for a day, so that nothing is done twice even after a restart;
// this one gives the repeated request its answer back.
const maxKept = 1024

// maxKeptSize is the largest answer that is kept, in bytes: rows and menus are a few
// kilobytes, and a plan that was left out of here is found by its id.
const maxKeptSize = 64 << 10

// once carries out a request with an Idempotency-Key a single time. What went wrong
// is not kept: it may be tried again.
type once struct {
	mu   sync.Mutex
	runs map[string]*run
	kept []string // keys in the order they were kept
}

type run struct {
	done     chan struct{} // closed when answer and revision are there, or it has failed
	ok       bool
	answer   answer
	revision string
}

func newOnce() *once { return &once{runs: map[string]*run{}} }

// do carries out work under a key, or waits for and returns what came of it before.
func (o *once) do(ctx context.Context, key string, r *request, work func() (answer, error)) (answer, error) {
	if key == "" {
		return work()
	}
	for {
		o.mu.Lock()
		before := o.runs[key]
		if before == nil {
			break
		}
		o.mu.Unlock()
		select {
		case <-before.done:
		case <-ctx.Done():
			return answer{}, ctx.Err()
		}
		if before.ok {
			r.revision = before.revision
			return before.answer, nil
		}
	}
	mine := &run{done: make(chan struct{})}
	o.runs[key] = mine
	o.mu.Unlock()

	defer func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		close(mine.done)
		if !mine.ok {
			delete(o.runs, key)
			return
		}
		if o.kept = append(o.kept, key); len(o.kept) > maxKept {
			delete(o.runs, o.kept[0])
			o.kept = o.kept[1:]
		}
	}()
	a, err := work()
	if err == nil {
		err = a.encode()
	}
	if err == nil && len(a.raw) <= maxKeptSize {
		mine.answer, mine.revision, mine.ok = a, r.revision, true
	}
	return a, err
}
