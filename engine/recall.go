package engine

import (
	"slices"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
)

// A recall keeps what rules have come to within one evaluation: OPA's virtual cache. OPA's
// own makes a map for every step of a rule's path; this one is a table that is used again
// by the next evaluation.
type recall struct {
	frames []frame // the last is the one in use: "with" opens one
}

// A frame holds values by reference. The references lie one behind the other in terms.
type frame struct {
	terms []*ast.Term
	known []came
	slots []int32 // by hash: 1 + index into known; a power of two of them
}

// A came is what a reference has come to: a value, or nothing.
type came struct {
	from, to  int // in terms
	hash      int
	value     *ast.Term
	undefined bool
}

// Of slots there are always twice as many as references, so that a free one is near.
const fewSlots = 64

// recalls are those that no evaluation uses.
type recalls struct{ sync.Pool }

func (rs *recalls) take() *recall {
	r, ok := rs.Get().(*recall)
	if !ok {
		r = new(recall)
	}
	r.Push()
	return r
}

// give hands one to the next evaluation, empty.
func (rs *recalls) give(r *recall) {
	for len(r.frames) > 0 {
		r.Pop()
	}
	rs.Put(r)
}

// Push opens a frame, in which nothing is known yet.
func (r *recall) Push() {
	if len(r.frames) < cap(r.frames) {
		r.frames = r.frames[:len(r.frames)+1] // with the space of the one before
		return
	}
	r.frames = append(r.frames, frame{})
}

// Pop closes it, and keeps its space but not what it held.
func (r *recall) Pop() {
	f := r.top()
	clear(f.terms)
	clear(f.known)
	clear(f.slots)
	f.terms, f.known = f.terms[:0], f.known[:0]
	r.frames = r.frames[:len(r.frames)-1]
}

func (r *recall) top() *frame { return &r.frames[len(r.frames)-1] }

// Get returns what a reference has come to; true where that is nothing.
func (r *recall) Get(ref ast.Ref) (*ast.Term, bool) {
	if c := r.top().find(ref, hashOf(ref)); c != nil {
		if c.undefined {
			return nil, true
		}
		return c.value, false
	}
	return nil, false
}

// Put writes down what a reference has come to; nil is nothing.
func (r *recall) Put(ref ast.Ref, value *ast.Term) {
	f, hash := r.top(), hashOf(ref)
	c := f.find(ref, hash)
	if c == nil {
		c = f.add(ref, hash)
	}
	if value != nil {
		c.value = value
	} else {
		c.undefined = true
	}
}

// Keys returns the references that have come to a value.
func (r *recall) Keys() []ast.Ref {
	var keys []ast.Ref
	f := r.top()
	for _, c := range f.known {
		if c.value != nil {
			keys = append(keys, slices.Clone(f.terms[c.from:c.to]))
		}
	}
	return keys
}

func hashOf(ref ast.Ref) int {
	hash := len(ref)
	for _, t := range ref {
		hash = hash*31 + t.Value.Hash()
	}
	return hash
}

func (f *frame) find(ref ast.Ref, hash int) *came {
	if len(f.slots) == 0 {
		return nil
	}
	for slot := f.first(hash); f.slots[slot] != 0; slot = (slot + 1) & (len(f.slots) - 1) {
		c := &f.known[f.slots[slot]-1]
		if c.hash == hash && slices.EqualFunc(f.terms[c.from:c.to], ref, (*ast.Term).Equal) {
			return c
		}
	}
	return nil
}

func (f *frame) first(hash int) int {
	mixed := uint64(hash) * 0x9e3779b97f4a7c15 // neighbours come apart
	return int(mixed>>32) & (len(f.slots) - 1)
}

func (f *frame) add(ref ast.Ref, hash int) *came {
	if 2*(len(f.known)+1) > len(f.slots) {
		f.slots = make([]int32, max(fewSlots, 2*len(f.slots)))
		for i, c := range f.known {
			f.place(c.hash, i)
		}
	}
	from := len(f.terms)
	f.terms = append(f.terms, ref...)
	f.known = append(f.known, came{from: from, to: len(f.terms), hash: hash})
	f.place(hash, len(f.known)-1)
	return &f.known[len(f.known)-1]
}

func (f *frame) place(hash, i int) {
	slot := f.first(hash)
	for f.slots[slot] != 0 {
		slot = (slot + 1) & (len(f.slots) - 1)
	}
	f.slots[slot] = int32(i + 1)
}
