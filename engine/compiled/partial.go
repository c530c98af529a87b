package compiled

import (
	"github.com/open-policy-agent/opa/v1/ast"
)

// makePartial makes a set or an object, or what of it has the keys that are known.
func (rs *ruleset) makePartial(v *variant, known uint64) {
	var rules []step
	v.size = v.args + 2
	for _, r := range rs.rules {
		if len(r.Ref()) != len(rs.rules[0].Ref()) {
			refuse("keys of several depths", r.Ref())
		}
		s := rs.ruleScope(v)
		rules = append(rules, rs.partialRule(s, r, known))
		v.size = max(v.size, *s.size)
	}
	switch {
	case !rs.set:
		v.run = func(m *machine, f frame) (*ast.Term, error) { return objectOfRules(m, f, rules) }
	case known == 0:
		v.run = func(m *machine, f frame) (*ast.Term, error) { return setOfRules(m, f, rules) }
	default:
		v.run = func(m *machine, f frame) (*ast.Term, error) { return elementOfRules(m, f, rules) }
	}
	if known != 0 {
		v.run = rs.unlessWhole(v.run)
	}
}

// unlessWhole takes a part from the whole where that is known already.
func (rs *ruleset) unlessWhole(part func(*machine, frame) (*ast.Term, error)) func(*machine, frame) (*ast.Term, error) {
	return func(m *machine, f frame) (*ast.Term, error) {
		whole := rs.made[0]
		if whole == nil || !m.values[whole.memo].known {
			return part(m, f)
		}
		t := m.values[whole.memo].term
		if set, ok := t.Value.(ast.Set); ok && rs.set {
			if !set.Contains(f[0]) {
				return nil, nil
			}
			return f[0], nil
		}
		return t, nil
	}
}

func each(m *machine, f frame, rules []step) error {
	for _, rule := range rules {
		if err := rule(m, f); err != nil {
			return err
		}
	}
	return nil
}

func setOfRules(m *machine, f frame, rules []step) (*ast.Term, error) {
	from := len(m.parts)
	if err := each(m, f, rules); err != nil {
		return nil, err
	}
	t, err := setOf(m.parts[from:])
	m.parts = m.parts[:from]
	return t, err
}

// elementOfRules is the element asked for where it is one.
func elementOfRules(m *machine, f frame, rules []step) (*ast.Term, error) {
	from := len(m.parts)
	if err := each(m, f, rules); err != nil {
		return nil, err
	}
	found := len(m.parts) > from
	m.parts = m.parts[:from]
	if !found {
		return nil, nil
	}
	return f[0], nil
}

func objectOfRules(m *machine, f frame, rules []step) (*ast.Term, error) {
	out := ast.NewObject()
	m.objects = append(m.objects, out)
	err := each(m, f, rules)
	m.objects = m.objects[:len(m.objects)-1]
	if err != nil {
		return nil, err
	}
	return ast.NewTerm(out), nil
}

// partialRule binds what is known of the keys, finds the solutions of the rule's body, and
// puts in what each comes to.
func (rs *ruleset) partialRule(s *scope, r *ast.Rule, known uint64) step {
	keys := r.Ref()[rs.pos:]
	heads := keys
	if r.Head.RuleKind() == ast.MultiValue {
		heads = append(keys[:len(keys):len(keys)], r.Head.Key)
	}
	var want []*ast.Term
	for i := range heads {
		if known&(1<<i) != 0 {
			want = append(want, heads[i])
		}
	}
	return s.matchAll(first(len(want)), func(i int) *ast.Term { return want[i] }, func() step {
		return s.body(r.Body, func() step {
			if rs.set {
				return s.value(r.Head.Key, func(o operand) step {
					return func(m *machine, f frame) error {
						m.parts = append(m.parts, o.in(f))
						return nil
					}
				})
			}
			value := r.Head.Value
			if value == nil {
				value = r.Head.Key
			}
			return s.all(append(keys[:len(keys):len(keys)], value), func(known []operand) step {
				return placed(known, r)
			})
		})
	})
}

// placed puts a value into the object that is being made, at the keys before it.
func placed(known []operand, r *ast.Rule) step {
	path, value := known[:len(known)-1], known[len(known)-1]
	multi, conflict := r.Head.RuleKind() == ast.MultiValue, keysConflict(r.Head.Location)
	return func(m *machine, f frame) error {
		out := m.objects[len(m.objects)-1]
		for _, key := range path[:len(path)-1] {
			below := out.Get(key.in(f))
			if below == nil {
				below = ast.NewTerm(ast.NewObject())
				out.Insert(key.in(f), below)
			}
			object, ok := below.Value.(ast.Object)
			if !ok {
				return conflict
			}
			out = object
		}
		key, t := path[len(path)-1].in(f), value.in(f)
		there := out.Get(key)
		switch {
		case multi:
			if there == nil {
				// Put in while it is empty, as topdown does, and filled then: the object
				// keeps the hash that it has now, and a set of such finds it by that.
				there = ast.SetTerm()
				out.Insert(key, there)
			}
			set, ok := there.Value.(ast.Set)
			if !ok {
				return conflict
			}
			set.Add(t)
		case there == nil:
			out.Insert(key, t)
		case !there.Equal(t):
			return conflict
		}
		return nil
	}
}
