package state

import (
	"hash/maphash"
	"iter"
	"slices"

	"callas"

	"github.com/hashicorp/go-memdb"
)

// A Snapshot is the facts at one moment: one read transaction, which later changes
// do not touch. It needs no closing and may be read from several goroutines.
type Snapshot struct {
	db         *memdb.MemDB // frozen at this moment
	txn        *memdb.Txn   // reads db
	token      callas.Token
	rows       counts
	serial     uint64        // which publish this is; 0 for a hypothetical one
	generation uint64        // which database it is of
	seed       maphash.Seed  // of the aliases' places
	superseded chan struct{} // closed when the next one is published
}

func newSnapshot(frozen *memdb.MemDB, t callas.Token, rows counts, seed maphash.Seed) *Snapshot {
	return &Snapshot{db: frozen, txn: frozen.Txn(false), token: t, rows: rows, seed: seed, superseded: make(chan struct{})}
}

// Token names the moment.
func (sn *Snapshot) Token() callas.Token { return sn.token }

// Unit returns a unit, nil when there is none with that id.
func (sn *Snapshot) Unit(id string) *callas.Unit {
	return first[callas.Unit](sn, tableUnits, id)
}

// Service returns a service, nil when there is none with that id.
func (sn *Snapshot) Service(id string) *callas.Service {
	return first[callas.Service](sn, tableServices, id)
}

// Profile returns a duty profile, nil when there is none with that id.
func (sn *Snapshot) Profile(id string) *callas.Profile {
	return first[callas.Profile](sn, tableProfiles, id)
}

// Agent returns an agent, nil when there is none with that id.
func (sn *Snapshot) Agent(id string) *callas.Agent {
	return among[callas.Agent, *callas.Agent](sn, id)
}

// AgentByAlias returns the agent with that SIP URI, extension or number, in whatever
// form it is written (NormalAlias); nil when nobody has it.
func (sn *Snapshot) AgentByAlias(alias string) *callas.Agent {
	agent, _ := sn.holder(alias)
	return agent
}

// Session returns an agent's session, nil when there is none.
func (sn *Snapshot) Session(agent string) *callas.Session {
	return among[callas.Session, *callas.Session](sn, agent)
}

// AccessToken returns an access token, nil when there is none with that id.
func (sn *Snapshot) AccessToken(id string) *callas.AccessToken {
	return first[callas.AccessToken](sn, tableTokens, id)
}

// Row returns the row of a kind with that key, nil when there is none.
func (sn *Snapshot) Row(k callas.Kind, id string) callas.Row {
	row, _ := sn.WatchRow(k, id)
	return row
}

// Count returns how many rows of a kind there are.
func (sn *Snapshot) Count(k callas.Kind) int {
	if !slices.Contains(callas.Kinds, k) {
		return 0
	}
	return *sn.rows.of(k)
}

// With returns the facts as they would be after edits, under the same token. The
// store and the snapshot stay as they are: it is for showing what an edit would do.
func (sn *Snapshot) With(edits []callas.Edit) (*Snapshot, error) {
	db := sn.db.Snapshot()
	w := begin(db, sn)
	if err := w.edit(edits); err != nil {
		w.txn.Abort()
		return nil, err
	}
	w.txn.Commit()
	return newSnapshot(db, sn.token, w.rows, sn.seed), nil
}

// Rows goes through all rows of a kind, in the order of their ids.
func (sn *Snapshot) Rows(k callas.Kind) iter.Seq[callas.Row] { return sn.From(k, "") }

// From goes through the rows of a kind in the order of their ids, beginning with
// the first whose id is not before id.
func (sn *Snapshot) From(k callas.Kind, id string) iter.Seq[callas.Row] {
	return func(yield func(callas.Row) bool) {
		switch k {
		case callas.KindAgent:
			for a := range allFrom[callas.Agent, *callas.Agent](sn, id) {
				if !yield(a) {
					return
				}
			}
		case callas.KindSession:
			for s := range allFrom[callas.Session, *callas.Session](sn, id) {
				if !yield(s) {
					return
				}
			}
		case callas.KindUnit, callas.KindService, callas.KindProfile, callas.KindToken:
			rows, err := sn.txn.LowerBound(string(k), indexID, id)
			if err != nil {
				panic(err) // no such table or index: a mistake in this package
			}
			for row := rows.Next(); row != nil; row = rows.Next() {
				if !yield(row.(callas.Row)) {
					return
				}
			}
		}
	}
}

func first[R any](sn *Snapshot, table, id string) *R {
	found, _ := sn.watch(table, id)
	row, _ := found.(*R)
	return row
}

// matching goes through the rows with a value in an index, in the order of their ids.
func matching[R any](sn *Snapshot, table, index, value string) iter.Seq[*R] {
	return func(yield func(*R) bool) {
		rows, err := sn.txn.Get(table, index, value)
		if err != nil {
			panic(err) // no such table or index: a mistake in this package
		}
		for row := rows.Next(); row != nil; row = rows.Next() {
			if !yield(row.(*R)) {
				return
			}
		}
	}
}
