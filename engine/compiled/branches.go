package compiled

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// branches follows a reference whose next part is not in the law: it may name any of the
// packages and rules below a node, or facts beside them. Each is followed by itself, and all
// come together where the reference ends.
func (s *scope) branches(node *ast.TreeNode, path []operand, rest []*ast.Term, next func(operand) step) step {
	at, vars := s.slot(), map[ast.Var]int{}
	for _, t := range rest {
		ast.WalkVars(t, func(v ast.Var) bool {
			if _, known := s.known[v]; !known && !v.IsWildcard() && !ast.ReservedVars.Contains(v) {
				vars[v] = s.slot()
			}
			return false
		})
	}
	var then step
	end := func(in *scope) func(operand) step {
		return func(o operand) step {
			bound := map[int]operand{at: o}
			for v, slot := range vars {
				if b, ok := in.known[v]; ok {
					bound[slot] = b
				}
			}
			return func(m *machine, f frame) error {
				for slot, b := range bound {
					f[slot] = b.in(f)
				}
				return then(m, f)
			}
		}
	}
	out := s.inner().choose(node, path, rest, end)
	for v, slot := range vars {
		s.known[v] = operand{slot: slot}
	}
	then = next(operand{slot: at})
	return out
}

// choose takes the branches whose key is as the reference says.
func (s *scope) choose(node *ast.TreeNode, path []operand, rest []*ast.Term, end func(*scope) func(operand) step) step {
	key := s.slot()
	branch := func(in *scope, child *ast.TreeNode) step {
		in = in.inner()
		return in.below(child, append(slices.Clip(path), operand{slot: key}), rest[1:], end(in))
	}
	all := func(in *scope) step {
		named := map[ast.Value]step{}
		for k, child := range node.Children {
			named[k] = branch(in, child)
		}
		facts := branch(in, nil)
		return func(m *machine, f frame) error {
			if rule, ok := named[f[key].Value]; ok {
				return rule(m, f)
			}
			return facts(m, f)
		}
	}
	if !s.open(rest[0]) {
		return s.value(rest[0], func(o operand) step {
			found := all(s)
			return func(m *machine, f frame) error {
				f[key] = o.in(f)
				return found(m, f)
			}
		})
	}
	l := loop{from: operand{slot: s.slot()}, key: key, value: s.slot()}
	l.then = s.match(operand{slot: key}, rest[0], func() step { return all(s) })
	keys := make([]*ast.Term, len(node.Sorted))
	for i, k := range node.Sorted {
		keys[i] = ast.NewTerm(k)
	}
	return func(m *machine, f frame) error {
		facts := m.find(path, f)
		if facts != nil {
			f[l.from.slot] = facts
			if err := l.run(m, f); err != nil {
				return err
			}
		}
		for _, k := range keys {
			if facts != nil && facts.Get(k) != nil {
				continue // it has had its turn
			}
			f[key] = k
			if err := l.turn(m, f); err != nil {
				return err
			}
		}
		return nil
	}
}
