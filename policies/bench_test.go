package policies_test

import (
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/stretchr/testify/require"

	"callas/policies"
)

// BenchmarkLaw evaluates each rule over the demo company in memory, through
// OPA's rego package. "nothing" is what asking costs before any law is read.
func BenchmarkLaw(b *testing.B) {
	law := compile(b)
	store := storeOf(b, company(b))
	const (
		phone    = `{"agent": "anna", "target": {"class": "pstn", "number": "+41791234567", "country": "CH"}, "modality": "audio", "stale": false}`
		customer = `{"agent": "anna", "target": {"class": "federated"}, "modality": "audio", "stale": false}`
		change   = `{"by": {"name": "sue", "role": "supervisor", "units": ["london"]}, "action": "update", "kind": "agent", "id": "anna",
			"before": {"id": "anna", "unit": "care", "direction": "all"}, "after": {"id": "anna", "unit": "care", "direction": "none"}, "fields": ["direction"]}`
	)
	for _, tc := range []struct{ note, rule, input string }{
		{"nothing", "true", phone},
		{"decision as service", policies.Decision, phone},
		{"decision as agent", policies.Decision, customer},
		{"explanation", policies.Explanation, phone},
		{"menu", policies.Menu, `{"agent": "anna", "stale": false}`},
		{"change", policies.Change, change},
	} {
		b.Run(tc.note, func(b *testing.B) {
			query, err := rego.New(rego.Compiler(law), rego.Store(store), rego.Query(tc.rule)).PrepareForEval(b.Context())
			require.NoError(b, err)
			input := ast.MustParseTerm(tc.input).Value
			txn := storage.NewTransactionOrDie(b.Context(), store)
			defer store.Abort(b.Context(), txn)
			b.ReportAllocs()
			for b.Loop() {
				if results, err := query.Eval(b.Context(), rego.EvalParsedInput(input), rego.EvalTransaction(txn)); err != nil || len(results) != 1 {
					b.Fatal(results, err)
				}
			}
		})
	}
}
