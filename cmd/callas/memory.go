package main

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// How memory that nobody needs is given back to the system.
const (
	tidyEvery = 5 * time.Second
	idleBelow = 256 << 10 // bytes allocated a second: some hundred calls. Left alone it is a tenth
	worthIt   = 16 << 20  // bytes grown since the last time; and a quarter of what is in use
)

// A tidier gives memory back once a start, an import or a rush of calls is over: the
// collector alone keeps room for twice as much garbage as there are settings. While one
// goes on it does nothing, so that it costs no call its time.
type tidier struct {
	read      func() heap
	giveBack  func()
	allocated uint64 // until the last look
	kept      uint64 // held once memory had been given back
}

// A heap is what there is, in bytes.
type heap struct {
	allocated uint64 // since the start, freed or not
	live      uint64 // found by the last collection
	held      uint64 // from the system, for objects
}

func newTidier() *tidier { return &tidier{read: readHeap, giveBack: debug.FreeOSMemory} }

// run looks every now and then until ctx ends.
func (t *tidier) run(ctx context.Context) {
	tick := time.NewTicker(tidyEvery)
	defer tick.Stop()
	t.tidy() // reading the settings left as much garbage as there are settings
	for {
		select {
		case <-tick.C:
			t.look()
		case <-ctx.Done():
			return
		}
	}
}

// look gives back what is worth it, when nothing goes on.
func (t *tidier) look() {
	h := t.read()
	idle := h.allocated-t.allocated < idleBelow*uint64(tidyEvery/time.Second)
	t.allocated = h.allocated
	if idle && h.held > t.kept+max(worthIt, h.live/4) {
		t.tidy()
	}
}

func (t *tidier) tidy() {
	t.giveBack()
	t.kept = t.read().held
}

func readHeap() heap {
	samples := []metrics.Sample{
		{Name: "/gc/heap/allocs:bytes"},
		{Name: "/gc/heap/live:bytes"},
		{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/memory/classes/heap/unused:bytes"},
		{Name: "/memory/classes/heap/free:bytes"},
	}
	metrics.Read(samples)
	v := func(i int) uint64 { return samples[i].Value.Uint64() }
	return heap{allocated: v(0), live: v(1), held: v(2) + v(3) + v(4)}
}
