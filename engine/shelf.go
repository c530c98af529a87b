package engine

import (
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"

	"callas"
)

// shelfSize is how many shown rows of a kind are kept: more services, profiles and units
// than most installations have, at about 3 kB each.
const shelfSize = 4096

// A shelf keeps what units, services and profiles look like to a policy: few rows, read
// for every agent. What it holds is good as a remembered decision is, and for the same
// reasons: while nothing that it was made from has changed. Agents are not kept: they are
// many, and each is read once.
type shelf struct {
	sync.RWMutex
	kinds map[callas.Kind]map[string]*standing
}

// A standing is a row, what it looks like, and what that stands on.
type standing struct {
	row  callas.Row
	term *ast.Term
	ground
}

// keeps reports whether rows of a kind are kept.
func (*shelf) keeps(kind callas.Kind) bool {
	return kind == callas.KindUnit || kind == callas.KindService || kind == callas.KindProfile
}

// find returns a row as it is kept; it may not hold any more.
func (s *shelf) find(kind callas.Kind, id string) *standing {
	s.RLock()
	defer s.RUnlock()
	return s.kinds[kind][id]
}

func (s *shelf) keep(kind callas.Kind, id string, v *standing) {
	s.Lock()
	defer s.Unlock()
	if s.kinds == nil {
		s.kinds = map[callas.Kind]map[string]*standing{}
	}
	if s.kinds[kind] == nil || len(s.kinds[kind]) >= shelfSize {
		s.kinds[kind] = map[string]*standing{}
	}
	s.kinds[kind][id] = v
}
