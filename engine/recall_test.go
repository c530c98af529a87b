package engine_test

import (
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callas/engine"
)

func TestARecallKnowsWhatOPAsOwnCacheKnows(t *testing.T) {
	step := rapid.SampledFrom([]*ast.Term{
		ast.StringTerm("a"), ast.StringTerm("b"), ast.IntNumberTerm(1), ast.InternedTerm(true), ast.ArrayTerm(ast.StringTerm("a")),
		ast.SetTerm(), ast.ObjectTerm(ast.Item(ast.StringTerm("a"), ast.StringTerm("b"))),
	})
	value := rapid.SampledFrom([]*ast.Term{nil, ast.StringTerm("x"), ast.IntNumberTerm(7)})
	rapid.Check(t, func(t *rapid.T) {
		want, got := topdown.NewVirtualCache(), engine.NewRecall()
		frames := 1
		for range rapid.IntRange(1, 150).Draw(t, "steps") {
			ref := ast.Ref(rapid.SliceOfN(step, 1, 4).Draw(t, "ref"))
			switch rapid.IntRange(0, 9).Draw(t, "what") {
			case 0:
				want.Push()
				got.Push()
				frames++
			case 1:
				if frames > 1 {
					want.Pop()
					got.Pop()
					frames--
				}
			case 2, 3, 4, 5:
				v := value.Draw(t, "value")
				want.Put(ref, v)
				got.Put(ref, v)
				ref[0] = ast.StringTerm("changed") // what OPA hands over is its own, and used again
			default:
				term, undefined := want.Get(ref)
				gotTerm, gotUndefined := got.Get(ref)
				require.Equal(t, undefined, gotUndefined)
				require.True(t, term.Equal(gotTerm), "%v: %v, want %v", ref, gotTerm, term)
			}
		}
		require.Len(t, got.Keys(), len(want.Keys()))
	})
}
