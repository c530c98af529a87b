package engine

import (
	"context"
	"slices"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"

	"callas"
	"callas/state"
)

// A store shows OPA the facts of one moment as data.state, beside the bundle's own
// data. It holds nothing itself: the transaction is a reading of a snapshot, so a reader
// never waits for a writer, nor a writer for a slow policy.
type store struct {
	storage.WritesNotSupported
	storage.PolicyNotSupported
	storage.TriggersNotSupported

	law   ast.Object // the bundle's data
	shelf shelf
	names terms
}

// A moment is one snapshot and the time it is looked at. It notes what it has been asked
// for, which is what the answer stands on.
type moment struct {
	*state.Snapshot
	now    time.Time
	age    time.Duration // of the facts, for services that bound it themselves
	agent  string        // the id of the one who calls; empty for an unknown one
	own    string        // the id of the one whose own rows it does not stand on
	shown  bool          // what is personal of that one has been shown
	looked []looked      // what has been looked at: few, so a list beats a map
	ground
}

// A looked is a row that was looked for; nil where there was none.
type looked struct {
	kind callas.Kind
	id   string
	row  callas.Row
}

func newMoment(sn *state.Snapshot, now time.Time, age time.Duration) *moment {
	m := &moment{Snapshot: sn, now: now, age: age}
	m.serial, m.generation = sn.Serial(), sn.Generation()
	return m
}

// look reads one row and notes it.
func (m *moment) look(kind callas.Kind, id string) callas.Row {
	for i := range m.looked {
		if m.looked[i].id == id && m.looked[i].kind == kind {
			return m.looked[i].row
		}
	}
	row, changed := m.WatchRow(kind, id)
	m.saw(kind, id, row)
	m.watches = append(m.watches, changed)
	return row
}

// saw notes a row that its ground is noted of.
func (m *moment) saw(kind callas.Kind, id string, row callas.Row) {
	if m.looked == nil {
		m.looked = make([]looked, 0, usual)
		m.watches = slices.Grow(m.watches, usual)
	}
	m.looked = append(m.looked, looked{kind, id, row})
}

// usual is how many rows a decision looks at, and some more.
const usual = 12

// Read answers a path below data that the reading has not answered as a cache: there is
// nothing, or a key that is no string.
func (s *store) Read(_ context.Context, txn storage.Transaction, path storage.Path) (any, error) {
	r, ok := txn.(*reading)
	if !ok {
		return nil, &storage.Error{Code: storage.InvalidTransactionErr, Message: "not a reading of this store"}
	}
	if r.hasMissed(path) {
		return nil, nothing
	}
	ref := make(ast.Ref, len(path))
	for i, p := range path {
		ref[i] = ast.StringTerm(p)
	}
	if t := r.find(ref); t != nil {
		return t.Value, nil
	}
	return nil, nothing
}

// nothing is what a policy sees as undefined. OPA looks at the code alone.
var nothing = &storage.Error{Code: storage.NotFoundErr, Message: "there is nothing"}

// ListPolicies answers none: the compiler has them.
func (*store) ListPolicies(context.Context, storage.Transaction) ([]string, error) { return nil, nil }

// NewTransaction is never what an evaluation reads through: it is given its reading.
func (*store) NewTransaction(context.Context, ...storage.TransactionParams) (storage.Transaction, error) {
	return nil, &storage.Error{Code: storage.InvalidTransactionErr, Message: "facts are read through a reading"}
}

// Truncate, Commit and Abort have nothing to do: facts are only read here.
func (*store) Truncate(context.Context, storage.Transaction, storage.TransactionParams, storage.Iterator) error {
	return &storage.Error{Code: storage.WritesNotSupportedErr}
}
func (*store) Commit(context.Context, storage.Transaction) error { return nil }
func (*store) Abort(context.Context, storage.Transaction)        {}
