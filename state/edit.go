package state

import (
	"fmt"
	"slices"

	"callas"

	"github.com/hashicorp/go-memdb"
)

// counts is how many rows each kind has, in the order of callas.Kinds.
type counts [6]int

func (c *counts) of(k callas.Kind) *int { return &c[slices.Index(callas.Kinds, k)] }

// A writing is one write transaction, and the row counts as it leaves them.
type writing struct {
	txn  *memdb.Txn
	rows counts
}

// edit makes all edits. What gives up an alias goes first, so that within one
// changeset an alias may move from one agent to another in any order of edits:
// memdb would let the one who loses it take it away from the one who gains it.
func (w *writing) edit(edits []callas.Edit) error {
	for _, e := range edits {
		if callas.NewRow(e.Kind) == nil {
			return fmt.Errorf("edit of %s %s: unknown kind", e.Kind, e.ID)
		}
		if e.After == nil || e.Kind == callas.KindAgent {
			if err := w.remove(e.Kind, e.ID); err != nil {
				return err
			}
		}
	}
	for _, e := range edits {
		if e.After == nil {
			continue
		}
		if e.After.Kind() != e.Kind || e.After.Key() != e.ID {
			return fmt.Errorf("edit of %s %s: holds %s %s", e.Kind, e.ID, e.After.Kind(), e.After.Key())
		}
		if err := w.free(e.After); err != nil {
			return err
		}
		if err := w.insert(e.After); err != nil {
			return err
		}
	}
	return nil
}

func (w *writing) remove(k callas.Kind, id string) error {
	old, err := w.txn.First(string(k), indexID, id)
	if err != nil || old == nil {
		return err
	}
	*w.rows.of(k)--
	return w.txn.Delete(string(k), old)
}

func (w *writing) insert(row callas.Row) error {
	k := row.Kind()
	old, err := w.txn.First(string(k), indexID, row.Key())
	if err != nil {
		return err
	}
	if old == nil {
		*w.rows.of(k)++
	}
	return w.txn.Insert(string(k), row)
}

// free refuses an agent whose alias another one has.
func (w *writing) free(row callas.Row) error {
	agent, ok := row.(*callas.Agent)
	if !ok {
		return nil
	}
	for _, alias := range normalAliases(agent) {
		has, err := w.txn.First(tableAgents, indexAlias, alias)
		if err != nil {
			return err
		}
		if has != nil && has.(*callas.Agent).ID != agent.ID {
			return fmt.Errorf("agent %s: alias %q is %s's", agent.ID, alias, has.(*callas.Agent).ID)
		}
	}
	return nil
}
