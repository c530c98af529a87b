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
// every agent. It is found by the row itself, which is a constant, so it cannot be old.
// Agents are not kept: they are many, and each is read once.
type shelf struct {
	shown sync.Map // callas.Row -> ast.Value
	count atomic.Int64
}

// row shows a row, from the shelf where it may stand there.
func (s *shelf) row(m *moment, row callas.Row) ast.Value {
	if !timeless(row) {
		return m.show(row)
	}
	if v, ok := s.shown.Load(row); ok {
		return v.(ast.Value)
	}
	v := m.show(row)
	if s.count.Add(1) > shelfSize {
		s.shown.Clear()
		s.count.Store(1)
	}
	s.shown.Store(row, v)
	return v
}

// timeless reports whether a row looks the same at any time and beside any other row.
func timeless(row callas.Row) bool {
	switch r := row.(type) {
	case *callas.Profile:
		return true
	case *callas.Service:
		for _, n := range r.Numbers {
			if n.RightOfUse.Expires != nil {
				return false
			}
		}
		return r.ServeStale == ""
	}
	return false
}
