package compiled

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// data follows a reference below data: down the tree of rules as far as there are any, then
// into what a rule comes to, or among the facts.
func (s *scope) data(ref ast.Ref, next func(operand) step) step {
	return s.below(s.rego.RuleTree.Child(ref[0].Value), nil, ref[1:], next)
}

// below follows the rest of a reference from a node of the tree, which is nil where there
// are no rules.
func (s *scope) below(node *ast.TreeNode, path []operand, rest []*ast.Term, next func(operand) step) step {
	switch {
	case node == nil:
		return s.facts(path, rest, next)
	case node.External != nil:
		refuse("rules from elsewhere", node)
	case len(node.Values) > 0:
		return s.rule(s.ruleset(node), rest, next)
	}
	named(node)
	switch {
	case len(rest) == 0:
		return s.extent(node, path, next)
	case len(node.Children) == 0:
		return s.facts(path, rest, next)
	case !ast.IsScalar(rest[0].Value):
		return s.branches(node, path, rest, next)
	}
	return s.below(node.Child(rest[0].Value), append(slices.Clip(path), operand{term: rest[0]}), rest[1:], next)
}

// facts finds what stands at a path. Where a part of it is not known, every key there is
// is found first, and then each path by itself: so is noted what is read, and no more.
func (s *scope) facts(path []operand, rest []*ast.Term, next func(operand) step) step {
	known := 0
	for known < len(rest) && !s.open(rest[known]) {
		known++
	}
	return s.all(rest[:known], func(keys []operand) step {
		at, path := s.slot(), slices.Concat(path, keys)
		var then step
		if known == len(rest) {
			then = next(operand{slot: at})
		} else {
			l := loop{from: operand{slot: at}, key: s.slot(), value: s.slot()}
			l.then = s.match(operand{slot: l.key}, rest[known], func() step {
				return s.facts(append(path, operand{slot: l.key}), rest[known+1:], next)
			})
			then = l.run
		}
		return func(m *machine, f frame) error {
			if f[at] = m.find(path, f); f[at] == nil {
				return nil
			}
			return then(m, f)
		}
	})
}

func (m *machine) find(path []operand, f frame) *ast.Term {
	m.path = m.path[:0]
	for _, o := range path {
		m.path = append(m.path, o.in(f))
	}
	return m.Facts.Find(m.path)
}

// extent makes the whole of what stands at a node of the tree of rules: what the rules
// below come to, laid under the facts.
func (s *scope) extent(node *ast.TreeNode, path []operand, next func(operand) step) step {
	at := s.slot()
	leaves := s.leaves(node)
	then := next(operand{slot: at})
	return func(m *machine, f frame) error {
		facts := m.find(path, f)
		rules, err := leaves(m)
		if err != nil {
			return err
		}
		f[at] = merged(facts, rules)
		return then(m, f)
	}
}

// named refuses a place below which rules have names that topdown mixes up: 1 and 1.0 are
// two names and one key.
func named(node *ast.TreeNode) {
	for i, key := range node.Sorted {
		if !ast.IsScalar(key) || i > 0 && ast.ValueEqual(key, node.Sorted[i-1]) {
			refuse("rules whose names are alike", key)
		}
	}
}

// leaves makes what the rules below a node come to.
func (b *builder) leaves(node *ast.TreeNode) func(*machine) (*ast.Term, error) {
	type leaf struct {
		key  *ast.Term
		made func(*machine) (*ast.Term, error)
	}
	var all []leaf
	named(node)
	for _, key := range node.Sorted {
		child := node.Children[key]
		switch {
		case child.External != nil:
			refuse("rules from elsewhere", key)
		case child.Hide:
		case len(child.Values) == 0:
			all = append(all, leaf{ast.NewTerm(key), b.leaves(child)})
		default:
			if rs := b.ruleset(child); rs.arity == 0 { // a function is no document
				whole := rs.variant(0)
				all = append(all, leaf{ast.NewTerm(key), func(m *machine) (*ast.Term, error) { return whole.call(m, nil, nil) }})
			}
		}
	}
	return func(m *machine) (*ast.Term, error) {
		out := ast.NewObjectWithCapacity(len(all))
		for _, l := range all {
			t, err := l.made(m)
			if err != nil {
				return nil, err
			}
			if t != nil {
				out.Insert(l.key, t)
			}
		}
		return ast.NewTerm(out), nil
	}
}

// merged is one document made of two. Where both say something the first is right.
func merged(a, b *ast.Term) *ast.Term {
	if a == nil {
		return b
	}
	over, ok := a.Value.(ast.Object)
	under, too := b.Value.(ast.Object)
	if !ok || !too {
		return a
	}
	out := ast.NewObjectWithCapacity(over.Len() + under.Len())
	over.Foreach(func(k, v *ast.Term) {
		if below := under.Get(k); below != nil {
			v = merged(v, below)
		}
		out.Insert(k, v)
	})
	under.Foreach(func(k, v *ast.Term) {
		if over.Get(k) == nil {
			out.Insert(k, v)
		}
	})
	return ast.NewTerm(out)
}
