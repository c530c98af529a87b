package compiled

import (
	"github.com/open-policy-agent/opa/v1/ast"
)

// unify goes on where two terms are the same, with the variables bound that make them so.
func (s *scope) unify(a, b *ast.Term, then func() step) step {
	if _, free := s.free(a); free {
		a, b = b, a
	}
	if v, free := s.free(b); free {
		if _, both := s.free(a); both {
			refuse("two variables that are not bound", ast.Equality.Expr(a, b))
		}
		return s.value(a, func(o operand) step {
			if known, ok := s.known[v]; ok { // it was bound on the way, as in x = input[x]
				return same(o, known, then())
			}
			s.known[v] = o
			return then()
		})
	}
	switch openA, openB := s.open(a), s.open(b); {
	case openA && openB:
		return s.unifyOpen(a, b, then)
	case openA:
		return s.value(b, func(o operand) step { return s.match(o, a, then) })
	case openB:
		return s.value(a, func(o operand) step { return s.match(o, b, then) })
	}
	if _, ref := b.Value.(ast.Ref); ref && ast.IsComprehension(a.Value) {
		a, b = b, a // topdown follows the reference first
	}
	return s.value(a, func(o operand) step { return s.match(o, b, then) })
}

// unifyOpen takes two composites with variables to bind in both apart.
func (s *scope) unifyOpen(a, b *ast.Term, then func() step) step {
	arrayA, okA := a.Value.(*ast.Array)
	arrayB, okB := b.Value.(*ast.Array)
	if !okA || !okB {
		refuse("variables to bind on both sides", ast.Equality.Expr(a, b))
	}
	if arrayA.Len() != arrayB.Len() {
		then()
		return nowhere
	}
	return s.unifyElements(arrayA, arrayB, 0, then)
}

func (s *scope) unifyElements(a, b *ast.Array, i int, then func() step) step {
	if i == a.Len() {
		return then()
	}
	return s.unify(a.Elem(i), b.Elem(i), func() step { return s.unifyElements(a, b, i+1, then) })
}

// match goes on where a value is as a term says, whose free variables it binds.
func (s *scope) match(o operand, t *ast.Term, then func() step) step {
	if v, free := s.free(t); free {
		s.known[v] = o
		return then()
	}
	switch v := t.Value.(type) {
	case *ast.Array:
		if s.open(t) {
			return s.matchArray(o, v, then)
		}
	case ast.Object:
		if s.open(t) {
			return s.matchObject(o, v, then)
		}
	}
	next := s.value(t, func(other operand) step { return same(o, other, then()) })
	if may := collects(t.Value); may != nil {
		return func(m *machine, f frame) error {
			if !may(o.in(f).Value) {
				return nil
			}
			return next(m, f)
		}
	}
	return next
}

// collects tells what a comprehension has to be made for, to see whether it is the same:
// topdown makes none to compare it with what it cannot be. It is nil for any other term.
func collects(t ast.Value) func(ast.Value) bool {
	switch t.(type) {
	case *ast.ArrayComprehension:
		return func(v ast.Value) bool { return kind[*ast.Array](v) || kind[ast.Set](v) }
	case *ast.ObjectComprehension:
		return func(v ast.Value) bool { return kind[ast.Object](v) || kind[ast.Set](v) }
	case *ast.SetComprehension:
		return kind[ast.Set]
	}
	return nil
}

func kind[T ast.Value](v ast.Value) bool {
	_, ok := v.(T)
	return ok
}

func same(a, b operand, next step) step {
	if b.term != nil {
		a, b = b, a
	}
	if a.term != nil {
		want := a.term
		if text, ok := want.Value.(ast.String); ok {
			return func(m *machine, f frame) error {
				if got, ok := b.in(f).Value.(ast.String); !ok || got != text {
					return nil
				}
				return next(m, f)
			}
		}
		return func(m *machine, f frame) error {
			if !want.Equal(b.in(f)) {
				return nil
			}
			return next(m, f)
		}
	}
	return func(m *machine, f frame) error {
		if !f[a.slot].Equal(f[b.slot]) {
			return nil
		}
		return next(m, f)
	}
}

func (s *scope) matchArray(o operand, want *ast.Array, then func() step) step {
	at := s.slots(want.Len())
	next := s.matchAll(at, want.Elem, then)
	return func(m *machine, f frame) error {
		got, ok := o.in(f).Value.(*ast.Array)
		if !ok || got.Len() != len(at) {
			return nil
		}
		for i, slot := range at {
			f[slot] = got.Elem(i)
		}
		return next(m, f)
	}
}

func (s *scope) matchAll(at []int, want func(int) *ast.Term, then func() step) step {
	var from func(i int) step
	from = func(i int) step {
		if i == len(at) {
			return then()
		}
		return s.match(operand{slot: at[i]}, want(i), func() step { return from(i + 1) })
	}
	return from(0)
}

func (s *scope) matchObject(o operand, want ast.Object, then func() step) step {
	keys := want.Keys()
	if collapses(want) {
		refuse("a set or object whose elements may be the same", want)
	}
	return s.all(keys, func(known []operand) step {
		at := s.slots(len(keys))
		next := s.matchAll(at, func(i int) *ast.Term { return want.Get(keys[i]) }, then)
		return func(m *machine, f frame) error {
			got, ok := o.in(f).Value.(ast.Object)
			if !ok || got.Len() != len(at) {
				return nil
			}
			for i, slot := range at {
				if f[slot] = got.Get(known[i].in(f)); f[slot] == nil {
					return nil
				}
			}
			return next(m, f)
		}
	})
}
