// Package giveway lets calls go first. It knows nothing of the work that gives way.
//
// Work that keeps a processor for long, such as an import or a bulk edit, is cut off by
// Go only every 10 ms, and by the kernel every 3 or 4: on a small machine a call would
// wait as long. So the work itself goes on in short stretches with a rest after each,
// and whoever waits goes on meanwhile. That takes it longer: calls come first.
package giveway

import "time"

// How long work goes on before it rests, and rests: as long as it worked, so that it
// never has more than half of one processor while anybody comes. A call that is decided
// from memory takes as long as a stretch. The first is longer: what is over by then, as a
// change of one setting is, does not rest at all.
const (
	stretch = 100 * time.Microsecond
	rest    = stretch
	first   = 4 * stretch
)

// Where nothing else goes on a rest takes a little over a millisecond, which is as finely
// as Go then looks at the clock. Rests that take so long one after the other mean that
// nobody comes: the work then goes on for longer each time, up to longest, and loses
// little. One that takes less was cut short by somebody who came; one that takes more
// was spent waiting for a processor, of which others then have need.
const (
	alone   = time.Millisecond
	crowded = alone + alone/4
	longest = 32 * stretch
)

// A Worker works in stretches. The zero value begins one at its first step.
type Worker struct {
	began   time.Time
	stretch time.Duration
}

// Step comes between two pieces of work of some microseconds each, and rests where a
// stretch is over. A nil Worker never rests.
func (w *Worker) Step() {
	if w == nil {
		return
	}
	now := time.Now()
	switch {
	case w.began.IsZero():
		w.began, w.stretch = now, first
	case now.Sub(w.began) >= w.stretch:
		time.Sleep(rest)
		w.began = time.Now()
		w.stretch = after(w.stretch, w.began.Sub(now))
	}
}

// after is how long the stretch is after one and a rest.
func after(worked, rested time.Duration) time.Duration {
	if rested < alone || rested >= crowded {
		return stretch
	}
	return min(2*worked, longest)
}
