package sqlstore

import (
	"context"
	"database/sql"

	"callas/giveway"
)

// A connection is the one connection that writes, with its statements prepared. It
// knows no context: what has begun is finished, and takes no longer than the lock.
type connection struct {
	conn     *sql.Conn
	prepared map[string]*sql.Stmt
	work     giveway.Worker
}

func (c *connection) statement(query string) (*sql.Stmt, error) {
	if st := c.prepared[query]; st != nil {
		return st, nil
	}
	st, err := c.conn.PrepareContext(context.Background(), query)
	if err == nil {
		c.prepared[query] = st
	}
	return st, err
}

func (c *connection) exec(query string, args ...any) error {
	st, err := c.statement(query)
	if err != nil {
		return err
	}
	_, err = st.ExecContext(context.Background(), args...)
	c.work.Step()
	return err
}

func (c *connection) query(query string, args ...any) (*sql.Rows, error) {
	st, err := c.statement(query)
	if err != nil {
		return nil, err
	}
	c.work.Step()
	return st.QueryContext(context.Background(), args...)
}

// one scans the first row that a query finds into dest, and reports whether there is one.
func (c *connection) one(query string, args []any, dest ...any) (bool, error) {
	rows, err := c.query(query, args...)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	if !rows.Next() {
		return false, rows.Err()
	}
	if err := rows.Scan(dest...); err != nil {
		return false, err
	}
	return true, rows.Close()
}

// batch is how many rows go into one statement where there are many: more gain next to
// nothing and keep a processor for longer than a call should wait, and every number of
// rows is a statement of its own.
const batch = 8

// batches cuts all into runs of batch, and the rest into single ones.
func batches[T any](all []T, fn func([]T) error) error {
	for len(all) > 0 {
		n := 1
		if len(all) >= batch {
			n = batch
		}
		if err := fn(all[:n]); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}
