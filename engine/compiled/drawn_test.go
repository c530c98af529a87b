package compiled_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Laws nobody would write, and what each rule of them comes to: as with topdown, its
// conflicts included.
func TestADrawnLawIsAnsweredAsTopdownAnswersIt(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) { drawn(rt, nil) })
}

func TestAnOddLawIsAnsweredAsTopdownAnswersIt(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) { drawn(rt, drawing(rt)) })
}

func FuzzADrawnLaw(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(func(rt *rapid.T) { drawn(rt, drawing(rt)) }))
}

func drawing(rt *rapid.T) *rand.Rand {
	return rand.New(rand.NewChaCha8([32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(rt, "seed"))))
}

func drawn(rt *rapid.T, odd *rand.Rand) {
	a := &author{T: rt, odd: odd}
	var c *ast.Compiler
	for range a.some("rules", 2, 7) {
		before := *a
		a.rule()
		if with, err := a.compile(); err == nil {
			c = with
		} else { // a variable that nothing binds, or a type that cannot match
			fresh := a.fresh
			*a = before
			a.fresh = fresh + 1
		}
	}
	if c == nil {
		rt.Skip("nothing was written")
	}
	text := strings.Join(a.rules, "\n")
	input := ast.MustInterfaceToValue(map[string]any{"x": a.number(), "y": a.number(), "s": a.name(), "l": []any{a.number(), a.name()},
		"o": map[string]any{a.name(): a.number()}, "odd": []any{nil, false, 1, []any{"a", 1}, map[string]any{"a": 1}},
		"deep": map[string]any{"a": map[string]any{"a": 1, "b": map[string]any{"c": a.number()}}, "b": []any{1, "a"}}})
	facts := map[string]any{"t": map[string]any{
		"a": map[string]any{"x": a.number(), "tags": []any{"a", "b"}},
		"b": map[string]any{"x": a.number(), "tags": []any{"c", a.name()}, "on": true},
		"c": map[string]any{"tags": []any{}, "on": false},
	}, "list": []any{a.number(), map[string]any{"a": 1}, []any{}}, "drawn": map[string]any{"base": a.number(), "sub": map[string]any{"a": 1}}}
	asked := append([]string{"data.drawn", "data.drawn[rule]", "data.drawn[rule][key]", "data[root].r1", "data.drawn[rule][_][key].c", "data.drawn.sub", "data.drawn[input.s].a", "data[input.s]"}, a.names...)
	for _, ref := range asked {
		rt.Log(text, ref, input, facts)
		why := same(rt, question{compiler: c, body: ast.MustParseBody("answer = " + ref), facts: facts, input: ast.NewTerm(input), functions: len(a.calls) > 0})
		if odd == nil {
			require.Contains(rt, []string{"", "a comprehension that does not stand by itself", "two variables that are not bound", "a function asked with its value"}, why)
		}
	}
}

// compile makes of the rules what they mean, beside a package that stands below theirs.
func (a *author) compile() (*ast.Compiler, error) {
	return ast.CompileModules(map[string]string{
		"drawn.rego": "package drawn\n\n" + strings.Join(a.rules, "\n"),
		"sub.rego":   "package drawn.sub\n\nx := input.x\n\nb contains input.s",
	})
}

// An author writes rules, each of which may use those before it.
type author struct {
	*rapid.T
	rules []string
	names []string // of values, sets and objects: data.drawn.r0
	calls []string // of functions
	vars  []string // bound where a body stands
	fresh int

	before []string   // what has to be declared before the expression that is being written
	odd    *rand.Rand // draws for odd laws, all alike: rapid likes the first of several best
}

func (a *author) of(what string, out ...string) string {
	if a.odd != nil {
		return out[a.odd.IntN(len(out))]
	}
	return rapid.SampledFrom(out).Draw(a.T, what)
}

// some is how many to write.
func (a *author) some(what string, least, most int) int {
	if a.odd != nil {
		return least + a.odd.IntN(most-least+1)
	}
	return rapid.IntRange(least, most).Draw(a.T, what)
}

func (a *author) number() int  { return a.some("number", 0, 2) }
func (a *author) name() string { return a.of("name", "a", "b", "c") }

func (a *author) constant() string {
	return a.of("constant", "0", "1", "2", `"a"`, `"b"`, `"c"`, "true", "false", "null", `["a", 1]`, `{"a": 1}`, `{"a", "b"}`)
}

func (a *author) variable() string {
	a.fresh++
	return fmt.Sprint("v", a.fresh)
}

// term is one that is bound.
func (a *author) term() string {
	choices := []string{a.constant(), "input.x", "input.y", "input.s", "input.l[0]", `data.t[input.s].x`, "input.none"}
	choices = append(choices, a.vars...)
	choices = append(choices, a.vars...)
	choices = append(choices, a.names...)
	for _, f := range a.calls {
		choices = append(choices, f+"("+a.of("argument", append(a.vars, "input.x", `"a"`, "1")...)+", "+a.of("argument", "input.y", "2")+")")
	}
	return a.of("term", choices...)
}

func (a *author) collection() string {
	return a.of("collection", append([]string{"input.l", "input.o", "data.t", "data.t.a.tags", "data.t[input.s].tags",
		`{"a", "b"}`, `[0, 1, 2]`, `{"a": 1, "b": 2}`, "[input.x, input.y]", "{input.s: input.x}"}, a.names...)...)
}

