package sqlstore

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"callas"
	"callas/source"
)

// A transaction is what one group makes. Everything in it is checked against the
// tables under the write lock, so no other commit can come between check and write.
type transaction struct {
	*connection
	kinds  map[callas.Kind]table
	now    time.Time
	before callas.Token // the moment the transaction began at
	at     callas.Token // the moment it has come to
	sets   []callas.Changeset
}

// job makes one job. A job that fails leaves nothing behind; an error returned here has
// taken the whole transaction with it. One of several has its own savepoint, for which the
// database copies every page before it changes it; one that is alone is undone as a whole.
func (tx *transaction) job(j *job, alone bool) error {
	begin, undo, end := []string{"SAVEPOINT job"}, []string{"ROLLBACK TO job"}, []string{"RELEASE job"}
	if alone {
		begin, undo, end = nil, []string{"ROLLBACK", "BEGIN IMMEDIATE"}, nil
	}
	if err := tx.all(begin); err != nil {
		return err
	}
	at, sets := tx.at, len(tx.sets)
	for _, c := range j.series {
		token, err := tx.commit(c)
		if err == nil {
			j.tokens = append(j.tokens, token)
			continue
		}
		j.tokens, j.err = nil, told(err)
		tx.at, tx.sets = at, tx.sets[:sets]
		if err := tx.all(undo); err != nil {
			return errors.Join(j.err, err)
		}
		break
	}
	return tx.all(end)
}

func (tx *transaction) all(statements []string) error {
	for _, s := range statements {
		if err := tx.exec(s); err != nil {
			return err
		}
	}
	return nil
}

// told leaves the errors that a caller can act on and calls all others away.
func told(err error) error {
	var conflict *source.Conflict
	var violation *source.Violation
	if errors.As(err, &conflict) || errors.As(err, &violation) || errors.Is(err, source.ErrTooLarge) {
		return err
	}
	return away(err)
}

// commit makes one changeset.
func (tx *transaction) commit(c source.Commit) (callas.Token, error) {
	if token, ok, err := tx.answered(c.RequestID); ok || err != nil {
		return token, err
	}
	edits, err := tx.edits(c.Writes)
	if err != nil {
		return callas.Token{}, err
	}
	if len(edits) > 0 {
		if err := tx.write(c, edits); err != nil {
			return callas.Token{}, err
		}
	}
	if c.RequestID != "" {
		err = tx.exec("INSERT INTO request (id, rev, chain, at) VALUES (?, ?, ?, ?)", c.RequestID, tx.at.Revision, tx.at.Chain, timeText(tx.now))
	}
	return tx.at, err
}

// answered returns the token that a request got when it was first made.
func (tx *transaction) answered(request string) (callas.Token, bool, error) {
	var t callas.Token
	if request == "" {
		return t, false, nil
	}
	ok, err := tx.one("SELECT rev, chain FROM request WHERE id = ?", []any{request}, &t.Revision, &t.Chain)
	return t, ok, err
}

// edits works out what writes change, holding each to its precondition. It leaves
// out what would change nothing.
func (tx *transaction) edits(writes []source.Write) ([]callas.Edit, error) {
	have, err := tx.present(writes)
	if err != nil {
		return nil, err
	}
	var edits []callas.Edit
	for _, w := range writes {
		tx.work.Step()
		e := callas.Edit{Kind: w.Kind, ID: w.ID, Before: have[key{w.Kind, w.ID}]}
		rev := int64(0)
		if e.Before != nil {
			rev = e.Before.Revision()
		}
		if err := w.If.Check(w.Kind, w.ID, rev); err != nil {
			return nil, err
		}
		if w.Row != nil {
			e.After = source.Canonical(w.Row.WithRevision(tx.at.Revision + 1))
		}
		if !source.Same(e.Before, e.After) {
			edits = append(edits, e)
		}
	}
	return edits, nil
}

type key struct {
	kind callas.Kind
	id   string
}

// present returns the rows that writes are about, as they are.
func (tx *transaction) present(writes []source.Write) (map[key]callas.Row, error) {
	have := make(map[key]callas.Row, len(writes))
	for kind, ids := range byKind(writes, func(w source.Write) (callas.Kind, string) { return w.Kind, w.ID }) {
		t := tx.kinds[kind]
		err := batches(ids, func(some []string) error {
			found, err := tx.query(t.selectSome(len(some)), anys(some)...)
			if err != nil {
				return err
			}
			return t.rows(found, func(row callas.Row) error {
				have[key{kind, row.Key()}] = row
				return nil
			})
		})
		if err != nil {
			return nil, err
		}
	}
	return have, nil
}

// write puts a changeset into the tables and at the end of the log.
func (tx *transaction) write(c source.Commit, edits []callas.Edit) error {
	if err := tx.refer(edits); err != nil {
		return err
	}
	if err := tx.put(edits); err != nil {
		return err
	}
	body, err := source.Body(edits)
	if err != nil {
		return err
	}
	if len(body) > source.MaxBody {
		return fmt.Errorf("%d bytes of edits, at most %d: %w", len(body), source.MaxBody, source.ErrTooLarge)
	}
	cs := callas.Changeset{Token: callas.Token{Revision: tx.at.Revision + 1}, At: tx.now,
		Actor: c.Actor, Origin: c.Origin, Reason: c.Reason, Edits: edits}
	cs.Token.Chain = source.Chain(tx.at.Chain, cs, body)
	err = tx.exec("INSERT INTO changeset (rev, chain, at, actor, origin, reason, kinds, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		cs.Token.Revision, cs.Token.Chain, timeText(cs.At), cs.Actor, cs.Origin, cs.Reason, kinds(edits), string(body))
	if err != nil {
		return err
	}
	err = batches(edits, func(some []callas.Edit) error {
		args := make([]any, 0, 3*len(some))
		for _, e := range some {
			args = append(args, string(e.Kind), e.ID, cs.Token.Revision)
		}
		return tx.exec("INSERT INTO changed (kind, id, rev) VALUES "+tuples(len(some), 3), args...)
	})
	tx.at, tx.sets = cs.Token, append(tx.sets, cs)
	return err
}

// put writes rows so that what they refer to is there before them and is gone only
// after them.
func (tx *transaction) put(edits []callas.Edit) error {
	if err := tx.release(edits); err != nil {
		return err
	}
	for _, kind := range callas.Kinds {
		if err := tx.upsert(tx.kinds[kind], upserts(edits, kind)); err != nil {
			return err
		}
	}
	if err := tx.take(edits); err != nil {
		return err
	}
	for _, kind := range slices.Backward(callas.Kinds) {
		for _, e := range deletions(edits, kind) {
			if err := tx.delete(e); err != nil {
				return err
			}
		}
	}
	return nil
}

func (tx *transaction) upsert(t table, edits []callas.Edit) error {
	return batches(edits, func(some []callas.Edit) error {
		args := make([]any, 0, len(some)*len(t.columns))
		still := true
		for _, e := range some {
			args, still = append(args, t.values(e.After)...), still && t.still(e)
		}
		return tx.exec(t.upsert(len(some), still), args...)
	})
}

// delete deletes a row that nothing refers to.
func (tx *transaction) delete(e callas.Edit) error {
	if err := tx.unused(e); err != nil {
		return err
	}
	return tx.exec(tx.kinds[e.Kind].remove(), e.ID)
}
