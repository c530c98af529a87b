package policies_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/stretchr/testify/require"

	"callas/policies"
)

// sources reads every Rego file of the law, tests included.
func sources(t testing.TB) map[string]string {
	t.Helper()
	texts := make(map[string]string)
	err := fs.WalkDir(policies.FS, "callas", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := policies.FS.ReadFile(name)
		texts[name] = string(text)
		return err
	})
	require.NoError(t, err)
	require.NotEmpty(t, texts)
	return texts
}

// parse parses the law with its METADATA.
func parse(t testing.TB) map[string]*ast.Module {
	t.Helper()
	modules := make(map[string]*ast.Module)
	for name, text := range sources(t) {
		module, err := ast.ParseModuleWithOpts(name, text, ast.ParserOptions{ProcessAnnotation: true})
		require.NoError(t, err)
		modules[name] = module
	}
	return modules
}

// compile compiles the law with its tests, strictly.
func compile(t testing.TB) *ast.Compiler {
	t.Helper()
	compiler := ast.NewCompiler().WithStrict(true)
	compiler.Compile(parse(t))
	require.False(t, compiler.Failed(), compiler.Errors)
	return compiler
}

// shipped reads the default bundle's settings and reasons.
func shipped(t testing.TB) map[string]any {
	t.Helper()
	text, err := os.ReadFile("../bundles/default/data.json")
	require.NoError(t, err)
	var data map[string]any
	require.NoError(t, json.Unmarshal(text, &data))
	return data
}

// company returns the facts of the demo company, as its Rego tests know them.
func company(t testing.TB) map[string]any {
	t.Helper()
	results, err := rego.New(rego.Compiler(compile(t)), rego.Query("data.callas.company.state")).Eval(t.Context())
	require.NoError(t, err)
	return results[0].Expressions[0].Value.(map[string]any)
}

// storeOf lays facts beside the shipped data, as a host does.
func storeOf(t testing.TB, facts map[string]any) storage.Store {
	t.Helper()
	data := shipped(t)
	data["state"] = facts
	return inmem.NewFromObjectWithOpts(data, inmem.OptReturnASTValuesOnRead(true))
}

func isTest(name string) bool {
	return strings.HasSuffix(name, "_test.rego")
}
