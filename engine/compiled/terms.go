package compiled

import (
	"github.com/open-policy-agent/opa/v1/ast"
)

// value works a term out and goes on with each value it has.
func (s *scope) value(t *ast.Term, next func(operand) step) step {
	switch v := t.Value.(type) {
	case ast.Null, ast.Boolean, ast.Number, ast.String:
		return next(operand{term: t})
	case ast.Var:
		o, ok := s.known[v]
		if !ok {
			refuse("a variable that is not bound", t)
		}
		return next(o)
	case ast.Ref:
		return s.ref(v, next)
	case *ast.Array, ast.Object, ast.Set:
		if ast.IsConstant(v) {
			return next(operand{term: t})
		}
		if collapses(v) {
			refuse("a set or object whose elements may be the same", t)
		}
		return s.composite(v, next)
	case *ast.ArrayComprehension:
		return s.collect(t, collection{v.Body, []*ast.Term{v.Term}, arrayOf}, next)
	case *ast.SetComprehension:
		return s.collect(t, collection{v.Body, []*ast.Term{v.Term}, setOf}, next)
	case *ast.ObjectComprehension:
		return s.collect(t, collection{v.Body, []*ast.Term{v.Key, v.Value}, objectOf(v.Key.Location)}, next)
	}
	refuse("a term of a kind that is not known", t)
	return nil
}

// all works several terms out, one after the other.
func (s *scope) all(ts []*ast.Term, next func([]operand) step) step {
	return s.each(ts, s.value, next)
}

func (s *scope) each(ts []*ast.Term, value func(*ast.Term, func(operand) step) step, next func([]operand) step) step {
	out := make([]operand, 0, len(ts))
	var from func(i int) step
	from = func(i int) step {
		if i == len(ts) {
			return next(out)
		}
		return value(ts[i], func(o operand) step {
			out = append(out, o)
			return from(i + 1)
		})
	}
	return from(0)
}

// operands works out what a builtin is given. It alone is always given a set as it is: what
// holds one elsewhere may find in it, with topdown, as many elements as are written there,
// in the order of their variables.
func (s *scope) operands(ts []*ast.Term, next func([]operand) step) step {
	return s.each(ts, func(t *ast.Term, next func(operand) step) step {
		if set, ok := t.Value.(ast.Set); ok && !ast.IsConstant(set) {
			return s.composite(set, next)
		}
		return s.value(t, next)
	}, next)
}

// collapses reports whether there may be less in a set or object than is written in it.
func collapses(v ast.Value) bool {
	switch v := v.(type) {
	case ast.Set:
		return v.Len() > 1
	case ast.Object:
		return v.Len() > 1 && v.Until(func(key, _ *ast.Term) bool { return !ast.IsConstant(key.Value) })
	}
	return false
}

// composite puts an array, object or set together that is not the same every time.
func (s *scope) composite(v ast.Value, next func(operand) step) step {
	switch v := v.(type) {
	case *ast.Array:
		terms := make([]*ast.Term, v.Len())
		for i := range terms {
			terms[i] = v.Elem(i)
		}
		return s.assemble(terms, func(parts []*ast.Term) *ast.Term { return ast.ArrayTerm(parts...) }, next)
	case ast.Set:
		return s.assemble(v.Slice(), func(parts []*ast.Term) *ast.Term { return ast.SetTerm(parts...) }, next)
	case ast.Object:
		var terms []*ast.Term
		v.Foreach(func(key, value *ast.Term) { terms = append(terms, key, value) })
		return s.assemble(terms, func(parts []*ast.Term) *ast.Term {
			pairs := make([][2]*ast.Term, len(parts)/2)
			for i := range pairs {
				pairs[i] = [2]*ast.Term{parts[2*i], parts[2*i+1]}
			}
			return ast.NewTerm(ast.NewObject(pairs...))
		}, next)
	}
	return nil
}

func (s *scope) assemble(terms []*ast.Term, of func([]*ast.Term) *ast.Term, next func(operand) step) step {
	return s.all(terms, func(known []operand) step {
		made := s.slot()
		then := next(operand{slot: made})
		return func(m *machine, f frame) error {
			parts := make([]*ast.Term, len(known))
			for i, o := range known {
				parts[i] = o.in(f)
			}
			f[made] = of(parts)
			return then(m, f)
		}
	})
}
