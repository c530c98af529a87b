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
	"iter"
	"sync"
	"sync/atomic"
	"time"

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
	s.newest.Store(newSnapshot(s.live.Snapshot(), callas.Token{}, counts{}))
	return s
}

// Load replaces everything by rows, which are the facts at t. It fills a fresh
// database and swaps it in at the end; an error from rows leaves the store as it was.
func (s *Store) Load(t callas.Token, rows iter.Seq2[callas.Row, error]) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	fresh := database()
	w := writing{db: fresh, txn: fresh.Txn(true)}
	for row, err := range rows {
		if err == nil {
			err = w.insert(row)
		}
		if err != nil {
			w.txn.Abort()
			return fmt.Errorf("load revision %s: %w", t, err)
		}
	}
	w.txn.Commit()
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
	w.txn.Commit()
	s.publish(cs.Token, w.rows)
	return nil
}

// publish makes what was committed the newest snapshot. The watch channels of the
// rows that changed have closed by then: whoever reads the new token can no longer
// take an answer from before it for current.
func (s *Store) publish(t callas.Token, rows counts) {
	sn := newSnapshot(s.live.Snapshot(), t, rows)
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
	return db
}
