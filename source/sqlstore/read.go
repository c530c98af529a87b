package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"callas"
	"callas/source"
)

// Since gives at most about this many bytes of changesets at once, and one always.
const sinceBytes = 32 << 20

// read runs fn in one read transaction, at one moment.
func (s *Store) read(ctx context.Context, fn func(*sql.Tx, callas.Token) error) error {
	if s.closed.Err() != nil {
		return away(errClosed)
	}
	tx, err := s.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return away(err)
	}
	defer tx.Rollback()
	var now callas.Token
	// In SQLite a transaction's moment is that of its first read.
	if err := tx.QueryRowContext(ctx, "SELECT revision, chain FROM meta").Scan(&now.Revision, &now.Chain); err != nil {
		return away(err)
	}
	return fn(tx, now)
}

// Snapshot is source.Backend's.
func (s *Store) Snapshot(ctx context.Context, fn func(callas.Row) error) (callas.Token, error) {
	var at callas.Token
	var refused error // fn's own error, which is not the source's
	err := s.read(ctx, func(tx *sql.Tx, now callas.Token) error {
		at = now
		for _, k := range callas.Kinds {
			found, err := tx.QueryContext(ctx, s.kinds[k].selectAll())
			if err != nil {
				return away(err)
			}
			err = s.kinds[k].rows(found, func(row callas.Row) error {
				refused = fn(row)
				return refused
			})
			if err != nil && refused == nil {
				return away(err)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return callas.Token{}, err
	}
	return at, nil
}

// Since is source.Backend's.
func (s *Store) Since(ctx context.Context, after callas.Token) ([]callas.Changeset, error) {
	s.tail.await(ctx)
	if sets, ok := s.tail.since(after); ok && s.closed.Err() == nil {
		return sets, nil
	}
	var sets []callas.Changeset
	err := s.read(ctx, func(tx *sql.Tx, now callas.Token) error {
		if known, err := moment(ctx, tx, after); err != nil || !known {
			return errors.Join(err, unknown(known, after))
		}
		if after == now {
			return nil
		}
		found, err := tx.QueryContext(ctx, selectChangesets+" WHERE rev > ? ORDER BY rev", after.Revision)
		if err != nil {
			return away(err)
		}
		sets, err = changesets(found, sinceBytes)
		return err
	})
	return sets, err
}

// moment reports whether a token is one of this log's.
func moment(ctx context.Context, tx *sql.Tx, t callas.Token) (bool, error) {
	if t.Revision == 0 {
		return t.Chain == "", nil
	}
	var chain string
	err := tx.QueryRowContext(ctx, "SELECT chain FROM changeset WHERE rev = ?", t.Revision).Scan(&chain)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, away(err)
	}
	return chain == t.Chain, nil
}

func unknown(known bool, t callas.Token) error {
	if known {
		return nil
	}
	return fmt.Errorf("%s: %w", t, source.ErrUnknownToken)
}

const selectChangesets = "SELECT rev, chain, at, actor, origin, reason, body FROM changeset"

// changesets reads what a query of selectChangesets finds, until it has come to limit bytes.
func changesets(found *sql.Rows, limit int) ([]callas.Changeset, error) {
	defer found.Close()
	var out []callas.Changeset
	for limit > 0 && found.Next() {
		var cs callas.Changeset
		var at string
		var body sql.RawBytes
		if err := found.Scan(&cs.Token.Revision, &cs.Token.Chain, &at, &cs.Actor, &cs.Origin, &cs.Reason, &body); err != nil {
			return nil, away(err)
		}
		limit -= len(body)
		var err error
		if cs.At, err = time.Parse(time.RFC3339Nano, at); err != nil {
			return nil, away(fmt.Errorf("changeset %d: %w", cs.Token.Revision, err))
		}
		if err := json.Unmarshal(body, &cs.Edits); err != nil {
			return nil, away(fmt.Errorf("changeset %d: %w", cs.Token.Revision, err))
		}
		out = append(out, cs)
	}
	if err := found.Err(); err != nil {
		return nil, away(err)
	}
	return out, nil
}
