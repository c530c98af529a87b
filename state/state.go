// Package state holds the facts a decision is made from, in memory.
//
// Readers take a Snapshot: one moment, whole, that never changes under them.
// There is one writer, source, which calls Load and Apply; readers never wait for
// it, nor it for them. Nothing else may put facts here, nothing here decides
// anything, and no other package spells memdb.
package state

import (
	"errors"
	"fmt"
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"callas"

	"github.com/hashicorp/go-memdb"
)

// ErrGap means that a changeset is not the one right after what the store holds:
// something is missing, and only a Load can bring it back.
var ErrGap = errors.New("not the next revision")

// A Store holds the newest facts. Its methods may be called from any goroutine.
type Store struct {
	writing sync.Mutex   // held by Load and Apply
	live    *memdb.MemDB // the database that changes are made in

	generation uint64 // of live: one more with each Load

	newest atomic.Pointer[Snapshot] // what readers get
	loaded atomic.Bool
	heard  atomic.Pointer[time.Time]
}

// New returns an empty store at revision 0.
func New() *Store {
	s := &Store{live: database()}
	s.newest.Store(newSnapshot(s.live.Snapshot(), callas.Token{}, counts{}, maphash.MakeSeed()))
	return s
}

// Load replaces everything by the rows that from gives to add, which are the facts at
// the token it returns. They go into a fresh database that is swapped in at the end; an
// error of from, or of add, leaves the store as it was.
func (s *Store) Load(from func(add func(callas.Row) error) (callas.Token, error)) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	fresh := database()
	w := begin(fresh, newSnapshot(fresh.Snapshot(), callas.Token{}, counts{}, s.newest.Load().seed))
	t, err := from(func(row callas.Row) error {
		if row.Key() == "" || !utf8.ValidString(row.Key()) {
			return fmt.Errorf("%s %q: no id", row.Kind(), row.Key())
		}
		w.must(w.set(row))
		return nil
	})
	if err != nil {
		w.txn.Abort()
		return fmt.Errorf("load: %w", err)
	}
	w.turnPages()
	w.commit()
	s.live = fresh
	s.generation++
	s.publish(t, w.rows)
	return nil
}

// Apply makes one changeset visible, all of it at once. The changeset must be the
// one right after the store's revision, else ErrGap; an error changes nothing.
func (s *Store) Apply(cs callas.Changeset) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	now := s.newest.Load()
	if cs.Token.Revision != now.token.Revision+1 {
		return fmt.Errorf("revision %d after %d: %w", cs.Token.Revision, now.token.Revision, ErrGap)
	}
	w := begin(s.live, now)
	if err := w.edit(cs.Edits); err != nil {
		w.txn.Abort()
		return fmt.Errorf("revision %s: %w", cs.Token, err)
	}
	w.commit()
	s.publish(cs.Token, w.rows)
	return nil
}

// publish makes what was committed the newest snapshot. The watch channels of the
// rows that changed have closed by then: whoever reads the new token can no longer
// take an answer from before it for current.
func (s *Store) publish(t callas.Token, rows counts) {
	sn := newSnapshot(s.live.Snapshot(), t, rows, s.newest.Load().seed)
	sn.serial, sn.generation = s.newest.Load().serial+1, s.generation
	old := s.newest.Swap(sn)
	s.loaded.Store(true)
	close(old.superseded)
}

// Snapshot returns the newest facts.
func (s *Store) Snapshot() *Snapshot { return s.newest.Load() }

// Loaded reports whether any facts have arrived since the program started.
func (s *Store) Loaded() bool { return s.loaded.Load() }

func database() *memdb.MemDB {
	db, err := memdb.NewMemDB(schema())
	if err != nil {
		panic(err) // the schema is a literal in this package, and every test opens it
	}
	txn := db.Txn(true)
	err = errors.Join(txn.Insert(tableAgents, &agentPage{end: lastEnd}), txn.Insert(tableSessions, &sessionPage{end: lastEnd}))
	if err != nil {
		panic(err) // as above
	}
	txn.Commit()
	return db
}
