// Package sqlstore is the source in SQL: typed tables for the facts, and the log of
// their changes, numbered by a counter row and chained. Today it is SQLite in one
// file beside the program; the text of the tables and queries is PostgreSQL's too.
//
// It proves with constraints and with checks under the write lock that rows fit
// together. It must never judge what a row says, nor acknowledge what is not on disk.
package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"callas"
	"callas/source"
)

// A Config says where the store is.
type Config struct {
	Path string           // the database file; it and its directory are created where missing, for its owner only
	Now  func() time.Time // tells when a changeset is committed; nil: time.Now
}

// A Store is a source.Store in one SQLite file. Several processes may have the same
// file open.
type Store struct {
	path    string
	now     func() time.Time
	kinds   map[callas.Kind]table
	readers *sql.DB

	jobs   chan *job
	stop   context.CancelFunc
	closed context.Context // ends when Close is called
	done   sync.WaitGroup
	once   sync.Once

	tail tail
	bell bell
}

// The store is all that the server, the command and the suite need.
var _ source.Store = (*Store)(nil)

// Open opens the store, creating it or bringing its tables up to date where need be.
// Tables that are newer than this program are refused.
func Open(ctx context.Context, c Config) (*Store, error) {
	if c.Path == "" {
		return nil, errors.New("the source has no path: say which file holds the facts")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if err := create(c.Path); err != nil {
		return nil, fmt.Errorf("source %s: %w", c.Path, err)
	}
	writer, readers := open(c.Path, writing), open(c.Path, reading)
	err := migrate(ctx, writer)
	var conn *sql.Conn
	if err == nil {
		conn, err = writer.Conn(ctx)
	}
	var revision int64
	if err == nil {
		err = readers.QueryRowContext(ctx, "SELECT revision FROM meta").Scan(&revision)
	}
	if err != nil {
		return nil, fmt.Errorf("source %s: %w", c.Path, errors.Join(err, readers.Close(), writer.Close()))
	}
	s := &Store{path: c.Path, now: c.Now, kinds: map[callas.Kind]table{}, readers: readers, jobs: make(chan *job)}
	for _, t := range tables() {
		s.kinds[t.kind] = t
	}
	s.closed, s.stop = context.WithCancel(context.Background())
	s.bell.start(revision)
	s.done.Go(func() {
		w := newWriter(s, conn)
		w.run()
		w.close()
		writer.Close() // everything acknowledged is on disk already
	})
	s.done.Go(s.listen)
	return s, nil
}

// Close lets what is being committed finish, then closes the file.
func (s *Store) Close() error {
	var err error
	s.once.Do(func() {
		s.stop()
		s.done.Wait()
		err = s.readers.Close()
	})
	return err
}

// Path returns the database file.
func (s *Store) Path() string { return s.path }

// away says that the source could not be reached, and why. The error of a context
// that has ended is the caller's own.
func away(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fmt.Errorf("%w: %w", source.ErrAway, err)
}
