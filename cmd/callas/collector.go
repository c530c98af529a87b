package main

import (
	"context"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
)

// How much garbage may gather before it is collected. Collecting takes both cores of a
// small machine for as long as it takes to look through all that is alive, and the calls
// that come meanwhile are the slowest: one in a hundred at Go's own measure. So little
// that is alive has much room beside it, and the more it is the less in proportion.
// docs/operations.md has the figures.
const (
	leastGarbage = 64 << 20  // bytes, however little is alive
	manyTimes    = 5         // what is alive,
	muchGarbage  = 512 << 20 // bytes, as long as it is no more than that,
	someTimes    = 2         // and otherwise what is alive
)

// percentOf is Go's measure of it: garbage in per cent of what is alive.
func percentOf(live uint64) int {
	live = max(live, 1<<20)
	room := max(leastGarbage, min(manyTimes*live, muchGarbage), someTimes*live)
	return int(room * 100 / live)
}

// setCollector sets the garbage collector up for answering calls and keeps it so, until
// ctx ends, unless GOGC says how.
func setCollector(ctx context.Context, environ []string) {
	if slices.ContainsFunc(environ, func(v string) bool { return strings.HasPrefix(v, "GOGC=") }) {
		return
	}
	var set int
	attend(ctx, func(live uint64) {
		// It stops the world for a moment, so that small steps are not taken.
		if want := percentOf(live); max(want-set, set-want) > want/10 {
			debug.SetGCPercent(want)
			set = want
		}
	})
}

// attend calls steer with what is alive, now and after every collection until ctx ends.
func attend(ctx context.Context, steer func(live uint64)) {
	if ctx.Err() != nil {
		return
	}
	steer(readHeap().live)
	type fallen struct{ _ [64]byte } // nobody holds it, so that the next collection finds it
	runtime.AddCleanup(new(fallen), func(context.Context) { attend(ctx, steer) }, ctx)
}
