package engine

import "time"

// workers run evaluations beside their callers, who must be free to stop waiting. A
// goroutine is kept for the next one: evaluation needs a deep stack, and growing it anew
// each time was measured at a quarter of a policy's time.
type workers struct{ next chan func() }

// idle is how long a goroutine waits for more to do before it ends.
const idle = 100 * time.Millisecond

func newWorkers() workers { return workers{make(chan func())} }

// start runs f on a goroutine that is free, or on a new one: nothing ever waits for one
// that is stuck.
func (w workers) start(f func()) {
	select {
	case w.next <- f:
	default:
		go w.work(f)
	}
}

func (w workers) work(f func()) {
	rest := time.NewTimer(idle)
	defer rest.Stop()
	for {
		f()
		rest.Reset(idle)
		select {
		case f = <-w.next:
		case <-rest.C:
			return
		}
	}
}
