// Package giveway lets calls go first. It knows nothing of the work that gives way.
//
// Work that keeps a processor for long, such as an import or a bulk edit, is cut off by
// Go only every 10 ms, and what has come from the network waits as long: on a small
// machine a call would wait through it. So the work itself rests for a moment every so
// often while anybody comes, and whoever waits goes on.
package giveway

import (
	"runtime/metrics"
	"time"
)

// stretch is how long work goes on before it rests, and rest for how long: a call that is
// decided from memory takes a tenth of both. Where nothing else goes on a rest takes a
// millisecond, which is as finely as Go waits for the network; so work that nobody
// disturbs does not rest at all.
const (
	stretch = 300 * time.Microsecond
	rest    = 100 * time.Microsecond
)

// comers counts the goroutines that have begun. A server begins one for every request, so
// that it moves whenever somebody has come. Reading it takes 50 ns.
const comers = "/sched/goroutines-created:goroutines"

// A Worker works in stretches. The zero value begins one at its first step.
type Worker struct {
	began time.Time
	count [1]metrics.Sample
	came  uint64
}

// Step comes between two pieces of work of some microseconds each, and rests where a
// stretch is over and somebody has come meanwhile. A nil Worker never rests.
func (w *Worker) Step() {
	switch {
	case w == nil:
	case w.began.IsZero():
		w.count[0].Name = comers
		w.begin()
	case time.Since(w.began) >= stretch:
		before := w.came
		if w.begin(); w.came != before {
			time.Sleep(rest)
			w.begin()
		}
	}
}

func (w *Worker) begin() {
	metrics.Read(w.count[:])
	w.began, w.came = time.Now(), w.count[0].Value.Uint64()
}
