package dialplan

import (
	"hash/maphash"
	"strings"
	"sync/atomic"

	"callas"
)

// Habits classify as their plan does, and remember what targets were found to be: people
// call the same ones again and again. A remembered answer is the plan's, since a plan is a
// constant and looks at nothing but the text. They are safe for concurrent use.
type Habits struct {
	plan *Plan
	seed maphash.Seed
	sets [habitSets]habitSet
}

// At most habitSets times two targets are remembered, of at most habitLength bytes each:
// some 3 MB. A longer one is classified anew each time.
const (
	habitSets   = 8192
	habitLength = 96
)

// A habitSet is where targets of one hash are, the last one that came new first.
type habitSet [2]atomic.Pointer[habit]

type habit struct {
	raw    string
	target callas.Target
}

// NewHabits returns what remembers nothing yet.
func NewHabits(p *Plan) *Habits { return &Habits{plan: p, seed: maphash.MakeSeed()} }

// Classify tells what raw is: see Plan.
func (h *Habits) Classify(raw string) callas.Target {
	if len(raw) > habitLength {
		return h.plan.Classify(raw)
	}
	set := &h.sets[maphash.String(h.seed, raw)%habitSets]
	for i := range set {
		if known := set[i].Load(); known != nil && known.raw == raw {
			return known.target
		}
	}
	raw = strings.Clone(raw) // it may be a part of a request, as may be what the plan makes of it
	fresh := &habit{raw, h.plan.Classify(raw)}
	set[1].Store(set[0].Swap(fresh))
	return fresh.target
}
