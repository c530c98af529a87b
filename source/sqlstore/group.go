package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"callas"
	"callas/giveway"
	"callas/source"
)

// The most that one transaction takes on. More would wait for less.
const (
	groupJobs   = 256
	groupWrites = 2 * source.MaxWrites
)

// A job is a series of commits that succeeds or fails as one. Each has its own
// savepoint, so that jobs which share a transaction, and its one sync, have their
// own outcome.
type job struct {
	series []source.Commit
	begun  atomic.Bool // by the writer, or by the caller who gives it up
	done   chan struct{}
	tokens []callas.Token
	err    error
}

func (j *job) writes() (n int) {
	for _, c := range j.series {
		n += len(c.Writes)
	}
	return n
}

// Commit is source.Backend's.
func (s *Store) Commit(ctx context.Context, c source.Commit) (callas.Token, error) {
	tokens, err := s.CommitSeries(ctx, []source.Commit{c})
	if err != nil {
		return callas.Token{}, err
	}
	return tokens[0], nil
}

// CommitSeries is source.Store's.
func (s *Store) CommitSeries(ctx context.Context, series []source.Commit) ([]callas.Token, error) {
	for _, c := range series {
		if err := c.Check(); err != nil {
			return nil, err
		}
	}
	j := &job{series: series, done: make(chan struct{})}
	select {
	case s.jobs <- j:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-s.closed.Done():
		return nil, away(errClosed)
	}
	select {
	case <-j.done:
	case <-ctx.Done():
		if j.begun.CompareAndSwap(false, true) {
			return nil, ctx.Err()
		}
		<-j.done // it has begun: whether it was made must not be left open
	}
	return j.tokens, j.err
}

var errClosed = errors.New("it was closed")

// A writer is the goroutine that writes.
type writer struct {
	store  *Store
	db     *connection
	pruned time.Time // when old requests were last forgotten
}

func newWriter(s *Store, conn *sql.Conn) *writer {
	return &writer{store: s, db: &connection{conn: conn, prepared: map[string]*sql.Stmt{}}}
}

func (w *writer) close() {
	for _, st := range w.db.prepared {
		st.Close()
	}
	w.db.conn.Close()
}

// run makes jobs until the store is closed. Those that come while a transaction is
// being synced go into the next one together.
func (w *writer) run() {
	for {
		select {
		case j := <-w.store.jobs:
			w.commit(w.gather(j))
		case <-w.store.closed.Done():
			return
		}
	}
}

func (w *writer) gather(first *job) []*job {
	group, writes := []*job{first}, first.writes()
	for len(group) < groupJobs && writes < groupWrites {
		select {
		case j := <-w.store.jobs:
			group, writes = append(group, j), writes+j.writes()
		default:
			return group
		}
	}
	return group
}

// commit makes a group in one transaction and answers its jobs once it is on disk.
func (w *writer) commit(group []*job) {
	err := w.db.exec("BEGIN IMMEDIATE") // another process may hold the lock: until it is ours, jobs can be given up
	mine := slices.DeleteFunc(group, func(j *job) bool { return !j.begun.CompareAndSwap(false, true) })
	var tx *transaction
	if err == nil {
		tx, err = w.transact(mine)
	}
	if err != nil {
		w.db.exec("ROLLBACK") // there may be nothing to roll back
		for _, j := range mine {
			j.tokens, j.err = nil, away(err)
		}
	} else if len(tx.sets) > 0 {
		w.store.tail.add(tx.before, tx.sets)
		w.store.bell.ring(tx.at.Revision)
	}
	w.store.tail.ended()
	for _, j := range mine {
		close(j.done)
	}
	if tx != nil && edits(tx.sets) > largeEdits {
		w.db.exec("PRAGMA shrink_memory") // the pages of a large change: at most 64 MB, for nobody; an error is nobody's
	}
}

// largeEdits is how many edits leave a cache that is worth giving back.
const largeEdits = 5_000

func edits(sets []callas.Changeset) (n int) {
	for _, cs := range sets {
		n += len(cs.Edits)
	}
	return n
}

// transact runs all jobs. An error is the whole group's; a job's own is in the job.
func (w *writer) transact(group []*job) (*transaction, error) {
	w.db.work = giveway.Worker{} // a stretch begins with each
	tx := &transaction{connection: w.db, kinds: w.store.kinds, now: source.Moment(w.store.now())}
	if _, err := tx.one("SELECT revision, chain FROM meta", nil, &tx.at.Revision, &tx.at.Chain); err != nil {
		return nil, err
	}
	tx.before = tx.at
	for _, j := range group {
		if err := tx.job(j, len(group) == 1); err != nil {
			return nil, err
		}
	}
	if err := w.forget(tx); err != nil {
		return nil, err
	}
	if tx.at != tx.before {
		if err := tx.exec("UPDATE meta SET revision = ?, chain = ?", tx.at.Revision, tx.at.Chain); err != nil {
			return nil, err
		}
	}
	w.store.tail.expect()
	return tx, w.db.exec("COMMIT")
}

// Requests are remembered for a day at least, and forgotten by the hour.
const (
	remember    = 48 * time.Hour
	forgetEvery = time.Hour
)

func (w *writer) forget(tx *transaction) error {
	if tx.now.Sub(w.pruned) < forgetEvery {
		return nil
	}
	w.pruned = tx.now
	return tx.exec("DELETE FROM request WHERE at < ?", timeText(tx.now.Add(-remember)))
}
