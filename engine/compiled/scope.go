package compiled

import (
	"maps"

	"github.com/open-policy-agent/opa/v1/ast"
)

// A builder makes one program. What rules a step needs are put on its list and made when
// the step is done, so that no rule is made within another.
type builder struct {
	rego    *ast.Compiler
	sets    map[*ast.TreeNode]*ruleset
	todo    []func()
	values  int
	recalls int
	indexes int
}

func (b *builder) finish() {
	for len(b.todo) > 0 {
		next := b.todo[0]
		b.todo = b.todo[1:]
		next()
	}
}

// An operand is where a value stands: in the program or in a frame.
type operand struct {
	term *ast.Term // nil: in the frame
	slot int
}

func (o operand) in(f frame) *ast.Term {
	if o.term != nil {
		return o.term
	}
	return f[o.slot]
}

// A scope is the part of a rule in which the same variables are bound. Steps are made in
// the order in which they run, so what is known when one is made is known when it runs.
type scope struct {
	*builder
	known map[ast.Var]operand
	size  *int // of the rule's frame
}

func (b *builder) scope() *scope { return &scope{b, map[ast.Var]operand{}, new(int)} }

// inner is a scope whose variables nobody else sees, as of a comprehension.
func (s *scope) inner() *scope { return &scope{s.builder, maps.Clone(s.known), s.size} }

func (s *scope) slot() int {
	*s.size++
	return *s.size - 1
}

func (s *scope) slots(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = s.slot()
	}
	return out
}

// free reports whether a term is a variable that is not bound yet.
func (s *scope) free(t *ast.Term) (ast.Var, bool) {
	v, ok := t.Value.(ast.Var)
	if !ok {
		return "", false
	}
	_, bound := s.known[v]
	return v, !bound
}

// open reports whether a term has to be matched, since it has variables to bind. Those
// within a reference or a comprehension are bound by working it out.
func (s *scope) open(t *ast.Term) bool {
	switch v := t.Value.(type) {
	case ast.Var:
		_, free := s.free(t)
		return free
	case *ast.Array:
		return v.Until(s.open)
	case ast.Object:
		return v.Until(func(key, value *ast.Term) bool { return s.open(key) || s.open(value) })
	case ast.Set:
		return v.Until(s.open)
	}
	return false
}

// nowhere is the step of what can have no solution.
func nowhere(*machine, frame) error { return nil }
