package engine

import (
	"sync"
	"sync/atomic"

	"github.com/open-policy-agent/opa/v1/ast"

	"callas"
)

// shelfSize is how many shown rows are kept: more services and profiles than most
// installations have, at about 3 kB each.
const shelfSize = 4096

// A shelf keeps what services and profiles look like to a policy: few rows, read for
// every agent. It is found by the row itself, which is a constant, so it cannot be old;
// what the clock has judged in it is as good as its ground. Agents are not kept: they are
// many, and each is read once.
type shelf struct {
	shown sync.Map // callas.Row -> *standing
	count atomic.Int64
}

// A standing is a shown row, and until when and at what ages of the facts it looks so.
type standing struct {
	value ast.Value
	ground
}

// kept reports whether a row looks the same beside any other row.
func kept(row callas.Row) bool {
	switch row.(type) {
	case *callas.Service, *callas.Profile:
		return true
	}
	return false
}

// row shows a row that is kept.
func (s *shelf) row(m *moment, row callas.Row) ast.Value {
	if v, ok := s.shown.Load(row); ok {
		if v := v.(*standing); v.timely(m.now, m.age) {
			m.stand(&v.ground)
			return v.value
		}
	}
	alone := moment{now: m.now, age: m.age}
	v := &standing{value: alone.show(row, nil), ground: alone.ground}
	if s.count.Add(1) > shelfSize {
		s.shown.Clear()
		s.count.Store(1)
	}
	s.shown.Store(row, v)
	m.stand(&v.ground)
	return v.value
}
