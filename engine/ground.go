package engine

import (
	"sync/atomic"
	"time"

	"callas/state"
)

// A ground is what an evaluation stood on.
type ground struct {
	serial     uint64 // of the snapshot
	generation uint64 // of its database
	watches    []<-chan struct{}
	from       time.Time  // when the last that had expired in it did; zero: nothing had
	until      time.Time  // when the first row that it read expires; zero: never
	ages       []ageBound // services that bound the age of the facts themselves

	// seen is the newest snapshot at which all watches were found open: at the same
	// one they need not be looked at again.
	seen atomic.Uint64
}

// An ageBound holds while the facts are on the same side of it.
type ageBound struct {
	bound time.Duration
	past  bool
}

// holds reports whether nothing that it was made from has changed at a snapshot.
func (g *ground) holds(sn *state.Snapshot, now time.Time, age time.Duration) bool {
	if !g.timely(now, age) {
		return false
	}
	serial := sn.Serial()
	if g.serial > serial || g.generation != sn.Generation() {
		return false
	}
	if g.seen.Load() == serial {
		return true
	}
	for _, w := range g.watches {
		select {
		case <-w:
			return false
		default:
		}
	}
	g.seen.Store(serial)
	return true
}

// timely reports whether the clock judges now as it did then.
func (g *ground) timely(now time.Time, age time.Duration) bool {
	if !g.until.IsZero() && past(&g.until, now) || now.Before(g.from) {
		return false
	}
	for _, a := range g.ages {
		if (age > a.bound) != a.past {
			return false
		}
	}
	return true
}

// is makes a ground the same as another that nobody else has yet.
func (g *ground) is(other *ground) {
	g.serial, g.generation, g.watches = other.serial, other.generation, other.watches
	g.from, g.until, g.ages = other.from, other.until, other.ages
}

// stand adds another ground of the same snapshot.
func (g *ground) stand(on *ground) {
	g.watches = append(g.watches, on.watches...)
	g.judged(on)
}

// judged adds what the clock has judged in another ground.
func (g *ground) judged(on *ground) {
	g.ages = append(g.ages, on.ages...)
	if on.from.After(g.from) {
		g.from = on.from
	}
	if g.until.IsZero() || !on.until.IsZero() && on.until.Before(g.until) {
		g.until = on.until
	}
}
