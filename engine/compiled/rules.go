package compiled

import (
	"github.com/open-policy-agent/opa/v1/ast"
)

// A ruleset is all rules of one name: a value, a function, or a set or object of which
// parts can be asked for.
type ruleset struct {
	*builder
	rules   []*ast.Rule
	pos     int // of what follows the name in a reference
	arity   int
	partial bool
	set     bool // of the partial: else an object

	made map[uint64]*variant // by which parts of a reference are known; of a function all are
}

func (b *builder) ruleset(node *ast.TreeNode) *ruleset {
	if rs := b.sets[node]; rs != nil {
		return rs
	}
	rs := &ruleset{builder: b, made: map[uint64]*variant{}}
	b.sets[node] = rs
	ground := true
	for _, r := range node.Values {
		ground = ground && r.Head.Ref().IsGround()
	}
	rs.rules = node.Values
	if !ground { // what stands below the name belongs to it
		rs.rules = nil
		node.DepthFirst(func(n *ast.TreeNode) bool {
			named(n)
			rs.rules = append(rs.rules, n.Values...)
			return false
		})
	}
	first := rs.rules[0]
	multi := first.Head.RuleKind() == ast.MultiValue
	rs.pos, rs.arity = len(node.Values[0].Ref().GroundPrefix()), len(first.Head.Args)
	rs.partial, rs.set = multi || !ground, multi && ground
	for _, r := range rs.rules {
		if (r.Head.RuleKind() == ast.MultiValue) != multi || len(r.Head.Args) != rs.arity || rs.partial && (r.Else != nil || r.Default) {
			refuse("rules of several kinds under one name", r.Ref())
		}
	}
	return rs
}

// rule goes on with what the rest of a reference finds in what a rule comes to.
func (s *scope) rule(rs *ruleset, rest []*ast.Term, next func(operand) step) step {
	if rs.arity > 0 {
		return nowhere // a function is no document
	}
	known := rs.known(s, rest)
	if known == 0 {
		return s.ask(rs.variant(0), nil, func(o operand) step { return s.walk(o, rest, next) })
	}
	var keys []*ast.Term
	for i, t := range rest {
		if known&(1<<i) != 0 {
			keys = append(keys, t)
		}
	}
	return s.all(keys, func(args []operand) step {
		if rs.set { // what it comes to is the element
			rest = rest[1:]
		}
		return s.ask(rs.variant(known), args, func(o operand) step { return s.walk(o, rest, next) })
	})
}

// known tells which parts of a reference below a partial rule's name are known: a bit each.
// Only with these is the rule worked out. It is 0 where the whole of it has to be.
func (rs *ruleset) known(s *scope, rest []*ast.Term) (known uint64) {
	if !rs.partial || len(rest) == 0 {
		return 0
	}
	if _, free := s.free(rest[0]); free {
		return 0
	}
	if s.open(rest[0]) && !rs.set {
		refuse("a key that is known in part", ast.NewTerm(ast.Ref(rest)))
	}
	for i, t := range rest[:min(len(rest), rs.depth())] {
		if !s.open(t) {
			known |= 1 << i
		}
	}
	return known
}

// depth is how many keys there are at most to an element of a partial rule.
func (rs *ruleset) depth() (depth int) {
	for _, r := range rs.rules {
		n := len(r.Ref()) - rs.pos
		if r.Head.RuleKind() == ast.MultiValue {
			n++
		}
		depth = max(depth, n)
	}
	return depth
}

// ask works a rule out and goes on where it comes to something.
func (s *scope) ask(v *variant, args []operand, next func(operand) step) step {
	at := s.slot()
	then := next(operand{slot: at})
	return func(m *machine, f frame) error {
		t, err := v.call(m, f, args)
		if err != nil || t == nil {
			return err
		}
		f[at] = t
		return then(m, f)
	}
}
