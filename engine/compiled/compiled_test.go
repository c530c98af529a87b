package compiled_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/stretchr/testify/require"

	"callas/engine/compiled"
)

// program compiles data.law.answer.
func program(t testing.TB, law string) *compiled.Program {
	c, err := ast.CompileModules(map[string]string{"law.rego": "package law\n\n" + law})
	require.NoError(t, err)
	p, err := compiled.Compile(c, ast.MustParseTerm("data.law.answer"))
	require.NoError(t, err)
	return p
}

// nothing is facts where there are none.
type nothing struct{}

func (nothing) Find(ast.Ref) *ast.Term { return nil }

func TestAProgramIsAskedByManyAtOnce(t *testing.T) {
	p := program(t, `answer := {"all": all, "doubled": [doubled(n) | some n in input], "small": input[0] in {0, 1, 2}}
all contains n if some n in input
doubled(n) := n * 2 if not n in {1, 2} else := n`)
	var many sync.WaitGroup
	for i := range 8 {
		input := ast.ArrayTerm(ast.IntNumberTerm(i), ast.IntNumberTerm(2))
		ask := func() string {
			got, err := p.Run(context.Background(), compiled.Question{Facts: nothing{}, Input: input})
			if err != nil {
				return err.Error()
			}
			return got.String()
		}
		want := ask()
		many.Go(func() {
			for range 200 {
				if got := ask(); got != want {
					panic(got + ", want " + want)
				}
			}
		})
	}
	many.Wait()
}

func TestNobodyWaitsForAQuestionThatIsCancelled(t *testing.T) {
	for name, law := range map[string]string{
		"a loop":                 `answer := count([1 | some a in digits; some b in digits; some c in digits; some d in digits; some e in digits; some f in digits; a + b + c + d + e + f < 0])`,
		"functions":              `answer := count([1 | some a in digits; some b in digits; some c in digits; some d in digits; some e in digits; some f in digits; g(((((a * 10) + b) * 10 + c) * 10 + d) * 10 + e, f)])` + "\ng(x, y) if x + y < 0",
		"a loop within negation": `answer := 1 if not { some a in digits; some b in digits; some c in digits; some d in digits; some e in digits; some f in digits; a + b + c + d + e + f < 0 }`,
	} {
		t.Run(name, func(t *testing.T) {
			p := program(t, "import future.keywords.not\n"+law+"\ndigits := numbers.range(0, 59)")
			cancel := topdown.NewCancel()
			time.AfterFunc(20*time.Millisecond, cancel.Cancel)
			began := time.Now()
			_, err := p.Run(context.Background(), compiled.Question{Facts: nothing{}, Cancel: cancel})
			require.True(t, topdown.IsCancel(err), "%v", err)
			require.Less(t, time.Since(began), 5*time.Second)
		})
	}
}

func TestARuleIsWorkedOutOnceARun(t *testing.T) {
	// Thirty times the double: were each worked out at every mention, a thousand million times.
	law := "answer := r30\nr0 := count(input)\n"
	for i := range 30 {
		law += fmt.Sprintf("r%d := r%d + f%d(1)\nf%d(x) := r%d if x == 1\n", i+1, i, i, i, i)
	}
	got, err := program(t, law).Run(context.Background(), compiled.Question{Facts: nothing{}, Input: ast.ArrayTerm(ast.NullTerm())})
	require.NoError(t, err)
	require.Equal(t, "1073741824", got.String())
}

func TestAFunctionIsAskedForManyArguments(t *testing.T) {
	p := program(t, "answer := sum([square(n) | some _ in [1, 2]; some n in numbers.range(1, 200)])\nsquare(n) := n * n")
	for range 2 { // a run knows nothing of the one before
		got, err := p.Run(context.Background(), compiled.Question{Facts: nothing{}})
		require.NoError(t, err)
		require.Equal(t, "5373400", got.String())
	}
}

func TestWhatIsRefusedSaysWhy(t *testing.T) {
	for law, want := range map[string]string{
		`answer := x if x := data.law.other with data.none as 1` + "\nother := data.none":      "with something instead of data or a function: ",
		"answer := data.law.p[input.x]\np[x] := 1 if some x in input.l\np.q[x] := 2 if x := 1": "keys of several depths: ",
	} {
		c, err := ast.CompileModules(map[string]string{"law.rego": "package law\n\n" + law})
		require.NoError(t, err)
		_, err = compiled.Compile(c, ast.MustParseTerm("data.law.answer"))
		require.ErrorContains(t, err, want)
	}
}
