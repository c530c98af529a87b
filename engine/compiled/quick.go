package compiled

import (
	"github.com/open-policy-agent/opa/v1/ast"
)

// quickOf is a builtin that is called so often that its own detour counts; nil where there
// is none. It answers nil where the builtin has an error.
func quickOf(name string, args []operand) func(frame) *ast.Term {
	switch name {
	case ast.NotEqual.Name:
		return func(f frame) *ast.Term { return ast.InternedTerm(!args[0].in(f).Equal(args[1].in(f))) }
	case ast.Equal.Name:
		return func(f frame) *ast.Term { return ast.InternedTerm(args[0].in(f).Equal(args[1].in(f))) }
	case ast.Member.Name:
		return func(f frame) *ast.Term { return ast.InternedTerm(member(args[0].in(f), args[1].in(f))) }
	case ast.IsNull.Name:
		return func(f frame) *ast.Term {
			_, ok := args[0].in(f).Value.(ast.Null)
			return ast.InternedTerm(ok)
		}
	}
	return nil
}

func member(t, in *ast.Term) bool {
	switch c := in.Value.(type) {
	case ast.Set:
		return c.Contains(t)
	case *ast.Array:
		for i := range c.Len() {
			if c.Elem(i).Equal(t) {
				return true
			}
		}
	case ast.Object:
		return c.Until(func(_, v *ast.Term) bool { return v.Equal(t) })
	}
	return false
}
