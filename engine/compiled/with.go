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
			instead := make([]*ast.Term, len(known))
			for i, o := range known {
				instead[i] = o.in(f)
			}
			m.enter(replaced(m.Input, targets, instead))
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

// replaced is a document with values at some paths, and with objects where there are none
// on the way to them. A copy is changed in place, as topdown does it: what is above a place
// keeps the hash that it had, so that a set finds it or not as it does there.
func replaced(in *ast.Term, targets []ast.Ref, values []*ast.Term) *ast.Term {
	out, mine := in, false
	for i, target := range targets {
		value := values[i]
		if slices.ContainsFunc(targets[i+1:], func(later ast.Ref) bool { return len(later) > len(target) && later.HasPrefix(target) }) {
			value = value.Copy()
		}
		switch {
		case len(target) == 1:
			out, mine = value, true
			continue
		case !mine:
			out, mine = out.Copy(), true
		}
		out = put(out, target[1:], value)
	}
	return out
}

// put changes a document.
func put(in *ast.Term, path ast.Ref, value *ast.Term) *ast.Term {
	for at := in; ; {
		object, ok := objectIn(at)
		if !ok {
			return objects(path, value) // instead of all that there is
		}
		below := object.Get(path[0])
		if _, more := objectIn(below); len(path) == 1 || !more {
			object.Insert(path[0], objects(path[1:], value))
			return in
		}
		at, path = below, path[1:]
	}
}

func objectIn(t *ast.Term) (ast.Object, bool) {
	if t == nil {
		return nil, false
	}
	o, ok := t.Value.(ast.Object)
	return o, ok
}

// objects are those on the way to a value, one in the other.
func objects(path ast.Ref, value *ast.Term) *ast.Term {
	for _, key := range slices.Backward(path) {
		value = ast.ObjectTerm(ast.Item(key, value))
	}
	return value
}
