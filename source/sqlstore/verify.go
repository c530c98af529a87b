package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"callas"
	"callas/giveway"
	"callas/source"
)

// Verify recomputes the chain from the first changeset to the newest and returns the
// newest token. An error names the first revision that is missing or was altered.
func (s *Store) Verify(ctx context.Context) (callas.Token, error) {
	var at callas.Token
	err := s.read(ctx, func(tx *sql.Tx, now callas.Token) error {
		found, err := tx.QueryContext(ctx, selectChangesets+" ORDER BY rev")
		if err != nil {
			return away(err)
		}
		defer found.Close()
		var work giveway.Worker
		for found.Next() {
			work.Step()
			if at, err = verified(found, at); err != nil {
				return err
			}
		}
		if err := found.Err(); err != nil {
			return away(err)
		}
		if at != now {
			return fmt.Errorf("the log ends at %s, but the facts are at %s", at, now)
		}
		return nil
	})
	return at, err
}

// verified returns the token of the changeset that found is at, which must follow before.
func verified(found *sql.Rows, before callas.Token) (callas.Token, error) {
	var cs callas.Changeset
	var at string
	var body sql.RawBytes
	if err := found.Scan(&cs.Token.Revision, &cs.Token.Chain, &at, &cs.Actor, &cs.Origin, &cs.Reason, &body); err != nil {
		return before, away(err)
	}
	if want := before.Revision + 1; cs.Token.Revision != want {
		return before, fmt.Errorf("changeset %d is missing: %d comes after %s", want, cs.Token.Revision, before)
	}
	var err error
	if cs.At, err = time.Parse(time.RFC3339Nano, at); err != nil {
		return before, fmt.Errorf("changeset %d: %w", cs.Token.Revision, err)
	}
	if want := source.Chain(before.Chain, cs, body); cs.Token.Chain != want {
		return before, fmt.Errorf("changeset %d was altered, or one before it: its chain is %s, and %s by what it says", cs.Token.Revision, cs.Token.Chain, want)
	}
	return cs.Token, nil
}
