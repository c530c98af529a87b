package compiled_test

import (
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/stretchr/testify/require"
)

const (
	collapse = "a set or object whose elements may be the same"
	given    = "a function asked with its value"
	path     = "a walk along a path that is known"
	names    = "rules whose names are alike"
)

// Laws that topdown answers in its own way: a program answers in the same, or is refused for
// the reason beside it.
func TestWhatTopdownDoesInItsOwnWayIsDoneSoOrRefused(t *testing.T) {
	for law, want := range map[string]string{
		// Who looks into a set or object that is written out finds it as it is written.
		`answer := [e | some e in {input.two, input.one}]`:                                               collapse,
		`answer := count([e | s := {input.two, input.deux}; some e in s])`:                               collapse,
		`answer := o.a if { o := {input.a: 1, input.also: 2} }`:                                          collapse,
		`answer := count(o) if { o := {input.a: 1, input.also: 2} }`:                                     collapse,
		`answer if { o := {input.a: 1, input.also: 1}; o = {"a": 1} }`:                                   collapse,
		`answer := q if { {input.a: q, "a": _} = input.o }`:                                              collapse,
		`answer := s[_]` + "\ns := {input.two, input.one} if input.one < 5":                              collapse,
		`answer := input.two in {input.one, input.two}`:                                                  "",
		`answer := count({input.two, input.deux})`:                                                       "",
		`answer := [x | some x in [{input.two}]; some y in x]`:                                           "",
		`answer := {"two": input.two, "one": input.one}.two`:                                             "",
		`answer := [v | walk(input, [["l", 1.0], v])]`:                                                   path,
		`answer := [v | p := ["l", 1.0]; walk(input, [p, v])]`:                                           path,
		`answer := [v | n := 1.0; walk(input, [["l", n], v])]`:                                           path,
		`answer := [[n, v] | some n, v; walk(input, [["l", n], v])]`:                                     "",
		`answer := [[p, v] | some p, v; walk(input, [p, v])]`:                                            "",
		`answer if f(1, 2)` + "\nf(x) := 1 if x == 1 else := 2":                                          given,
		`answer if f(1, false)` + "\nf(x) if x == 1\ndefault f(_) := false":                              given,
		`answer := r[f(1)] if f(1, 1)` + "\nf(x) := x\nr[f(x)] := x if some x in [1]":                    "",
		`answer if data.law.s.b` + "\ns contains f(x) if some x in [1, 2]\nf(1) := \"a\"\nf(2) := \"b\"": "",
		`answer := data.law.a` + "\na[1] := 1\na[1.0] := 2":                                              names,
		`answer := data.law.a` + "\na[1] := 1\na.b := 2":                                                 "",

		// What is changed within something leaves it the hash that it had.
		`answer if { p in {{"a": {1}}} }` + "\np[\"a\"] contains x if some x in [1]":                                                      "",
		`answer if { p in {{"a": {1, 2}}} }` + "\np[k] contains x if { some k in [\"a\"]; some x in [1, 2] }":                             "",
		`answer if { p in {{"a": {"b": 1}}} }` + "\np[k].b := 1 if some k in [\"a\"]":                                                     "",
		`answer if { input in {{"o": {"a": {"b": 1, "c": 2}}}} with input as {"o": {"a": {"b": 1}}} with input.o.a.c as 2 }`:              "",
		`answer if { w in {{"o": {"a": {"b": 1, "c": 2}}}} with input as {"o": {"a": {"b": 1}}} with input.o.a.c as 2 }` + "\nw := input": "",
		`answer := x if { x := input with input as 5 with input.a.b as 1 with input.a.b.c as 2 }`:                                         "",
		`answer := {k: 1 | some k in [1.2, 1.5, 1.2]}[1.5]`:                                                                               "",
		`answer if { {k: 1 | some k in [1.2, 1.5, 1.2]} in {{1.2: 1, 1.5: 1}} }`:                                                          "",

		// A comprehension is not made to be compared with what is none.
		`answer if { x := input.one; x = [y | y := clash[_]] } else := "none"` + "\nclash[1] := v if some v in [1, 2]": "",
		`answer if { {1: y | some y in [1, 2]} = input.one } else := "none"`:                                           "",
		`answer if { x := input.l; x = [y | y := clash[_]] } else := "none"` + "\nclash[1] := v if some v in [1, 2]":   "",
	} {
		t.Run(law, func(t *testing.T) {
			c, err := ast.CompileModules(map[string]string{"law.rego": "package law\n\n" + law})
			require.NoError(t, err)
			input := ast.MustParseTerm(`{"two": 2, "one": 1, "deux": 2, "a": "a", "also": "a", "l": [0, {"q": 1}], "o": {"a": 1, "b": 2}}`)
			require.Equal(t, want, same(t, question{compiler: c, body: ast.MustParseBody("answer = data.law.answer"), input: input}))
		})
	}
}
