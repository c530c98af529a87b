package compiled

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// with makes an expression under another input. What rules have come to under the one says
// nothing of the other; who goes on does so under the one before.
func (s *scope) with(e *ast.Expr, then func() step) step {
	var targets []ast.Ref
	var values []*ast.Term
	for _, w := range e.With {
		target, ok := w.Target.Value.(ast.Ref)
		if !ok || !target.HasPrefix(ast.InputRootRef) || slices.ContainsFunc(target[1:], func(t *ast.Term) bool { _, ok := t.Value.(ast.String); return !ok }) {
			refuse("with something instead of data or a function", e)
		}
		targets, values = append(targets, target), append(values, w.Value)
	}
	return s.all(values, func(known []operand) step {
		before := s.slot()
		under := s.expr(e.NoWith(), func() step {
			next := then()
			return func(m *machine, f frame) error {
				input := m.Input
				m.leave(f[before])
				err := next(m, f)
				m.enter(input)
				return err
			}
		})
		return func(m *machine, f frame) error {
			f[before] = m.Input
			input := m.Input
			for i, target := range targets {
				input = replaced(input, target[1:], known[i].in(f))
			}
			m.enter(input)
			err := under(m, f)
			m.leave(f[before])
			return err
		}
	})
}

// enter puts something instead of the input.
func (m *machine) enter(input *ast.Term) {
	m.depth++
	if m.depth == len(m.memos) {
		m.memos = append(m.memos, newMemo(len(m.values), len(m.recalls), len(m.indexes)))
	}
	m.Input, m.memo = input, m.memos[m.depth]
	m.forget()
}

func (m *machine) leave(before *ast.Term) {
	m.depth--
	m.Input, m.memo = before, m.memos[m.depth]
}

// replaced is a document with a value at a path, and with objects where there are none on
// the way to it.
func replaced(in *ast.Term, path []*ast.Term, value *ast.Term) *ast.Term {
	if len(path) == 0 {
		return value
	}
	out := ast.NewObject()
	if in != nil {
		if object, ok := in.Value.(ast.Object); ok {
			object.Foreach(func(k, v *ast.Term) { out.Insert(k, v) })
		}
	}
	out.Insert(path[0], replaced(out.Get(path[0]), path[1:], value))
	return ast.NewTerm(out)
}
