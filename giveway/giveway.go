// Package giveway lets calls go first. It knows nothing of the work that gives way.
//
// Work that keeps a processor for long, such as an import or a bulk edit, is cut off by
// Go only every 10 ms, and what has come from the network waits as long: on a small
// machine a call would wait through it. So the work itself rests for a moment every so
// often, and whoever waits goes on.
package giveway

import "time"

// stretch is how long work goes on before it rests, and rest for how long: a call that is
// decided from memory takes a tenth of both.
const (
	stretch = 300 * time.Microsecond
	rest    = 100 * time.Microsecond
)

// A Worker works in stretches. The zero value begins one at its first step.
type Worker struct{ began time.Time }

// Step comes between two pieces of work of some microseconds each, and rests where a
// stretch is over. A nil Worker never rests.
func (w *Worker) Step() {
	switch {
	case w == nil:
	case w.began.IsZero():
		w.began = time.Now()
	case time.Since(w.began) >= stretch:
		time.Sleep(rest)
		w.began = time.Now()
	}
}
