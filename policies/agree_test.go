package policies_test

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callas"
	"callas/engine/compiled"
	"callas/policies"
)

type decision struct {
	As       callas.As
	Service  string
	Identity *callas.Identity
	Reasons  []string
}

type menuAnswer struct {
	Profile string
	Items   []callas.MenuItem
}

type explained struct {
	Gate            string
	Passed, Applies bool
}

// TestMenuAndResolverNeverDisagree asks both about random settings: a service is
// available exactly when picking it lets a call go out as it that has a class
// which the direction covers and a number where one is needed; and where it is
// not, both give the same reasons.
func TestMenuAndResolverNeverDisagree(t *testing.T) {
	law := compile(t)
	data := shipped(t)
	rapid.Check(t, func(rt *rapid.T) {
		facts := drawFacts(rt)
		settings := maps.Clone(data["settings"].(map[string]any))
		settings["reach"] = rapid.SampledFrom([]string{"subtree", "subtree", "subtree", "unit"}).Draw(rt, "reach")
		settings["external_includes_federated"] = rapid.Bool().Draw(rt, "federated")
		ask := asker(rt, law, map[string]any{"state": facts, "settings": settings})

		var menu menuAnswer
		ask(policies.Menu, map[string]any{"agent": "anna", "stale": false}, &menu)
		for _, service := range []string{"s1", "s2", "s3", "ghost"} {
			target := drawTarget(rt, facts, settings)
			call := map[string]any{"agent": "anna", "target": target, "modality": "audio", "stale": false, "call_as": service}
			var got decision
			ask(policies.Decision, call, &got)
			checkWhole(rt, got)
			checkExplained(rt, ask, call, got)

			i := slices.IndexFunc(menu.Items, func(item callas.MenuItem) bool { return item.Service == service })
			available := i >= 0 && menu.Items[i].Available
			if covered(facts, settings, target) && (target["class"] != "pstn" || usable(facts, service)) {
				require.Equal(rt, available, got.As == callas.AsService, "%s: %v", service, got.Reasons)
			}
			if got.As == callas.AsService {
				require.True(rt, available)
				require.Equal(rt, service, got.Service)
			}
			if i >= 0 {
				require.Equal(rt, about(menu.Items[i].Reasons), about(got.Reasons), service)
			}

			selected := maps.Clone(call)
			delete(selected, "call_as")
			if pick(facts, service) {
				var stored decision
				asker(rt, law, map[string]any{"state": facts, "settings": settings})(policies.Decision, selected, &stored)
				require.Equal(rt, got, stored, "selected or named by the call: the same gates")
			}
		}
	})
}

// checkWhole holds what every decision keeps: as a service without reasons, as
// the agent with at least one, in reading order.
func checkWhole(t *rapid.T, d decision) {
	require.Equal(t, d.As == callas.AsService, len(d.Reasons) == 0)
	require.Equal(t, d.As == callas.AsService, d.Service != "")
	require.NotNil(t, d.Identity)
	at := -1
	for _, reason := range d.Reasons {
		next := slices.Index(callas.Gates, callas.Reason(reason))
		require.Greater(t, next, at, d.Reasons)
		at = next
	}
}

func checkExplained(t *rapid.T, ask func(string, any, any), call any, d decision) {
	var gates []explained
	ask(policies.Explanation, call, &gates)
	closed := []string{}
	for _, g := range gates {
		require.False(t, g.Passed && !g.Applies, g.Gate)
		if g.Applies && !g.Passed {
			closed = append(closed, g.Gate)
		}
	}
	require.Equal(t, d.Reasons, closed)
}

// about keeps the reasons that lie with the agent and the service, not with one call.
func about[R ~string](reasons []R) []string {
	kept := []string{}
	for _, r := range reasons {
		if !slices.Contains([]string{"direction", "no_number", "modality", "stale"}, string(r)) {
			kept = append(kept, string(r))
		}
	}
	return kept
}

// asker evaluates a rule with OPA's interpreter, with and without its rule index, and as
// compiled, and decodes the answer.
func asker(t *rapid.T, law *ast.Compiler, data map[string]any) func(rule string, input, into any) {
	store, facts := inmem.NewFromObject(data), stood{ast.NewTerm(ast.MustInterfaceToValue(data))}
	return func(rule string, input, into any) {
		ctx := context.Background()
		txn := storage.NewTransactionOrDie(ctx, store)
		defer store.Abort(ctx, txn)
		query, err := rego.New(rego.Compiler(law), rego.Store(store), rego.Transaction(txn), rego.Query(rule)).PrepareForEval(ctx)
		require.NoError(t, err)
		indexed, err := query.Eval(ctx, rego.EvalInput(input), rego.EvalTransaction(txn))
		require.NoError(t, err)
		plain, err := query.Eval(ctx, rego.EvalInput(input), rego.EvalTransaction(txn), rego.EvalRuleIndexing(false))
		require.NoError(t, err)
		require.Len(t, indexed, 1, "%s is undefined", rule)
		require.Equal(t, indexed[0].Expressions[0].Value, plain[0].Expressions[0].Value)
		program, err := compiled.Compile(law, ast.MustParseTerm(rule))
		require.NoError(t, err)
		answer, err := program.Run(ctx, compiled.Question{Facts: facts, Input: ast.NewTerm(ast.MustInterfaceToValue(input))})
		require.NoError(t, err)
		got, err := ast.JSON(answer.Value)
		require.NoError(t, err)
		require.Equal(t, indexed[0].Expressions[0].Value, got, rule)
		text, err := json.Marshal(indexed[0].Expressions[0].Value)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, into))
	}
}

// A stood is facts that stand in memory as they are.
type stood struct{ *ast.Term }

func (s stood) Find(path ast.Ref) *ast.Term {
	t := s.Term
	for _, key := range path {
		if t = t.Get(key); t == nil {
			return nil
		}
	}
	return t
}
