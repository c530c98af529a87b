package compiled_test

import (
	"fmt"
	"strings"
)

// What laws may say and seldom do: numbers that are written in two ways, keys of any kind,
// objects within objects, patterns, walks, errors of builtins, inputs in place of others.

// key is what may stand in brackets, bound or not.
func (a *author) key() string {
	switch a.of("key", "known", "odd", "wildcard", "free") {
	case "known":
		return a.term()
	case "odd":
		return a.oddity()
	case "wildcard":
		return "_"
	}
	k := a.variable()
	a.before = append(a.before, "some "+k)
	a.vars = append(a.vars, k)
	return k
}

func (a *author) oddity() string {
	return a.of("oddity", "1.0", "1", "0", "-0", "null", "false", "true", `""`, "[1, 2]", "[]", "{}", "set()", `{"a": 1.0}`, "{1, 1.0}",
		"1e0", "9007199254740993", "0.1", `["a", 1]`, "{[1], {1}}", `{1: "x", "1": "y"}`, `{null: 1, false: 2}`)
}

// whole is what one may look into.
func (a *author) whole() string {
	return a.of("whole", append([]string{"input", "input.o", "input.l", "data.t", "data.drawn", "data.drawn.sub", "data", "data.t.c", "data.list",
		"input.odd", "input.deep", "input.deep.a", a.written(), a.written()}, append(a.names, a.names...)...)...)
}

// written is a collection that is written out with what is not known.
func (a *author) written() string {
	t, u, v, w := a.term(), a.term(), a.term(), a.of("again", "input.x", "input.s", a.term())
	return a.of("written", "{"+t+", "+w+"}", "{"+t+": "+u+", "+w+": "+v+"}", "["+t+", "+u+"]", "{"+t+"}", `{"a": `+t+`, "b": {`+u+", "+w+"}}", "[{"+t+", "+w+"}]")
}

// deep follows a reference down some keys.
func (a *author) deep() string {
	out := a.whole()
	for range a.some("depth", 1, 4) {
		out += a.of("step", ".a", ".b", ".c", ".x", "["+a.key()+"]", "["+a.key()+"]", "["+a.key()+"]")
	}
	return out
}

// declared puts what an expression's free keys need before it.
func (a *author) declared(write func() string) string {
	before := a.before
	a.before = nil
	out := write()
	out = strings.Join(append(a.before, out), "; ")
	a.before = before
	return out
}

func (a *author) oddly(depth int) string {
	return a.declared(func() string { return a.oddExpr(depth) })
}

