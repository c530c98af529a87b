package engine

import (
	"github.com/open-policy-agent/opa/v1/ast"
)

// deterministic reports whether the same input and facts always give a question the same
// answer: whether no rule that it can reach calls a builtin such as time.now_ns or http.send.
func deterministic(c *ast.Compiler, question ast.Body) bool {
	seen := map[*ast.Rule]bool{}
	sound := true
	var visit func(node any)
	visit = func(node any) {
		ast.WalkTerms(node, func(t *ast.Term) bool {
			ref, ok := t.Value.(ast.Ref)
			if !ok {
				return false
			}
			if builtin := ast.BuiltinMap[ref.String()]; builtin != nil && builtin.Nondeterministic {
				sound = false
			}
			if !ref.HasPrefix(ast.DefaultRootRef) {
				return false
			}
			for _, rule := range c.GetRulesDynamicWithOpts(ref, ast.RulesOptions{IncludeHiddenModules: true}) {
				if !seen[rule] {
					seen[rule] = true
					visit(rule)
				}
			}
			return false
		})
	}
	visit(question)
	return sound
}
