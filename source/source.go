// Package source is where facts come from and changes go: one ordered log of atomic
// changesets, kept in SQL (sqlstore), and followed into state.
//
// It is the only caller of state.Load and state.Apply. It keeps what its tables can
// prove (order, preconditions, references, unique aliases) and decides nothing else:
// who may change what is policy, and what a row may hold is settled before it comes here.
package source

import (
	"context"
	"fmt"
	"time"

	"callas"
)

// A Backend is a system of record. All its changesets are totally ordered by
// revision, without a gap; sourcetest is the suite that every one passes.
type Backend interface {
	// Commit makes one changeset of all writes, or none of it. It is durable when
	// Commit returns, and its token names the moment after it. A write that would
	// leave its row as it is is dropped; a commit with nothing left to write
	// returns the current token. A RequestID that was committed within the last
	// 24 hours returns the token it got then, and nothing is done.
	//
	// Rows keep fitting together: every unit, profile, service and agent that a row
	// names exists (only an access token may outlive what its principal names), no
	// unit is below itself, and no two agents have an alias that is the same by
	// state.NormalAlias. What is counted is the whole of the commit, so that it may
	// delete a service and what names it in any order of writes.
	//
	// Errors: *Conflict where a precondition does not hold, *Violation where rows
	// would no longer fit together, ErrTooLarge, ErrAway. When ctx ends before the
	// commit has begun, nothing was done and its error is returned.
	Commit(ctx context.Context, c Commit) (callas.Token, error)

	// Snapshot gives every row to fn, at exactly one revision, in the order of
	// callas.Kinds and of ids. An error from fn ends it. Rows are Canonical, here
	// and in Since.
	Snapshot(ctx context.Context, fn func(callas.Row) error) (callas.Token, error)

	// Since returns the changesets after t in order, or ErrUnknownToken when t is
	// not a moment of this log: take a Snapshot then. It may return only the first
	// of many; nothing is returned when t is the newest.
	Since(ctx context.Context, t callas.Token) ([]callas.Changeset, error)

	// Wake returns a channel that is closed when there is something new for Since,
	// whoever committed it. Take it before Since. It is a hint and may be lost.
	Wake() <-chan struct{}
}

// A Store is a backend that also takes imports and tells its history.
type Store interface {
	Backend

	// CommitSeries makes one changeset of each commit, in one atomic transaction:
	// all or nothing, and nobody sees only some of them. Each commit is held to the
	// limits by itself. Tokens are returned in the same order.
	CommitSeries(ctx context.Context, series []Commit) ([]callas.Token, error)

	// History returns changesets, newest first: the audit trail.
	History(ctx context.Context, q HistoryQuery) ([]callas.Changeset, error)

	// Close waits for what is being committed. Every later call answers ErrAway.
	Close() error
}

// A Commit is one atomic edit that is asked for.
type Commit struct {
	RequestID string // the Idempotency-Key; empty: none
	Actor     string // who
	Origin    string // through what: api, cli, import, demo, undo, sign-in, expiry
	Reason    string // why, in the actor's words
	Writes    []Write
}

// A Write sets or deletes one row. A commit writes each row at most once.
type Write struct {
	Kind callas.Kind
	ID   string
	Row  callas.Row // nil: delete. It is copied; its revision is ignored, the source sets it
	If   Precondition
}

// Check reports why a commit can be made by no backend: a *Violation, or ErrTooLarge.
func (c Commit) Check() error {
	if len(c.Writes) > MaxWrites {
		return fmt.Errorf("%d writes, at most %d: %w", len(c.Writes), MaxWrites, ErrTooLarge)
	}
	type key struct {
		kind callas.Kind
		id   string
	}
	written := make(map[key]bool, len(c.Writes))
	for _, w := range c.Writes {
		refuse := func(format string, args ...any) error {
			return &Violation{Kind: w.Kind, ID: w.ID, Detail: fmt.Sprintf(format, args...)}
		}
		switch {
		case callas.NewRow(w.Kind) == nil:
			return refuse("is of an unknown kind: want one of %v", callas.Kinds)
		case w.ID == "":
			return refuse("has no id")
		case w.Row != nil && (w.Row.Kind() != w.Kind || w.Row.Key() != w.ID):
			return refuse("is written with the row of %s %s", w.Row.Kind(), w.Row.Key())
		case written[key{w.Kind, w.ID}]:
			return refuse("is written twice")
		}
		written[key{w.Kind, w.ID}] = true
	}
	return nil
}

// A Precondition is what must hold of a row for its write to be made: Any, Absent or At.
type Precondition int64

const (
	// Any lets a write be made whatever is there. It is the zero Precondition.
	Any Precondition = 0
	// Absent lets a write be made only where there is no row: a create.
	Absent Precondition = -1

	never Precondition = -2
)

// At lets a write be made only to a row that was last written at revision rev. No
// row was written at revision 0 or before.
func At(rev int64) Precondition {
	if rev <= 0 {
		return never
	}
	return Precondition(rev)
}

// Check returns a *Conflict when the precondition does not hold of a row that was
// last written at revision have; 0 means that there is none.
func (p Precondition) Check(k callas.Kind, id string, have int64) error {
	if p == Any || p == Absent && have == 0 || int64(p) == have && have > 0 {
		return nil
	}
	return &Conflict{Kind: k, ID: id, Want: max(0, int64(p)), Have: have}
}

// A HistoryQuery selects changesets. The zero value selects the newest hundred.
type HistoryQuery struct {
	Before int64       // only revisions below it; 0: from the newest on
	Limit  int         // at most that many, and a thousand; 0: a hundred. Fewer come where they are large: go on until none comes
	Kind   callas.Kind // only those that wrote a row of this kind
	ID     string      // with Kind: only those that wrote this row
	Actor  string      // only this actor's
	Origin string      // only those made through it
	From   time.Time   // only those committed at or after it
	To     time.Time   // only those committed before it
}

// The limits of one changeset. A larger change is a series.
const (
	MaxWrites = 10_000   // rows
	MaxBody   = 16 << 20 // bytes of the encoded edits, each with its row before and after
)
