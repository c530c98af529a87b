package engine

import (
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
)

// termsSize is how many names are kept as terms, at some 100 bytes each.
const termsSize = 16384

// A terms keeps the names that rows refer to others by (of units, profiles and services)
// as terms: few names, in nearly every row.
type terms struct {
	sync.RWMutex
	made map[string]*ast.Term
}

// of returns the term of a name. It is a constant.
func (t *terms) of(name string) *ast.Term {
	if t == nil {
		return ast.StringTerm(name)
	}
	t.RLock()
	term := t.made[name]
	t.RUnlock()
	if term != nil {
		return term
	}
	term = ast.StringTerm(name)
	t.Lock()
	defer t.Unlock()
	if t.made == nil || len(t.made) >= termsSize {
		t.made = map[string]*ast.Term{}
	}
	t.made[name] = term
	return term
}