func (a *author) oddExpr(depth int) string {
	kinds := []string{"deep", "deep equal", "deep bind", "pattern", "some pattern", "walk", "builtin", "call", "call", "with deep", "unify", "written", "copied"}
	if depth > 0 {
		kinds = append(kinds, "not deep", "every", "nested", "not with")
	}
	switch a.of("odd expression", kinds...) {
	case "deep":
		return a.deep()
	case "deep equal":
		return a.deep() + a.of("operator", " == ", " = ", " != ") + a.of("other", a.term(), a.oddity(), a.deep())
	case "deep bind":
		d := a.deep()
		return a.bind() + " := " + d
	case "pattern":
		w := a.of("one", a.deep(), a.whole())
		return a.pattern() + " = " + w
	case "some pattern":
		w := a.of("many", a.deep(), a.whole())
		return "some " + a.of("with key", a.bind()+", ", "") + a.pattern() + " in " + w
	case "walk":
		w := a.of("what", "input", "input.deep", "data.t", "input.odd")
		p := a.of("path", "_", a.bind(), "["+a.bind()+"]", `["a", `+a.bind()+"]", "["+a.term()+"]", "[1.0]")
		return "walk(" + w + ", [" + p + ", " + a.bind() + "])"
	case "builtin":
		t, u := a.term(), a.of("operand", a.oddity(), a.term())
		b := a.of("call", "to_number("+t+")", "1 / "+t, t+" + "+u, "sprintf(\"%v\", ["+t+"])", "object.get("+a.whole()+", "+u+", "+t+")",
			"numbers.range(0, "+t+")", "count("+a.whole()+")", "{"+t+", "+u+"} | {1}", "type_name("+u+")", "json.marshal("+a.whole()+")",
			"object.union("+t+", "+u+")", "array.concat(["+t+"], ["+u+"])", "sort({"+t+", "+u+"})", "regex.match(`a|b`, "+t+")", "max(["+t+", "+u+"])")
		return a.bind() + " := " + b
	case "call":
		if len(a.calls) == 0 {
			return "true"
		}
		f := a.of("function", a.calls...) + "(" + a.of("first", a.term(), a.oddity(), "["+a.term()+", 1]") + ", " + a.term()
		return a.of("called", f+")", f+") == "+a.term(), "not "+f+")", f+", "+a.term()+")", a.bind()+" := "+f+")", f+") with input as {\"x\": "+a.term()+"}")
	case "written":
		w := a.written()
		v := a.bind()
		e := a.bind()
		return v + " := " + w + "; some " + e + " in " + v
	case "copied": // put together in another way
		w := a.of("of", append(a.names, "input", "data.t.a")...)
		return fmt.Sprintf(a.of("copied", "%[1]s in {{k: v | some k, v in %[1]s}}", "%[1]s in {{k: {e | some e in v} | some k, v in %[1]s}}",
			"{v | v := %[1]s}[{e | some e in %[1]s}]", "count({{k: {e | some e in v} | some k, v in %[1]s}, %[1]s}) == 1",
			"input in {{k: v | some k, v in input}} with input.deep.a.b as %[1]s", "%[1]s == {k: {e | some e in v} | some k, v in %[1]s}"), w)
	case "with deep":
		d := a.of("under", a.deep(), a.bind()+" := "+a.whole(), "not "+a.term())
		for range a.some("withs", 1, 3) {
			d += " with input" + a.of("where", "", ".x", ".o.a", ".deep.a.b", ".l.x", ".none.y") + " as " + a.of("what", a.term(), a.oddity(), "input.deep", "{\"x\": 1, \"o\": input.o}")
		}
		return d
	case "not with":
		return "not " + a.within(a.deep) + " with input.x as " + a.term() + " with input.deep.a as " + a.term()
	case "not deep":
		return a.within(func() string { return a.declared(func() string { return "not " + a.deep() }) })
	case "unify":
		return "[" + a.bind() + ", " + a.deep() + ", " + a.term() + "] = [" + a.term() + ", " + a.bind() + ", " + a.oddity() + "]"
	case "every":
		w := a.of("domain", a.deep(), a.whole(), a.oddity())
		return a.within(func() string {
			return "every " + a.bind() + ", " + a.bind() + " in " + w + " { " + a.body(depth-1) + " }"
		})
	}
	form := a.of("comprehension", "[%[1]s | %[3]s]", "{%[1]s | %[3]s}", "{%[1]s: %[2]s | %[3]s}")
	c := a.within(func() string {
		b := a.body(depth - 1)
		return fmt.Sprintf(form, a.term(), a.of("value", a.term(), "1"), b)
	})
	return a.of("made", a.bind()+" := "+c, a.term()+" = "+c, c+" = "+a.term(), "count("+c+") > 0")
}

func (a *author) pattern() string {
	return a.of("pattern", "["+a.bind()+", "+a.bind()+"]", `{"a": `+a.bind()+"}", `{"x": `+a.bind()+`, "tags": `+a.bind()+"}", "["+a.bind()+", "+a.term()+"]",
		"{"+a.term()+": "+a.bind()+"}", "{"+a.term()+": "+a.bind()+", "+a.term()+": 1}", "["+a.bind()+", [_, "+a.bind()+"]]", a.bind(), "{"+a.term()+"}", "{"+a.term()+", "+a.term()+"}")
}

// nested is a rule whose keys stand one behind the other.
func (a *author) nested(n, form string) string {
	b := a.body(1)
	return n + fmt.Sprintf(form, a.headKey(), a.headKey(), a.term()) + " if { " + b + " }"
}

func (a *author) headKey() string {
	return a.of("head", append(a.vars, "input.x", "input.s", a.term(), a.oddity(), `"a"`, "1")...)
}

func (a *author) nestedForm() string {
	return a.of("form", "[%s][%s] := %s", "[%s][%s] contains %s", ".a[%s][%s] := %s", "[%s].b[%s] := %s", "[%s][%s].c := %s", "[%s][%s].c contains %s")
}
