package compiled_test

import (
	"fmt"
	"io/fs"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/test/cases"
	"github.com/open-policy-agent/opa/v1/test/cases/testdata"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/open-policy-agent/opa/v1/types"
	"github.com/open-policy-agent/opa/v1/util"
	"github.com/stretchr/testify/require"
)

// refused counts the cases of OPA's own suite that are left to topdown, by why. Any other
// case is answered as topdown answers it.
var refused = map[string]int{
	"with something instead of data or a function":   80,
	"a set or object whose elements may be the same": 8,
	"keys of several depths":                         5,
	"rules of several kinds under one name":          1,
	"variables to bind on both sides":                1,
}

func TestOPAsOwnSuiteIsAnsweredAsTopdownAnswersIt(t *testing.T) {
	sleeps()
	got := map[string]int{}
	for _, tc := range suite(t) {
		t.Run(tc.Note, func(t *testing.T) {
			if reason := sameAsTopdown(t, tc); reason != "" {
				got[reason]++
			}
		})
	}
	require.Equal(t, refused, got)
}

// sleeps adds the one builtin that the suite expects its runner to have.
func sleeps() {
	sleep := &ast.Builtin{Name: "test.sleep", Decl: types.NewFunction(types.Args(types.S), types.NewNull())}
	ast.RegisterBuiltin(sleep)
	topdown.RegisterBuiltinFunc(sleep.Name, func(_ topdown.BuiltinContext, args []*ast.Term, iter func(*ast.Term) error) error {
		d, err := time.ParseDuration(string(args[0].Value.(ast.String)))
		if err != nil {
			return err
		}
		time.Sleep(d)
		return iter(ast.NullTerm())
	})
}

func suite(t *testing.T) []cases.TestCase {
	var all []cases.TestCase
	require.NoError(t, fs.WalkDir(testdata.V1, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := testdata.V1.ReadFile(path)
		require.NoError(t, err)
		var set cases.Set
		require.NoError(t, util.Unmarshal(text, &set), path)
		all = append(all, set.Cases...)
		return nil
	}))
	require.Greater(t, len(all), 1500)
	return all
}

// sameAsTopdown asks both a case's query, and returns why the one refuses.
func sameAsTopdown(t *testing.T, tc cases.TestCase) string {
	for name, value := range tc.Env {
		t.Setenv(name, value)
	}
	options := ast.ParserOptions{RegoVersion: ast.RegoV1}
	if tc.ExperimentalKeywords {
		options.Capabilities = ast.CapabilitiesForThisVersion(ast.CapabilitiesExperimentalKeywords(true))
	}
	modules := map[string]string{}
	for i, text := range tc.Modules {
		modules[fmt.Sprint(i, ".rego")] = text
	}
	q := question{compiler: ast.MustCompileModulesWithOpts(modules, ast.CompileOpts{ParserOptions: options})}
	var err error
	q.body, err = ast.ParseBodyWithOpts(tc.Query, options)
	require.NoError(t, err)
	if tc.Data != nil {
		q.facts = *tc.Data
	}
	if tc.InputTerm != nil {
		q.input = ast.MustParseTerm(*tc.InputTerm)
	} else if tc.Input != nil {
		q.input = ast.NewTerm(ast.MustInterfaceToValue(*tc.Input))
	}
	return same(t, q)
}
