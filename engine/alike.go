package engine

import (
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"callas"
)

// A likeness says what tells agents apart to a question. Where a policy uses input.agent
// in no other way than to find the agent's own row and session, its answer is made from
// the fields that it reads of these two and from other rows: so agents in whom those
// fields are equal have one answer at a moment, and need one evaluation.
type likeness struct {
	known   bool // false: every agent is unlike every other
	agent   []spell[*callas.Agent]
	session []spell[*callas.Session]
}

// An own is what the facts hold of one agent alone; nil where there is none.
type own struct {
	id      string
	agent   *callas.Agent
	session *callas.Session
}

// appendKey writes what a question depends on of an agent, so that no two agents who are
// unlike have one key.
func (l *likeness) appendKey(b []byte, o own, now time.Time) []byte {
	if !l.known {
		return appendText(b, o.id)
	}
	b = append(b, bit(o.agent != nil), bit(o.session != nil))
	if o.agent != nil {
		for _, field := range l.agent {
			b = field(b, o.agent, now)
		}
	}
	if o.session != nil {
		for _, field := range l.session {
			b = field(b, o.session, now)
		}
	}
	return b
}

// knows lets an evaluation stand on nothing of an agent's own rows: they are in the key
// that its answer is found by.
func (m *moment) knows(o own) {
	var agent, session callas.Row // no row, and not a nil one
	if o.agent != nil {
		agent = o.agent
	}
	if o.session != nil {
		session = o.session
	}
	m.own = o.id
	m.saw(callas.KindAgent, o.id, agent)
	m.saw(callas.KindSession, o.id, session)
}

// likenessOf tells from the compiled policy itself how agents are alike to a question.
// Anything else that is done with input.agent, and any other way into the tables of
// agents and sessions, makes them unlike. Fields in but are left out: whoever goes by the
// likeness has to see to it that they were not read.
func likenessOf(c *ast.Compiler, q query, but names) likeness {
	if !q.repeats || q.reach.whole {
		return likeness{}
	}
	for _, node := range reachable(c, q.body) {
		f := finder{named: map[ast.Var]bool{}, naming: map[*ast.Expr]bool{}}
		f.name(node)
		if f.follow(node); f.otherwise {
			return likeness{}
		}
	}
	var l likeness
	var agent, session bool
	l.agent, agent = spelt(agentFields, q.reach.fields[callas.KindAgent].without(but))
	l.session, session = spelt(sessionFields, q.reach.fields[callas.KindSession])
	l.known = agent && session
	return l
}

// A finder goes through one rule and looks for what it does with input.agent.
type finder struct {
	named     map[ast.Var]bool   // the compiler's local variables that hold input.agent
	naming    map[*ast.Expr]bool // where they are bound to it
	otherwise bool               // it is used in another way than to find the agent's own rows
}

// name finds variable = input.agent. Only names that the compiler makes are taken, which
// no two rules share.
func (f *finder) name(node ast.Node) {
	walkBindings(node, func(e *ast.Expr, local ast.Var, t *ast.Term) {
		if ref, isRef := t.Value.(ast.Ref); isRef && ref.Equal(agentRef) {
			f.named[local], f.naming[e] = true, true
		}
	})
}

// walkBindings finds, in a rule, every variable = term that binds a variable of the
// compiler's and cannot but bind it: nothing before it in its body, and nothing outside of
// that body, speaks of the variable. Else it may be a comparison, as x == input.agent is
// after "some x": the compiler writes both alike.
func walkBindings(node ast.Node, found func(*ast.Expr, ast.Var, *ast.Term)) {
	ast.WalkBodies(node, func(body ast.Body) bool {
		for n, e := range body {
			if !e.IsEquality() || e.Negated || len(e.With) > 0 {
				continue
			}
			for i := range 2 {
				local, isVar := e.Operand(i).Value.(ast.Var)
				if isVar && local.IsGenerated() && mentions(node, local) == mentions(body[n:], local) {
					found(e, local, e.Operand(1-i))
				}
			}
		}
		return false
	})
}

// mentions counts where a variable stands.
func mentions(in any, local ast.Var) (n int) {
	ast.WalkVars(in, func(v ast.Var) bool {
		if v == local {
			n++
		}
		return false
	})
	return n
}

var agentRef = ast.MustParseRef("input.agent")

func (f *finder) follow(node ast.Node) {
	var visit *ast.GenericVisitor
	visit = ast.NewGenericVisitor(func(x any) bool {
		switch x := x.(type) {
		case *ast.Rule:
			for _, t := range x.Head.Reference[1:] {
				visit.Walk(t)
			}
		case *ast.With:
			f.otherwise = true
		case *ast.Expr:
			return f.naming[x]
		case *ast.Term:
			switch v := x.Value.(type) {
			case ast.Var:
				f.otherwise = f.otherwise || f.named[v]
			case ast.Ref:
				for _, t := range f.beyond(v) {
					visit.Walk(t)
				}
				return true
			}
		}
		return f.otherwise
	})
	visit.Walk(node)
}

// beyond judges a reference, and returns its terms that may use input.agent for themselves.
func (f *finder) beyond(ref ast.Ref) []*ast.Term {
	switch {
	case ref.HasPrefix(ast.InputRootRef):
		f.otherwise = f.otherwise || len(ref) == 1 || !isText(ref[1]) || ref.HasPrefix(agentRef)
		return ref[1:]
	case !ref.HasPrefix(ast.DefaultRootRef):
		return ref
	case len(ref) == 1, !isText(ref[1]):
		f.otherwise = true
		return nil
	case !ref.HasPrefix(factsRef):
		return ref[1:]
	case len(ref) == len(factsRef), !isText(ref[2]):
		f.otherwise = true
		return nil
	}
	if kind, _ := tableOf(ref); kind != callas.KindAgent && kind != callas.KindSession {
		return ref[1:]
	}
	if len(ref) < rowLength || !f.isAgent(ref[rowLength-1]) {
		f.otherwise = true
		return nil
	}
	return ref[rowLength:]
}

func (f *finder) isAgent(key *ast.Term) bool {
	switch v := key.Value.(type) {
	case ast.Var:
		return f.named[v]
	case ast.Ref:
		return v.Equal(agentRef)
	}
	return false
}
