package engine

import (
	"github.com/open-policy-agent/opa/v1/ast"

	"callas"
)

// A reading is one evaluation's look at a moment: OPA's transaction, and the cache that
// OPA asks before it asks the store. It shows each row once, and of a row what the
// question can read.
type reading struct {
	*moment
	store  *store
	reach  reach
	cancel interface{ Cancelled() bool }
	rows   []shown // few, so a list beats a map
}

type shown struct {
	kind  callas.Kind
	id    string
	value ast.Value
}

// ID is required by OPA; nothing here tells transactions apart.
func (*reading) ID() uint64 { return 0 }

// Get answers a path below data; nil where there is nothing.
func (r *reading) Get(ref ast.Ref) ast.Value { return r.find(ref[1:]) }

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
func (r *reading) find(path ast.Ref) ast.Value {
	if len(path) == 0 {
		all := ast.NewObject(ast.Item(ast.StringTerm(factsRoot), ast.NewTerm(r.everything())))
		merged, _ := all.Merge(r.store.law)
		return merged
	}
	if root, ok := path[0].Value.(ast.String); !ok || root != factsRoot {
		return found(r.store.law, path)
	}
	if len(path) == 1 {
		return r.everything()
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
	return found(r.row(kind, string(id)), path[3:])
}

func found(v ast.Value, path ast.Ref) ast.Value {
	if v == nil || len(path) == 0 {
		return v
	}
	below, err := v.Find(path)
	if err != nil {
		return nil
	}
	return below
}

// row returns one row as the policy sees it, nil when there is none.
func (r *reading) row(kind callas.Kind, id string) ast.Value {
	for i := range r.rows {
		if r.rows[i].id == id && r.rows[i].kind == kind {
			return r.rows[i].value
		}
	}
	var value ast.Value
	if row := r.look(kind, id); row != nil {
		value = r.show(row)
	}
	r.rows = append(r.rows, shown{kind, id, value})
	return value
}

func (r *reading) show(row callas.Row) ast.Value {
	if kept(row) {
		return r.store.shelf.row(r.moment, row)
	}
	return r.moment.show(row, r.reach[row.Kind()])
}

// table shows a whole table. It may be long, so it stops when nobody waits any more; the
// evaluation then stops at its next step.
func (r *reading) table(kind callas.Kind) ast.Value {
	rows, changed := r.WatchRows(kind)
	r.watches = append(r.watches, changed)
	out := ast.NewObject()
	for row := range rows {
		if r.cancel.Cancelled() {
			break
		}
		out.Insert(ast.StringTerm(row.Key()), ast.NewTerm(r.show(row)))
	}
	return out
}

func (r *reading) everything() ast.Value {
	out := ast.NewObject()
	for name, kind := range tables {
		out.Insert(ast.StringTerm(name), ast.NewTerm(r.table(kind)))
	}
	return out
}
