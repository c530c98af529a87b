package compiled

import "github.com/open-policy-agent/opa/v1/ast"

// A memo is what is known so far in a run, as long as the input stays as it is.
type memo struct {
	values  []value // what rules have come to that have one value
	recalls []recall
	indexes []index
}

// A value is what a rule has come to: nil is nothing.
type value struct {
	known bool
	term  *ast.Term
}

func newMemo(values, recalls, indexes int) *memo {
	return &memo{make([]value, values), make([]recall, recalls), make([]index, indexes)}
}

// forget keeps the space and nothing in it.
func (m *memo) forget() {
	clear(m.values)
	for i := range m.recalls {
		m.recalls[i].forget()
	}
	for i := range m.indexes {
		m.indexes[i].made = false
		m.indexes[i].forget()
	}
}

// A recall holds what one rule has come to in a run, by its arguments.
type recall struct {
	args  []*ast.Term // of all, one behind the other
	came  []came
	slots []int32 // by hash: 1 + index into came; a power of two of them, or none while there are few
}

// A came is what a rule has come to: nil is nothing.
type came struct {
	hash  int
	value *ast.Term
}

// Up to fewCame are looked through one by one. Of slots there are always twice as many as
// values, so that a free one is near.
const (
	fewCame  = 8
	fewSlots = 64
)

func hashOf(args []*ast.Term) int {
	hash := len(args)
	for _, t := range args {
		hash = hash*31 + t.Value.Hash()
	}
	return hash
}

// find tells which of came is for some arguments; -1 where none is.
func (r *recall) find(hash int, args []*ast.Term) int {
	if len(r.slots) == 0 {
		for i := range r.came {
			if r.is(i, hash, args) {
				return i
			}
		}
		return -1
	}
	for slot := r.first(hash); r.slots[slot] != 0; slot = (slot + 1) & (len(r.slots) - 1) {
		if i := int(r.slots[slot] - 1); r.is(i, hash, args) {
			return i
		}
	}
	return -1
}

func (r *recall) is(i, hash int, args []*ast.Term) bool {
	if r.came[i].hash != hash {
		return false
	}
	for n, t := range r.args[i*len(args) : (i+1)*len(args)] {
		if !t.Equal(args[n]) {
			return false
		}
	}
	return true
}

func (r *recall) keep(hash int, args []*ast.Term, value *ast.Term) {
	r.args = append(r.args, args...)
	r.came = append(r.came, came{hash, value})
	switch n := len(r.came); {
	case n <= fewCame:
	case 2*n <= len(r.slots):
		r.place(n - 1)
	default:
		r.slots = make([]int32, max(fewSlots, 2*len(r.slots)))
		for i := range r.came {
			r.place(i)
		}
	}
}

func (r *recall) place(i int) {
	slot := r.first(r.came[i].hash)
	for r.slots[slot] != 0 {
		slot = (slot + 1) & (len(r.slots) - 1)
	}
	r.slots[slot] = int32(i + 1)
}

func (r *recall) first(hash int) int {
	mixed := uint64(hash) * 0x9e3779b97f4a7c15 // neighbours come apart
	return int(mixed>>32) & (len(r.slots) - 1)
}

func (r *recall) forget() {
	if len(r.came) == 0 {
		return
	}
	r.args, r.came, r.slots = emptied(r.args), emptied(r.came), nil
}
