package policies_test

import (
	"strings"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/tester"
	"github.com/stretchr/testify/require"
)

// TestRego runs every Rego test, one subtest a note, each once more without rule
// indexing, and holds the law to be covered by them to the last line.
func TestRego(t *testing.T) {
	modules := parse(t)
	store := storeOf(t, map[string]any{})
	txn := storage.NewTransactionOrDie(t.Context(), store)
	defer store.Abort(t.Context(), txn)

	coverage := cover.New()
	runner := tester.NewRunner().SetStore(store).SetModules(modules).SetCoverageQueryTracer(coverage).SetTimeout(time.Minute)
	results, err := runner.RunTests(t.Context(), txn)
	require.NoError(t, err)
	count := 0
	for result := range results {
		count++
		t.Run(result.Name, func(t *testing.T) {
			require.NoError(t, result.Error)
			for path, sub := range result.SubResults.Iter {
				t.Run(path[len(path)-1], func(t *testing.T) {
					require.False(t, sub.Fail, "%s: see opa test -v policies/callas bundles/default/data.json", result.Location)
				})
			}
			require.True(t, result.Pass(), "%s", result.Location)
		})
	}
	require.Positive(t, count)

	t.Run("covers every line", func(t *testing.T) {
		report := coverage.Report(modules)
		for name, file := range report.Files {
			if !isTest(name) {
				require.Empty(t, file.NotCovered, name)
			}
		}
	})
}

// TestRegoWithoutIndexing runs the tests once more with the rule index off: an
// answer must not depend on an optimisation.
func TestRegoWithoutIndexing(t *testing.T) {
	compiler := compile(t)
	store := storeOf(t, map[string]any{})
	for _, module := range compiler.Modules {
		for _, rule := range module.Rules {
			name := rule.Head.Name.String()
			if !strings.HasPrefix(name, tester.TestPrefix) {
				continue
			}
			t.Run(name, func(t *testing.T) {
				query, err := rego.New(rego.Compiler(compiler), rego.Store(store),
					rego.Query(module.Package.Path.String()+"."+name)).PrepareForEval(t.Context())
				require.NoError(t, err)
				want, err := query.Eval(t.Context())
				require.NoError(t, err)
				got, err := query.Eval(t.Context(), rego.EvalRuleIndexing(false))
				require.NoError(t, err)
				require.Equal(t, want[0].Expressions[0].Value, got[0].Expressions[0].Value)
			})
		}
	}
}
