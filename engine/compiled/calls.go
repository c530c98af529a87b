package compiled

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// call goes on with what a function comes to.
func (s *scope) call(e *ast.Expr, terms []*ast.Term, then func() step) step {
	ref, args := terms[0].Value.(ast.Ref), terms[1:]
	if ref[0].Equal(ast.DefaultRootDocument) {
		node := s.rego.RuleTree.Child(ref[0].Value).Find(ref[1:])
		if node == nil || len(node.Values) == 0 {
			refuse("a function that is not there", e)
		}
		return s.function(s.ruleset(node), e, args, then)
	}
	b := ast.BuiltinMap[ref.String()]
	if b == nil {
		refuse("a builtin that OPA does not have", e)
	}
	arity := b.Decl.Arity()
	if b.Decl.Result() == nil {
		arity = len(args)
	}
	if b.Name == ast.WalkBuiltin.Name && arity < len(args) && s.choosy(args[arity]) {
		refuse("a walk along a path that is known", e)
	}
	return s.operands(args[:arity], func(known []operand) step {
		return s.builtin(b, e, known, args[arity:], then)
	})
}

// choosy reports whether walk looks itself at what its caller makes of a path. It takes 1.0
// for another place in an array than 1, and means what it says by a text.
func (s *scope) choosy(output *ast.Term) bool {
	pair, ok := output.Value.(*ast.Array)
	if !ok || pair.Len() != 2 {
		return !s.open(output)
	}
	path, ok := pair.Elem(0).Value.(*ast.Array)
	if !ok {
		return !s.open(pair.Elem(0))
	}
	return path.Until(func(key *ast.Term) bool {
		_, free := s.free(key)
		_, text := key.Value.(ast.String)
		return !free && !text
	})
}

func (s *scope) function(rs *ruleset, e *ast.Expr, args []*ast.Term, then func() step) step {
	if rs.arity == 0 || len(args) < rs.arity || rs.partial {
		refuse("a call of what is no function", e)
	}
	return s.all(args[:rs.arity], func(known []operand) step {
		if len(args) == rs.arity {
			return s.ask(rs.variant(0), known, func(o operand) step { return unlessFalse(o, then()) })
		}
		output := args[rs.arity]
		if _, free := s.free(output); !free && !rs.sameEitherWay() {
			refuse("a function asked with its value", e)
		}
		return s.ask(rs.variant(0), known, func(o operand) step { return s.match(o, output, then) })
	})
}

// sameEitherWay reports whether a function comes to a value where it holds when it is asked
// whether it comes to that. Here it is worked out and compared. topdown asks each rule first
// whether it can come to that, and so a later else, or the default, where an earlier rule
// comes to something else; what holds then is the function's value from there on. Where
// its rules are in conflict topdown may not see that, and a program sees it.
func (rs *ruleset) sameEitherWay() bool {
	return rs.agree() && !slices.ContainsFunc(rs.rules, func(r *ast.Rule) bool { return r.Default }) ||
		!slices.ContainsFunc(rs.rules, func(r *ast.Rule) bool { return r.Default || r.Else != nil })
}

// builtin goes on with each output of a builtin. An error makes the expression undefined.
func (s *scope) builtin(b *ast.Builtin, e *ast.Expr, args []operand, output []*ast.Term, then func() step) step {
	made := s.slot()
	var next step
	switch {
	case b.Decl.Result() == nil:
		next = then()
	case len(output) == 0:
		next = unlessFalse(operand{slot: made}, then())
	default:
		next = s.match(operand{slot: made}, output[0], then)
	}
	if quick := quickOf(b.Name, args); quick != nil {
		return func(m *machine, f frame) error {
			if f[made] = quick(f); f[made] == nil {
				return nil
			}
			return next(m, f)
		}
	}
	do := topdown.GetBuiltin(b.Name)
	if do == nil {
		refuse("a builtin that OPA does not have", e)
	}
	plain := topdown.BuiltinContext{Location: e.Location}
	return func(m *machine, f frame) error {
		aside := &plain
		if !b.CanSkipBctx {
			aside = m.aside()
			aside.Location = e.Location
		}
		if err := m.waits(); err != nil {
			return err
		}
		operands := make([]*ast.Term, len(args))
		for i, o := range args {
			operands[i] = o.in(f)
		}
		from := len(m.outputs)
		failed := do(*aside, operands, m.output)
		var err error
		for i, to := from, len(m.outputs); i < to && err == nil; i++ {
			f[made] = m.outputs[i]
			err = next(m, f)
		}
		m.outputs = m.outputs[:from]
		if halt, ok := failed.(topdown.Halt); ok && err == nil {
			return halt.Err
		}
		return err
	}
}
