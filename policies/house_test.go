package policies_test

import (
	"slices"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"
	"github.com/stretchr/testify/require"

	"callas"
	"callas/policies"
)

func TestEveryFileIsFormattedAsOPAFormats(t *testing.T) {
	for name, text := range sources(t) {
		formatted, err := format.Source(name, []byte(text))
		require.NoError(t, err)
		require.Equal(t, string(formatted), text, "%s: run opa fmt -w", name)
	}
}

func TestExactlyWhatGoReadsIsAnEntrypoint(t *testing.T) {
	var got []string
	for _, ref := range annotations(t) {
		if ref.Annotations.Entrypoint {
			got = append(got, ref.Path.String())
		}
	}
	require.ElementsMatch(t, append(policies.Optional, policies.Entrypoints...), got)
}

func TestEveryPackageAndPublicRuleSaysWhatItIsFor(t *testing.T) {
	described := make(map[string]bool)
	for _, ref := range annotations(t) {
		if ref.Annotations.Description != "" {
			described[ref.Path.String()] = true
		}
		if ref.Annotations.Scope == "package" {
			require.NotEmpty(t, ref.Annotations.Title, ref.Path)
		}
	}
	for name, module := range parse(t) {
		if isTest(name) {
			continue
		}
		require.True(t, described[module.Package.Path.String()], "%s: package without METADATA", name)
		for _, rule := range module.Rules {
			if rule.Head.Reference[0].String()[0] != '_' {
				path := module.Package.Path.Extend(rule.Head.Ref().GroundPrefix()).String()
				require.True(t, described[path], "%s: %s without METADATA", rule.Location, path)
			}
		}
	}
}

func TestEveryGateHasAPlaceAndEveryReasonAText(t *testing.T) {
	placed := make(map[string]bool)
	for _, ref := range annotations(t) {
		if gate, ok := ref.Annotations.Custom["gate"].(string); ok {
			require.False(t, placed[gate], "%s has two places", gate)
			placed[gate] = true
		}
	}
	for _, gate := range callas.Gates {
		require.True(t, placed[string(gate)], gate)
		delete(placed, string(gate))
	}
	require.Equal(t, map[string]bool{
		"role": true, "ownership": true, "locked": true, "not_your_unit": true,
		"not_your_session": true, "not_your_service": true, "profile_fixed": true,
		"no_role": true, "no_agent": true,
	}, placed)

	reasons := shipped(t)["reasons"].(map[string]any)
	for gate := range placed {
		require.Contains(t, reasons, gate)
	}
	for _, gate := range append(callas.Gates, callas.ReasonTimeout, callas.ReasonEngineError) {
		require.Contains(t, reasons, string(gate))
	}
	for code, reason := range reasons {
		texts := reason.(map[string]any)
		require.Len(t, texts, 2, code)
		require.NotEmpty(t, texts["text"], code)
		require.NotEmpty(t, texts["fix"], code)
	}
}

// OPA evaluates the operands of a negated call before the negation: in
// "not x in input.y" an undefined input.y makes the whole body undefined, where
// "undefined is a reason too" is meant. So the law negates helpers, whose
// operands are variables and constants, and never a call on references.
func TestNoNegationHidesWhatIsUndefined(t *testing.T) {
	resolved := ast.NewCompiler().WithOnlyStagesUpTo(ast.StageResolveRefs) // rules by name are references now
	resolved.Compile(parse(t))
	for name, module := range resolved.Modules {
		if isTest(name) {
			continue
		}
		ast.WalkExprs(module, func(expr *ast.Expr) bool {
			if !expr.Negated {
				return false
			}
			bare := !expr.IsCall() || expr.Operator().Equal(ast.Equal.Ref())
			terms, _ := expr.Terms.([]*ast.Term)
			if term, ok := expr.Terms.(*ast.Term); ok {
				terms = []*ast.Term{term}
			}
			for _, term := range terms[min(1, len(terms)-1):] {
				ref, ok := term.Value.(ast.Ref)
				if ok && bare {
					// A reference alone or beside == is safe, those within its brackets are not.
					ok = slices.ContainsFunc(ref[1:], func(t *ast.Term) bool { _, nested := t.Value.(ast.Ref); return nested })
				}
				if _, call := term.Value.(ast.Call); ok || call {
					t.Errorf("%s: negates %s: put it into a helper rule and negate that", expr.Location, term)
				}
			}
			return false
		})
	}
}

func TestGatesAreReadInTheOrderOfTheWords(t *testing.T) {
	order := compile(t).GetRulesExact(ast.MustParseRef("data.callas.gates.order"))
	require.Len(t, order, 1)
	var got []callas.Reason
	order[0].Head.Value.Value.(*ast.Array).Foreach(func(gate *ast.Term) {
		got = append(got, callas.Reason(gate.Value.(ast.String)))
	})
	require.Equal(t, callas.Gates, got)
}

func annotations(t *testing.T) []*ast.AnnotationsRef {
	t.Helper()
	var law []*ast.Module
	for name, module := range parse(t) {
		if !isTest(name) {
			law = append(law, module)
		}
	}
	set, errs := ast.BuildAnnotationSet(law)
	require.Empty(t, errs)
	return set.Flatten()
}