func (a *author) body(depth int) string {
	var out []string
	most := 3
	if a.odd != nil {
		most = 2 // or hardly any body holds
	}
	for range a.some("expressions", 1, most) {
		out = append(out, a.expr(depth))
	}
	return strings.Join(out, "; ")
}

// within writes a part whose variables nobody else sees.
func (a *author) within(write func() string) string {
	n := len(a.vars)
	defer func() { a.vars = a.vars[:n] }()
	return write()
}

func (a *author) bind() string {
	v := a.variable()
	a.vars = append(a.vars, v)
	return v
}

func (a *author) expr(depth int) string {
	kinds := []string{"compare", "term", "in", "bind", "some", "some key", "ref", "unify", "with"}
	if a.odd != nil && a.of("odd", "yes", "no") == "yes" {
		return a.oddly(depth)
	}
	if depth > 0 {
		kinds = append(kinds, "not", "comprehension", "every")
	}
	switch a.of("expression", kinds...) {
	case "compare":
		return a.term() + a.of("operator", " == ", " != ", " < ") + a.term()
	case "term":
		return a.term()
	case "in":
		return a.term() + " in " + a.collection()
	case "bind":
		t := a.term()
		return a.bind() + " := " + t
	case "some":
		c := a.collection()
		return "some " + a.bind() + " in " + c
	case "some key":
		c := a.collection()
		return "some " + a.bind() + ", " + a.bind() + " in " + c
	case "ref":
		t := a.of("ref", append([]string{"data.t", "input.o", "input.l"}, a.names...)...)
		if a.of("key", "known", "unknown") == "known" {
			return t + "[" + a.term() + "]" + a.of("rest", "", ".x", "[_]", `["a"]`)
		}
		k := a.variable()
		out := "some " + k + "; " + t + "[" + k + "]" + a.of("rest", "", ".x", ".tags[_]", " == 1", ` != "a"`)
		a.vars = append(a.vars, k)
		return out
	case "with":
		e := a.of("expression", a.term(), a.bind()+" := "+a.of("whole", append(a.names, "input")...), "not "+a.term(), a.term()+" == "+a.term())
		return e + a.of("instead", " with input.x as ", " with input as ", " with input.o.a as 2 with input.s as ") + a.term()
	case "unify":
		t, u := a.term(), a.term()
		return "[" + a.bind() + ", " + t + "] = [" + u + ", " + a.bind() + "]"
	case "not":
		return "not " + a.within(func() string { return a.term() + a.of("operator", " == ", " in ") + a.collection() })
	case "every":
		c := a.collection()
		return a.within(func() string { return "every " + a.bind() + " in " + c + " { " + a.body(depth-1) + " }" })
	}
	form := a.of("comprehension", "[%s | %s]", "{%s | %s}", "{%s: 1 | %s}")
	c := a.within(func() string {
		b := a.body(depth - 1)
		return fmt.Sprintf(form, a.term(), b)
	})
	return a.bind() + " := " + c
}

func (a *author) rule() {
	a.fresh++
	n := fmt.Sprint("r", a.fresh)
	kinds := []string{"value", "function", "set", "object", "objects of sets"}
	if a.odd != nil {
		kinds = append(kinds, "nested")
	}
	kind := a.of("kind", kinds...)
	if kind == "nested" {
		kind = a.nestedForm()
	}
	for range a.some("clauses", 1, 3) {
		a.rules = append(a.rules, a.within(func() string { return a.clause(n, kind) }))
	}
	if kind == "function" {
		if a.odd != nil && a.of("default", "yes", "no") == "yes" {
			a.rules = append(a.rules, "default "+n+"(_, _) := "+a.constant())
		}
		a.calls = append(a.calls, n)
		return
	}
	if kind == "value" && a.of("default", "yes", "no") == "yes" {
		a.rules = append(a.rules, "default "+n+" := "+a.constant())
	}
	a.names = append(a.names, "data.drawn."+n)
}

func (a *author) clause(n, kind string) string {
	switch kind {
	case "set":
		b := a.body(1)
		return n + " contains " + a.term() + " if { " + b + " }"
	case "object":
		b := a.body(1)
		return n + "[" + a.term() + "] := " + a.term() + " if { " + b + " }"
	case "objects of sets":
		b := a.body(1)
		return n + "[" + a.term() + "] contains " + a.term() + " if { " + b + " }"
	case "value", "function":
	default:
		return a.nested(n, kind)
	}
	head := n
	if kind == "function" {
		head += a.of("arguments", "(p, q)", "(p, p)", "(_, q)", `("a", q)`, "([p, q], _)", "(p, 2)")
		for _, v := range []string{"p", "q"} {
			if strings.Contains(head, v) {
				a.vars = append(a.vars, v)
			}
		}
	}
	out := a.within(func() string {
		b := a.body(2)
		return head + " := " + a.of("value", a.term(), a.constant(), "true") + " if { " + b + " }"
	})
	if a.of("else", "no", "yes") == "yes" {
		out += a.within(func() string {
			b := a.body(1)
			return " else := " + a.term() + " if { " + b + " }"
		})
	}
	return out
}
