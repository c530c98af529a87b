package engine

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/topdown"

	"callas"
)

// A reading is one evaluation's look at a moment: OPA's transaction, and the cache that
// OPA asks before it asks the store. It shows each row once, and of a row what the
// question can read.
type reading struct {
	*moment
	store  *store
	reach  reach
	cancel topdown.Cancel
	rows   []shown // few, so a list beats a map
	fields []shownField
	missed ast.Ref // what Get was last asked in vain
}

type shown struct {
	kind callas.Kind
	id   string
	term *ast.Term
}

// A shownField is one field of a row, and of a field that has keys perhaps but one.
type shownField struct {
	shown
	name string
	key  ast.String
}

// ID is required by OPA; nothing here tells transactions apart.
func (*reading) ID() uint64 { return 0 }

// Get answers a path below data; nil where there is nothing.
func (r *reading) Get(ref ast.Ref) ast.Value {
	t := r.find(ref[1:])
	if t == nil {
		r.missed = ref
		return nil
	}
	return t.Value
}

// Find answers a path below data, for a compiled question. Where there is nothing by a
// number there may be by its text, as OPA makes paths of both alike.
func (r *reading) Find(path ast.Ref) *ast.Term {
	t := r.find(path)
	if t != nil || !slices.ContainsFunc(path, isNumber) {
		return t
	}
	path = slices.Clone(path)
	for i, key := range path {
		if isNumber(key) {
			path[i] = ast.StringTerm(key.String())
		}
	}
	return r.find(path)
}

func isNumber(t *ast.Term) bool {
	_, ok := t.Value.(ast.Number)
	return ok
}

// hasMissed reports whether there is nothing at a path, as OPA, which asks the store next,
// has just been told.
func (r *reading) hasMissed(path storage.Path) bool {
	if len(path)+1 != len(r.missed) {
		return false
	}
	for i, p := range path {
		if s, ok := r.missed[i+1].Value.(ast.String); !ok || string(s) != p {
			return false
		}
	}
	return true
}

// Put has nothing to do: what was read is kept by row.
func (*reading) Put(ast.Ref, ast.Value) {}

// factsRoot is where the facts stand under data.
const factsRoot = "state"

var tables = map[string]callas.Kind{
	"units": callas.KindUnit, "services": callas.KindService, "profiles": callas.KindProfile,
	"agents": callas.KindAgent, "sessions": callas.KindSession,
}

// find answers a path of strings below data: of the facts, a row by its id, else a whole
// table, so that iterating never silently sees nothing. It is nil where there is nothing.
func (r *reading) find(path ast.Ref) *ast.Term {
	if len(path) == 0 {
		all := ast.NewObject(ast.Item(ast.StringTerm(factsRoot), r.everything()))
		merged, _ := all.Merge(r.store.law)
		return ast.NewTerm(merged)
	}
	if root, ok := path[0].Value.(ast.String); !ok || root != factsRoot {
		return found(r.store.law.Get(path[0]), path[1:])
	}
	switch {
	case len(path) == 1 && r.reach.whole:
		return r.everything()
	case len(path) == 1:
		return unlistedTerm
	}
	table, _ := path[1].Value.(ast.String)
	kind, ok := tables[string(table)]
	if !ok {
		return nil
	}
	if len(path) == 2 {
		return r.table(kind)
	}
	id, ok := path[2].Value.(ast.String)
	if !ok {
		return nil
	}
	if len(path) > 3 && !r.store.shelf.keeps(kind) && !r.has(kind, string(id)) {
		return r.field(kind, string(id), path[3:])
	}
	return found(r.row(kind, string(id)), path[3:])
}

// An unlisted is data.state where no rule can read it as a whole. OPA's rule index asks for
// it all the same, to see whether a row is there before it tries a rule on it; every table
// would have to be shown for that. As it is no object, the index tries the rule.
type unlisted struct{ ast.Null }

// Find finds nothing that is listed either.
func (u unlisted) Find(ast.Ref) (ast.Value, error) { return u, nil }

var unlistedTerm = ast.NewTerm(unlisted{})

