package engine

import (
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"callas"
)

// names are those of fields. Nil are all there are.
type names map[string]bool

// without leaves out some; of all fields, which nil is, none.
func (n names) without(some names) names {
	if n == nil {
		return nil
	}
	out := names{}
	for name := range n {
		if !some[name] {
			out[name] = true
		}
	}
	return out
}

// A writing is an object on its way to a policy, field by field. What is not wanted is
// never made.
type writing struct {
	names  *terms // of the rows that this one refers to; nil: they are made anew
	want   names
	only   string     // the one field that is wanted; empty: those in want
	key    ast.String // the one key that is wanted of a field that has keys; empty: all
	made   *ast.Term  // of only; nil: there is none
	fields [][2]*ast.Term
}

func (w *writing) object() ast.Value { return ast.NewObject(w.fields...) }

func (w *writing) term() *ast.Term { return ast.NewTerm(w.object()) }

func (w *writing) wants(name string) bool {
	if w.only != "" {
		return w.only == name
	}
	return w.want == nil || w.want[name]
}

func (w *writing) add(name string, value *ast.Term) {
	if w.only != "" {
		w.made = value
		return
	}
	w.fields = append(w.fields, [2]*ast.Term{word(name), value})
}

func (w *writing) text(name, s string) {
	if w.wants(name) {
		w.add(name, ast.StringTerm(s))
	}
}

// one writes text that is one of a few.
func (w *writing) one(name, s string) {
	if w.wants(name) {
		w.add(name, word(s))
	}
}

// ref writes another row's id.
func (w *writing) ref(name, id string) {
	if w.wants(name) {
		w.add(name, w.names.of(id))
	}
}

// someRef writes another row's id where there is any.
func (w *writing) someRef(name, id string) {
	if id != "" {
		w.ref(name, id)
	}
}

// refs writes other rows' ids.
func (w *writing) refs(name string, ids []string) {
	if w.wants(name) {
		w.add(name, w.listOf(ids))
	}
}

// some writes text where there is any.
func (w *writing) some(name, s string) {
	if s != "" {
		w.text(name, s)
	}
}

func (w *writing) flag(name string, b bool) {
	if w.wants(name) {
		w.add(name, ast.InternedTerm(b))
	}
}

// when writes what is said only when it is so.
func (w *writing) when(name string, b bool) {
	if b {
		w.flag(name, b)
	}
}

func (w *writing) number(name string, n int) {
	if w.wants(name) {
		w.add(name, ast.InternedTerm(n))
	}
}

func (w *writing) at(name string, t *time.Time) {
	if t != nil && w.wants(name) {
		w.add(name, ast.StringTerm(t.Format(time.RFC3339Nano)))
	}
}

func (w *writing) list(name string, items []string) {
	if w.wants(name) {
		terms := make([]*ast.Term, len(items))
		for i, s := range items {
			terms[i] = ast.StringTerm(s)
		}
		w.add(name, ast.ArrayTerm(terms...))
	}
}

// refsBy writes other rows' ids by another's.
func (w *writing) refsBy(name string, m map[string][]string) {
	if !w.wants(name) {
		return
	}
	out := make([][2]*ast.Term, 0, len(m))
	for key, items := range m {
		if w.key == "" || string(w.key) == key {
			out = append(out, [2]*ast.Term{w.names.of(key), w.listOf(items)})
		}
	}
	w.add(name, ast.ObjectTerm(out...))
}

func (w *writing) meta(m callas.Meta) {
	w.number("rev", int(m.Rev))
	w.some("source", m.Source)
	if len(m.Locked) > 0 {
		w.list("locked", m.Locked)
	}
}

func (w *writing) listOf(ids []string) *ast.Term {
	terms := make([]*ast.Term, len(ids))
	for i, id := range ids {
		terms[i] = w.names.of(id)
	}
	return ast.ArrayTerm(terms...)
}

// words are the terms of names and values that every evaluation reads: constants, made
// once. OPA interns only words of its own.
var words = func() map[string]*ast.Term {
	out := map[string]*ast.Term{}
	for _, s := range strings.Fields(`
		id name display_name unit parent asserted path call_as_enabled numbers uri hue serve_stale stale
		e164 countries default right_of_use status evidence expires off_duty services
		enabled aliases number direction profiles responsible
		agent profile call_as since expires_at ended_because rev source locked
		target class country modality time weekday minute date zone
		by role units action kind before after fields as identity reasons
		none internal external all emergency pstn federated unknown audio video im
		verified pending expired revoked create update delete session service admin supervisor auditor platform`) {
		out[s] = ast.StringTerm(s)
	}
	return out
}()

// word is the term of a string that is probably one of the words.
func word(s string) *ast.Term {
	if t := words[s]; t != nil {
		return t
	}
	return ast.StringTerm(s)
}
