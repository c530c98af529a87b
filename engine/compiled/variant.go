package compiled

import (
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// A variant is a rule as it is asked for with so many arguments: a function's, or the keys
// that are known of a partial rule. It is worked out once a run for the same ones.
type variant struct {
	args int
	size int // of a frame, in which the arguments come first
	memo int // among the machine's values, or its recalls where there are arguments
	run  func(*machine, frame) (*ast.Term, error)
}

func (v *variant) call(m *machine, caller frame, args []operand) (*ast.Term, error) {
	if v.args == 0 {
		return v.once(m)
	}
	f := m.push(v.size)
	for i, o := range args {
		f[i] = o.in(caller)
	}
	t, err := v.recall(m, f, f[:v.args])
	m.pop(f)
	return t, err
}

func (v *variant) recall(m *machine, f frame, args []*ast.Term) (*ast.Term, error) {
	hash := hashOf(args)
	r := &m.recalls[v.memo]
	if i := r.find(hash, args); i >= 0 {
		return r.came[i].value, nil
	}
	if err := m.waits(); err != nil {
		return nil, err
	}
	t, err := v.run(m, f)
	if err == nil {
		r.keep(hash, args, t)
	}
	return t, err
}

func (v *variant) once(m *machine) (*ast.Term, error) {
	if c := m.values[v.memo]; c.known {
		return c.term, nil
	}
	if err := m.waits(); err != nil {
		return nil, err
	}
	f := m.push(v.size)
	t, err := v.run(m, f)
	m.pop(f)
	if err == nil {
		m.values[v.memo] = value{true, t}
	}
	return t, err
}

// variant is made once, and its rules when the step that needs it is done.
func (rs *ruleset) variant(known uint64) *variant {
	if v := rs.made[known]; v != nil {
		return v
	}
	v := new(variant)
	rs.made[known] = v
	for bits := known; bits != 0; bits &= bits - 1 {
		v.args++
	}
	if rs.arity > 0 {
		v.args = rs.arity
	}
	if v.args == 0 {
		v.memo, rs.values = rs.values, rs.values+1
	} else {
		v.memo, rs.recalls = rs.recalls, rs.recalls+1
	}
	rs.todo = append(rs.todo, func() {
		if rs.partial {
			rs.makePartial(v, known)
		} else {
			rs.makeComplete(v)
		}
	})
	return v
}

// A clause is one rule and those after its else.
type clause []step

// makeComplete makes what has one value: all rules that hold must come to the same.
func (rs *ruleset) makeComplete(v *variant) {
	result, held := v.args, v.args+1
	enough := rs.agree()
	v.size = v.args + 2
	var clauses []clause
	var byDefault step
	for _, r := range rs.rules {
		if r.Default {
			byDefault = rs.completeRule(v, r, result, held, enough)
			continue
		}
		var c clause
		for ; r != nil; r = r.Else {
			c = append(c, rs.completeRule(v, r, result, held, enough))
		}
		clauses = append(clauses, c)
	}
	v.run = func(m *machine, f frame) (*ast.Term, error) {
		f[result] = nil
		for _, c := range clauses {
			f[held] = nil
			for _, rule := range c {
				if err := rule(m, f); err == errEnough {
					return f[result], nil
				} else if err != nil {
					return nil, err
				}
				if f[held] != nil {
					break
				}
			}
		}
		if byDefault != nil && f[result] == nil {
			if err := byDefault(m, f); err != nil && err != errEnough {
				return nil, err
			}
		}
		return f[result], nil
	}
}

func (rs *ruleset) completeRule(v *variant, r *ast.Rule, result, held int, enough bool) step {
	s := rs.ruleScope(v)
	var stop error
	if enough {
		stop = errEnough
	}
	conflict := conflictOf(r)
	rule := s.matchAll(first(v.args), func(i int) *ast.Term { return r.Head.Args[i] }, func() step {
		return s.body(r.Body, func() step {
			return s.value(r.Head.Value, func(o operand) step {
				return func(_ *machine, f frame) error {
					t := o.in(f)
					if f[held] = t; f[result] == nil {
						f[result] = t
						return stop
					}
					if !f[result].Equal(t) {
						return conflict
					}
					return nil
				}
			})
		})
	})
	v.size = max(v.size, *s.size)
	return rule
}

// ruleScope is that of a rule of a variant: its frame begins with what all of them share.
func (rs *ruleset) ruleScope(v *variant) *scope {
	s := rs.scope()
	*s.size = v.args + 2
	return s
}

// first are the first slots of a frame.
func first(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// agree reports whether all rules come to the same value, whichever holds, so that one
// that does is enough.
func (rs *ruleset) agree() bool {
	var all ast.Value
	for _, r := range rs.rules {
		if r.Default {
			continue
		}
		for ; r != nil; r = r.Else {
			if r.Head.DocKind() != ast.CompleteDoc {
				return false
			}
			v := r.Head.Value.Value
			if !v.IsGround() || all != nil && !ast.ValueEqual(all, v) {
				return false
			}
			all = v
		}
	}
	return true
}

func conflictOf(r *ast.Rule) error {
	message := "rule " + r.Ref().String() + " produced conflicting values"
	if len(r.Head.Args) > 0 {
		message = "function " + r.Ref().String() + " produced conflicting values for the same inputs"
	}
	return &topdown.Error{Code: topdown.ConflictErr, Location: r.Location, Message: message}
}
