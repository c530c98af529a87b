package engine

import (
	"github.com/open-policy-agent/opa/v1/ast"

	"callas"
)

// reachable returns the question and every rule that it can reach, whole chains of else.
func reachable(c *ast.Compiler, question ast.Body) []ast.Node {
	nodes := []ast.Node{question}
	seen := map[*ast.Rule]bool{}
	for i := 0; i < len(nodes); i++ {
		ast.WalkTerms(nodes[i], func(t *ast.Term) bool {
			ref, ok := t.Value.(ast.Ref)
			if !ok || !ref.HasPrefix(ast.DefaultRootRef) {
				return false
			}
			for _, rule := range c.GetRulesDynamicWithOpts(ref, ast.RulesOptions{IncludeHiddenModules: true}) {
				if !seen[rule] {
					seen[rule] = true
					nodes = append(nodes, rule)
				}
			}
			return false
		})
	}
	return nodes
}

// deterministic reports whether the same input and facts always give a question the same
// answer: whether no rule that it can reach calls a builtin such as time.now_ns or http.send.
func deterministic(c *ast.Compiler, question ast.Body) bool {
	return everyBuiltin(reachable(c, question), func(b *ast.Builtin) bool { return !b.Nondeterministic })
}

func everyBuiltin(nodes []ast.Node, is func(*ast.Builtin) bool) bool {
	every := true
	for _, node := range nodes {
		ast.WalkTerms(node, func(t *ast.Term) bool {
			if ref, ok := t.Value.(ast.Ref); ok {
				if builtin := ast.BuiltinMap[ref.String()]; builtin != nil && !is(builtin) {
					every = false
				}
			}
			return false
		})
	}
	return every
}

// A reach says what a question can read of the facts.
type reach struct {
	fields map[callas.Kind]names // of each kind of row; nil names are all fields
	whole  bool                  // data.state itself, and not only tables and rows in it
}

// reachOf tells a question's reach from the compiled policy itself. A row counts as read
// field by field where it is named with the field, as in data.state.agents[id].unit, or
// held in a local variable that is used in no other way, as in caller.unit. Wherever else
// a row goes (into a function, an answer, a comparison, a loop), all of it is read.
func reachOf(c *ast.Compiler, question ast.Body) reach {
	r := reach{fields: map[callas.Kind]names{}}
	for _, kind := range tables {
		r.fields[kind] = names{}
	}
	for _, node := range reachable(c, question) {
		f := follower{reach: &r, rows: map[ast.Var]callas.Kind{}, bound: map[*ast.Expr]ast.Ref{}}
		f.bind(node)
		f.follow(node)
	}
	return r
}

// A follower goes through one rule and notes what it reads of the rows in it.
type follower struct {
	*reach
	rows  map[ast.Var]callas.Kind // local variables that hold a row
	bound map[*ast.Expr]ast.Ref   // where they are bound to it
}

// bind finds variable = data.state.table[id].
func (f *follower) bind(node ast.Node) {
	ast.WalkExprs(node, func(e *ast.Expr) bool {
		if !e.IsEquality() || len(e.With) > 0 {
			return false
		}
		local, isVar := e.Operand(0).Value.(ast.Var)
		ref, isRef := e.Operand(1).Value.(ast.Ref)
		if !isVar {
			local, isVar = e.Operand(1).Value.(ast.Var)
			ref, isRef = e.Operand(0).Value.(ast.Ref)
		}
		if !isVar || !isRef || !isRow(ref) {
			return false
		}
		kind, ok := tableOf(ref)
		if _, again := f.rows[local]; ok && !again {
			f.rows[local], f.bound[e] = kind, ref
		}
		return false
	})
}

// isRow reports whether a reference is to a row of a table that it names. Which table any
// other may mean is only known as it runs.
func isRow(ref ast.Ref) bool {
	return len(ref) == rowLength && ref.HasPrefix(factsRef) && isText(ref[2])
}

// rowLength is that of data.state.table[id].
const rowLength = 4

var factsRef = ast.MustParseRef("data." + factsRoot)

func tableOf(ref ast.Ref) (callas.Kind, bool) {
	name, _ := ref[2].Value.(ast.String)
	kind, ok := tables[string(name)]
	return kind, ok
}

func (f *follower) follow(node ast.Node) {
	var visit *ast.GenericVisitor
	visit = ast.NewGenericVisitor(func(x any) bool {
		switch x := x.(type) {
		case *ast.Rule:
			for _, t := range x.Head.Reference[1:] {
				visit.Walk(t)
			}
		case *ast.With:
			if ref, ok := x.Target.Value.(ast.Ref); ok && ref.HasPrefix(ast.DefaultRootRef) {
				f.everything() // what stands instead is laid over what is there
			}
		case *ast.Expr:
			row, ok := f.bound[x]
			if t, alone := x.Terms.(*ast.Term); alone && len(x.With) == 0 && !ok {
				// There is such a row, or not: nothing of it is read.
				row, ok = t.Value.(ast.Ref)
				ok = ok && isRow(row)
			}
			if ok {
				visit.Walk(row[rowLength-1])
				return true
			}
			return f.get(x, visit)
		case *ast.Term:
			switch v := x.Value.(type) {
			case ast.Var:
				if kind, ok := f.rows[v]; ok {
					f.fields[kind] = nil
				}
			case ast.Ref:
				f.read(v)
				for _, t := range v[1:] {
					visit.Walk(t)
				}
				return true
			}
		}
		return false
	})
	visit.Walk(node)
}

// get notes object.get(row, "field", default), which reads one field of a local.
func (f *follower) get(e *ast.Expr, visit *ast.GenericVisitor) bool {
	if !e.IsCall() || !e.Operator().Equal(ast.ObjectGet.Ref()) || len(e.With) > 0 {
		return false
	}
	local, ok := e.Operand(0).Value.(ast.Var)
	kind, row := f.rows[local]
	if !ok || !row {
		return false
	}
	f.field(kind, ast.Ref{e.Operand(0), e.Operand(1)}, 1)
	for _, t := range e.Operands()[1:] {
		visit.Walk(t)
	}
	return true
}

// read notes what a reference reads.
func (f *follower) read(ref ast.Ref) {
	if local, ok := ref[0].Value.(ast.Var); ok {
		if kind, ok := f.rows[local]; ok {
			f.field(kind, ref, 1)
			return
		}
	}
	switch {
	case !ref.HasPrefix(ast.DefaultRootRef):
	case len(ref) == 1, !isText(ref[1]):
		f.everything()
	case !ref.HasPrefix(factsRef):
	case len(ref) == len(factsRef), !isText(ref[2]):
		f.everything()
	default:
		if kind, ok := tableOf(ref); ok {
			f.field(kind, ref, rowLength)
		}
	}
}

// field notes the field at a place of a reference.
func (f *follower) field(kind callas.Kind, ref ast.Ref, at int) {
	if at >= len(ref) || !isText(ref[at]) {
		f.fields[kind] = nil
	}
	if f.fields[kind] != nil {
		f.fields[kind][string(ref[at].Value.(ast.String))] = true
	}
}

func (f *follower) everything() {
	f.whole = true
	for _, kind := range tables {
		f.fields[kind] = nil
	}
}

func isText(t *ast.Term) bool {
	_, ok := t.Value.(ast.String)
	return ok
}
