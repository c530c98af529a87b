package engine

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"callas"
)

// A sameness says what tells changes of agents apart to the law: the fields that it can
// read of the row before and of the row after. Nothing else that is one agent's alone may
// be read, so that changes that are the same have one verdict on the same facts.
type sameness struct {
	known         bool // false: every change is unlike every other
	before, after []spell[*callas.Agent]
}

// samenessOf tells it from the compiled policy itself. Rules that are about rows of
// another kind say nothing.
func samenessOf(c *ast.Compiler, q query) sameness {
	if !q.repeats {
		return sameness{}
	}
	read := map[string]names{"before": {}, "after": {}}
	for _, node := range reachable(c, q.body) {
		r := rowReader{read: read, rows: map[ast.Var]string{}, binding: map[*ast.Expr]bool{}}
		r.bind(node)
		if r.follow(node); r.otherwise {
			return sameness{}
		}
	}
	var s sameness
	var before, after bool
	s.before, before = spelt(agentFields, read["before"])
	s.after, after = spelt(agentFields, read["after"])
	s.known = before && after
	return s
}

// A rowReader goes through one rule and notes what it reads of input.before and of
// input.after, of an agent.
type rowReader struct {
	read      map[string]names   // fields, of each
	rows      map[ast.Var]string // the compiler's local variables that hold one of the two
	binding   map[*ast.Expr]bool // where they are bound to it
	otherwise bool               // a row goes elsewhere, or the agent's id is read
}

// bind finds variable = input.before, and the same of after.
func (r *rowReader) bind(node ast.Node) {
	walkBindings(node, func(e *ast.Expr, local ast.Var, t *ast.Term) {
		if name := r.rowOf(t); name != "" {
			r.rows[local], r.binding[e] = name, true
		}
	})
}

// rowOf names the row that a term is; empty where it is none.
func (r *rowReader) rowOf(t *ast.Term) string {
	switch v := t.Value.(type) {
	case ast.Var:
		return r.rows[v]
	case ast.Ref:
		if len(v) == 2 && v.HasPrefix(ast.InputRootRef) {
			if name, _ := v[1].Value.(ast.String); name == "before" || name == "after" {
				return string(name)
			}
		}
	}
	return ""
}

func (r *rowReader) follow(node ast.Node) {
	var visit *ast.GenericVisitor
	visit = ast.NewGenericVisitor(func(x any) bool {
		switch x := x.(type) {
		case *ast.Rule:
			if aboutOthers(x) {
				if x.Else != nil {
					visit.Walk(x.Else)
				}
				return true
			}
			for _, t := range x.Head.Reference[1:] {
				visit.Walk(t)
			}
		case *ast.With:
			r.otherwise = true
		case *ast.Expr:
			return r.binding[x] || r.onlyWhether(x)
		case *ast.Term:
			switch v := x.Value.(type) {
			case ast.Var:
				r.otherwise = r.otherwise || r.rows[v] != ""
			case ast.Ref:
				for _, t := range r.beyond(v) {
					visit.Walk(t)
				}
				return true
			}
		}
		return r.otherwise
	})
	visit.Walk(node)
}

// onlyWhether reports whether an expression asks only if there is such a row.
func (r *rowReader) onlyWhether(e *ast.Expr) bool {
	if !e.IsCall() || len(e.With) > 0 || len(e.Operands()) != 1 || r.rowOf(e.Operand(0)) == "" {
		return false
	}
	return e.Operator().Equal(ast.IsNull.Ref()) || e.Operator().Equal(ast.IsObject.Ref())
}

// beyond notes what a reference reads, and returns its terms that are to be looked at too.
func (r *rowReader) beyond(ref ast.Ref) []*ast.Term {
	if local, ok := ref[0].Value.(ast.Var); ok && r.rows[local] != "" {
		return r.field(r.rows[local], ref, 1)
	}
	if !ref.HasPrefix(ast.InputRootRef) {
		return ref
	}
	if len(ref) == 1 || !isText(ref[1]) || ref[1].Value.Compare(ast.String("id")) == 0 {
		r.otherwise = true
		return nil
	}
	if name := r.rowOf(&ast.Term{Value: ref[:2]}); name != "" {
		return r.field(name, ref, 2)
	}
	return ref[1:]
}

func (r *rowReader) field(row string, ref ast.Ref, at int) []*ast.Term {
	if at >= len(ref) || !isText(ref[at]) {
		r.otherwise = true
		return nil
	}
	if name := string(ref[at].Value.(ast.String)); !strange[name] {
		r.read[row][name] = true
	}
	return ref[at+1:]
}

// aboutOthers reports whether a rule holds only of rows of another kind: its body says
// which, as in input.kind == "session".
func aboutOthers(rule *ast.Rule) bool {
	return slices.ContainsFunc(rule.Body, func(e *ast.Expr) bool {
		if !e.IsEquality() || e.Negated || len(e.With) > 0 {
			return false
		}
		for i := range 2 {
			ref, isRef := e.Operand(i).Value.(ast.Ref)
			kind, isText := e.Operand(1 - i).Value.(ast.String)
			if isRef && isText && ref.Equal(kindRef) && callas.Kind(kind) != callas.KindAgent {
				return true
			}
		}
		return false
	})
}

var kindRef = ast.MustParseRef("input.kind")
