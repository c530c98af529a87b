package compiled

import (
	"github.com/open-policy-agent/opa/v1/ast"
)

// body makes the steps of a body's expressions, then goes on for each of its solutions.
func (s *scope) body(b ast.Body, then func() step) step {
	if len(b) == 0 {
		return then()
	}
	return s.expr(b[0], func() step { return s.body(b[1:], then) })
}

func (s *scope) expr(e *ast.Expr, then func() step) step {
	if len(e.With) > 0 {
		return s.with(e, then)
	}
	if e.Negated {
		return s.not(ast.NewBody(e.Complement()), then)
	}
	switch t := e.Terms.(type) {
	case *ast.Term:
		return s.holds(t, then)
	case []*ast.Term:
		if e.IsEquality() {
			return s.unify(t[1], t[2], then)
		}
		return s.call(e, t, then)
	case *ast.Every:
		return s.every(t, then)
	case *ast.Not:
		return s.not(t.Body, then)
	case *ast.LogicalAnd:
		return s.once(t.Lhs, true, func() step { return s.once(t.Rhs, true, then) })
	case *ast.LogicalOr:
		return s.or(t, then)
	}
	refuse("an expression of a kind that is not known", e)
	return nil
}

// holds goes on where a term is defined and not false.
func (s *scope) holds(t *ast.Term, then func() step) step {
	if v, ok := t.Value.(ast.Boolean); ok {
		if next := then(); v {
			return next
		}
		return nowhere
	}
	return s.value(t, func(o operand) step { return unlessFalse(o, then()) })
}

func unlessFalse(o operand, next step) step {
	return func(m *machine, f frame) error {
		if o.in(f).Value == ast.Boolean(false) {
			return nil
		}
		return next(m, f)
	}
}

// not goes on where a body has no solution. It looks for all there are, as topdown does:
// one after the first may be an error.
func (s *scope) not(b ast.Body, then func() step) step {
	held := s.slot()
	body := s.inner().body(b, func() step { return mark(held, nil) })
	next := then()
	return func(m *machine, f frame) error {
		f[held] = nil
		if err := body(m, f); err != nil {
			return err
		}
		if f[held] != nil {
			return nil
		}
		return next(m, f)
	}
}

// mark notes that it was come to.
func mark(held int, err error) step {
	return func(_ *machine, f frame) error {
		f[held] = yes
		return err
	}
}

// errEnough stops a body whose first solution is enough. Who wants no more takes it back.
var (
	errEnough error = enough{}
	yes             = ast.InternedTerm(true)
)

type enough struct{}

func (enough) Error() string { return "enough" }

// once goes on, once, where a body has a solution, or where it has none.
func (s *scope) once(b ast.Body, want bool, then func() step) step {
	held := s.slot()
	body := s.inner().body(b, func() step { return mark(held, errEnough) })
	next := then()
	return func(m *machine, f frame) error {
		f[held] = nil
		if err := body(m, f); err != nil && err != errEnough {
			return err
		}
		if (f[held] != nil) != want {
			return nil
		}
		return next(m, f)
	}
}

func (s *scope) or(or *ast.LogicalOr, then func() step) step {
	held := s.slot()
	left := s.inner().body(or.Lhs, func() step { return mark(held, errEnough) })
	right := s.inner().body(or.Rhs, func() step { return mark(held, errEnough) })
	next := then()
	return func(m *machine, f frame) error {
		f[held] = nil
		err := left(m, f)
		if (err == nil || err == errEnough) && f[held] == nil {
			err = right(m, f)
		}
		switch {
		case err != nil && err != errEnough:
			return err
		case f[held] == nil:
			return nil
		}
		return next(m, f)
	}
}

// every goes on where a body has a solution for each element of a collection.
func (s *scope) every(e *ast.Every, then func() step) step {
	held, all := s.slot(), s.slot()
	return s.value(e.Domain, func(domain operand) step {
		in := s.inner()
		each := in.scan(domain, e.Key, func(o operand) step {
			return in.match(o, e.Value, func() step {
				body := in.body(e.Body, func() step { return mark(held, errEnough) })
				return func(m *machine, f frame) error {
					f[held] = nil
					if err := body(m, f); err != nil && err != errEnough {
						return err
					}
					if f[held] == nil {
						f[all] = nil
						return errEnough
					}
					return nil
				}
			})
		})
		next := then()
		return func(m *machine, f frame) error {
			switch domain.in(f).Value.(type) {
			case *ast.Array, ast.Object, ast.Set:
			default:
				return nil
			}
			f[all] = yes
			if err := each(m, f); err != nil && err != errEnough {
				return err
			}
			if f[all] == nil {
				return nil
			}
			return next(m, f)
		}
	})
}
