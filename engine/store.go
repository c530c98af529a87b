package engine

import (
	"context"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"

	"callas"
	"callas/state"
)

// A store shows OPA the facts of one moment as data.state, beside the bundle's own
// data. It holds nothing itself: the transaction is the snapshot, so a reader never
// waits for a writer, nor a writer for a slow policy.
type store struct {
	storage.WritesNotSupported
	storage.PolicyNotSupported
	storage.TriggersNotSupported

	law   ast.Object // the bundle's data
	shelf shelf
}

// A moment is one snapshot and the time it is looked at: an OPA transaction. It notes
// what it has been asked for, which is what the answer stands on.
type moment struct {
	*state.Snapshot
	now   time.Time
	age   time.Duration // of the facts, for services that bound it themselves
	agent string        // the id of the one who calls; empty for an unknown one
	rows  []shown       // what this evaluation has read: few, so a list beats a map
	ground
}

func newMoment(sn *state.Snapshot, now time.Time, age time.Duration) *moment {
	return &moment{Snapshot: sn, now: now, age: age, ground: ground{serial: sn.Serial(), generation: sn.Generation()}}
}

type shown struct {
	kind  callas.Kind
	id    string
	value ast.Value
}

// ID is required by OPA; nothing here tells transactions apart.
func (*moment) ID() uint64 { return 0 }

// factsRoot is where the facts stand under data.
const factsRoot = "state"

var tables = map[string]callas.Kind{
	"units": callas.KindUnit, "services": callas.KindService, "profiles": callas.KindProfile,
	"agents": callas.KindAgent, "sessions": callas.KindSession,
}

// Read answers a path below data. A missing row is "not found", which a policy sees
// as undefined; a whole table is answered in full, so that iterating never silently
// sees nothing.
func (s *store) Read(_ context.Context, txn storage.Transaction, path storage.Path) (any, error) {
	m, ok := txn.(*moment)
	if !ok {
		return nil, &storage.Error{Code: storage.InvalidTransactionErr, Message: "not a moment of this store"}
	}
	if len(path) == 0 {
		all := ast.NewObject([2]*ast.Term{ast.StringTerm(factsRoot), ast.NewTerm(m.everything())})
		merged, _ := all.Merge(s.law)
		return merged, nil
	}
	if path[0] != factsRoot {
		return find(s.law, path)
	}
	if len(path) == 1 {
		return m.everything(), nil
	}
	kind, ok := tables[path[1]]
	if !ok {
		return nil, notFound(path)
	}
	if len(path) == 2 {
		return m.table(kind), nil
	}
	row := m.row(&s.shelf, kind, path[2])
	if row == nil {
		return nil, notFound(path)
	}
	return find(row, path[3:])
}

// ListPolicies answers none: the compiler has them.
func (*store) ListPolicies(context.Context, storage.Transaction) ([]string, error) { return nil, nil }

// NewTransaction is never what an evaluation reads through: it is given its moment.
func (*store) NewTransaction(context.Context, ...storage.TransactionParams) (storage.Transaction, error) {
	return nil, &storage.Error{Code: storage.InvalidTransactionErr, Message: "facts are read through a moment"}
}

// Truncate, Commit and Abort have nothing to do: facts are only read here.
func (*store) Truncate(context.Context, storage.Transaction, storage.TransactionParams, storage.Iterator) error {
	return &storage.Error{Code: storage.WritesNotSupportedErr}
}
func (*store) Commit(context.Context, storage.Transaction) error { return nil }
func (*store) Abort(context.Context, storage.Transaction)        {}

func notFound(path storage.Path) error {
	return &storage.Error{Code: storage.NotFoundErr, Message: path.String()}
}

func find(v ast.Value, path storage.Path) (ast.Value, error) {
	ref := make(ast.Ref, len(path))
	for i, p := range path {
		ref[i] = ast.StringTerm(p)
	}
	found, err := v.Find(ref)
	if err != nil {
		return nil, notFound(path)
	}
	return found, nil
}

// row returns one row as a policy sees it, nil when there is none.
func (m *moment) row(s *shelf, kind callas.Kind, id string) ast.Value {
	for _, r := range m.rows {
		if r.id == id && r.kind == kind {
			return r.value
		}
	}
	row := m.look(kind, id)
	if row == nil {
		return nil
	}
	value := s.row(m, row)
	m.rows = append(m.rows, shown{kind, id, value})
	return value
}

// look reads one row and notes it.
func (m *moment) look(kind callas.Kind, id string) callas.Row {
	row, changed := m.WatchRow(kind, id)
	m.watches = append(m.watches, changed)
	return row
}

func (m *moment) table(kind callas.Kind) ast.Value {
	rows, changed := m.WatchRows(kind)
	m.watches = append(m.watches, changed)
	out := ast.NewObject()
	for row := range rows {
		out.Insert(ast.StringTerm(row.Key()), ast.NewTerm(m.show(row)))
	}
	return out
}

func (m *moment) everything() ast.Value {
	out := ast.NewObject()
	for name, kind := range tables {
		out.Insert(ast.StringTerm(name), ast.NewTerm(m.table(kind)))
	}
	return out
}