// has reports whether a row has been shown, so that its fields are at hand.
func (r *reading) has(kind callas.Kind, id string) bool {
	return slices.ContainsFunc(r.rows, func(s shown) bool { return s.id == id && s.kind == kind })
}

// field shows one field of a row and nothing else of it.
func (r *reading) field(kind callas.Kind, id string, path ast.Ref) *ast.Term {
	row := r.look(kind, id)
	if row == nil {
		return nil
	}
	name, ok := path[0].Value.(ast.String)
	if !ok {
		return nil
	}
	r.shows(kind, id, string(name))
	w := writing{names: &r.store.names, only: string(name)}
	if len(path) > 1 {
		w.key, _ = path[1].Value.(ast.String)
	}
	for i := range r.fields {
		if f := &r.fields[i]; f.name == w.only && f.id == id && f.kind == kind && f.key == w.key {
			return found(f.term, path[1:])
		}
	}
	r.write(&w, row)
	r.fields = append(r.fields, shownField{shown{kind, id, w.made}, w.only, w.key})
	return found(w.made, path[1:])
}

// shows notes that what is personal of an agent is shown.
func (r *reading) shows(kind callas.Kind, id, name string) {
	if kind == callas.KindAgent && id == r.own && personal[name] {
		r.shown = true
	}
}

// found follows a path through what stands before it, if anything.
func found(t *ast.Term, path ast.Ref) *ast.Term {
	for _, key := range path {
		if t == nil {
			return nil
		}
		t = t.Get(key)
	}
	return t
}

// row returns one row as the policy sees it, nil when there is none.
func (r *reading) row(kind callas.Kind, id string) *ast.Term {
	for i := range r.rows {
		if r.rows[i].id == id && r.rows[i].kind == kind {
			return r.rows[i].term
		}
	}
	var term *ast.Term
	if r.store.shelf.keeps(kind) {
		term = r.stood(kind, id)
	} else if row := r.look(kind, id); row != nil {
		for name := range personal {
			if want := r.reach.fields[kind]; want == nil || want[name] {
				r.shows(kind, id, name)
			}
		}
		term = ast.NewTerm(r.show(row, r.reach.fields[kind], &r.store.names))
	}
	r.rows = append(r.rows, shown{kind, id, term})
	return term
}

// stood returns a row from the shelf, or puts it there; nil when there is none.
func (r *reading) stood(kind callas.Kind, id string) *ast.Term {
	shelf := &r.store.shelf
	v := shelf.find(kind, id)
	if v != nil && v.holds(r.Snapshot, r.now, r.age) {
		r.saw(kind, id, v.row)
		r.stand(&v.ground)
		return v.term
	}
	own := newMoment(r.Snapshot, r.now, r.age)
	row := own.look(kind, id)
	r.saw(kind, id, row)
	switch {
	case row == nil:
		r.stand(&own.ground)
		return nil
	case v != nil && v.row == row && kind != callas.KindUnit && v.timely(r.now, r.age):
		// The facts are those that would be after an edit, but this row is as it is.
		r.stand(&own.ground)
		r.judged(&v.ground)
		return v.term
	}
	v = &standing{row: row, term: ast.NewTerm(own.show(row, nil, &r.store.names))}
	r.stand(&own.ground)
	if r.Serial() != 0 { // of facts that would be nothing is kept
		v.is(&own.ground)
		shelf.keep(kind, id, v)
	}
	return v.term
}

// table shows a whole table. It may be long, so it stops when nobody waits any more; what
// then comes of it is no answer.
func (r *reading) table(kind callas.Kind) *ast.Term {
	rows, changed := r.WatchRows(kind)
	r.watches = append(r.watches, changed)
	out := ast.NewObject()
	for row := range rows {
		if r.cancel.Cancelled() {
			break
		}
		out.Insert(ast.StringTerm(row.Key()), ast.NewTerm(r.show(row, r.reach.fields[kind], &r.store.names)))
	}
	return ast.NewTerm(out)
}

func (r *reading) everything() *ast.Term {
	out := ast.NewObject()
	for name, kind := range tables {
		out.Insert(ast.StringTerm(name), r.table(kind))
	}
	return ast.NewTerm(out)
}
