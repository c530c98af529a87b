package engine

import (
	"sync"

	"callas"
)

// Outcomes are what calls that are decided alike have in common. All who call as the same
// service under the same identity share one: they are many and services few, so that what a
// remembered call needs is near the processor, from the call before. As themselves agents
// have nothing in common.
type outcomes struct {
	sync.Mutex
	known map[calledAs]*callas.Decision
}

type calledAs struct {
	service  string
	identity callas.Identity
}

// outcomesSize is how many are kept: more than there are services, each with its numbers,
// in most installations.
const outcomesSize = 4096

// of returns the outcome of a decision, a constant.
func (v *outcomes) of(d *callas.Decision) *callas.Decision {
	fresh := *d
	fresh.ID, fresh.Target = "", callas.Target{} // each call's own, and parts of what would be kept alive
	if d.As != callas.AsService || d.Identity == nil || len(d.Reasons) > 0 {
		return &fresh
	}
	key := calledAs{d.Service, *d.Identity}
	v.Lock()
	defer v.Unlock()
	if known := v.known[key]; known != nil {
		return known
	}
	if v.known == nil || len(v.known) >= outcomesSize {
		v.known = map[calledAs]*callas.Decision{}
	}
	v.known[key] = &fresh
	return &fresh
}
