package house_test

import (
	"go/ast"
	"go/token"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const longest = 400 // lines; beyond it a file holds a second thought

// long names the files that may be longer, each with its reason.
var long = map[string]string{}

func TestAFileIsOneThought(t *testing.T) {
	files(t, ".go", func(path string) {
		lines := strings.Count(read(t, path), "\n")
		if _, allowed := long[path]; allowed {
			require.Greater(t, lines, longest, "%s is short again: take it off the list", path)
			return
		}
		require.LessOrEqual(t, lines, longest, "%s: look for the second thought", path)
	})
}

func TestNoPackageStartsItself(t *testing.T) {
	files(t, ".go", func(path string) {
		_, file := parse(t, path)
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			require.False(t, ok && fn.Recv == nil && fn.Name.Name == "init", "%s has an init()", path)
		}
	})
}

// A variable without a first value is there to be assigned: package state. So
// is one made of a lock, an atomic or a pool. Embedded files and the version,
// which the linker writes, are not.
func TestNoPackageHoldsState(t *testing.T) {
	files(t, ".go", func(path string) {
		if strings.HasSuffix(path, "_test.go") {
			return
		}
		fset, file := parse(t, path)
		for _, d := range file.Decls {
			decl, ok := d.(*ast.GenDecl)
			if !ok || decl.Tok != token.VAR {
				continue
			}
			for _, s := range decl.Specs {
				spec := s.(*ast.ValueSpec)
				if embedded(decl, spec) || strings.HasPrefix(path, "cmd/") && spec.Names[0].Name == "version" {
					continue
				}
				at := fset.Position(spec.Pos())
				require.NotEmpty(t, spec.Values, "%s:%d: %s is package state: make it a field", path, at.Line, spec.Names[0])
				for _, v := range spec.Values {
					require.False(t, locks(v), "%s:%d: %s is package state: make it a field", path, at.Line, spec.Names[0])
				}
			}
		}
	})
}

func embedded(decl *ast.GenDecl, spec *ast.ValueSpec) bool {
	for _, doc := range []*ast.CommentGroup{decl.Doc, spec.Doc} {
		if doc == nil {
			continue
		}
		for _, c := range doc.List {
			if strings.HasPrefix(c.Text, "//go:embed") {
				return true
			}
		}
	}
	return false
}

// locks reports whether an expression makes something of sync or sync/atomic.
func locks(e ast.Expr) (found bool) {
	ast.Inspect(e, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && (x.Name == "sync" || x.Name == "atomic") {
				found = true
			}
		}
		return true
	})
	return found
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	said := map[string]bool{}
	files(t, ".go", func(path string) {
		if strings.HasSuffix(path, "_test.go") {
			return
		}
		_, file := parse(t, path)
		folder := path[:strings.LastIndex("/"+path, "/")]
		said[folder] = said[folder] || file.Doc != nil
	})
	for folder, ok := range said {
		require.True(t, ok, "%q has no package comment: say what it is for and what it must never do", folder)
	}
}
