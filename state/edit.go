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

// A writing is one write transaction, and the row counts as it leaves them. It asks
// before, never the transaction: reading an index that is being written makes memdb
// copy it anew, which costs a large changeset most of its time.
type writing struct {
	before *Snapshot
	txn    *memdb.Txn
	rows   counts
}

// edit makes all edits. Agents that give up an alias go first, so that within one
// changeset an alias may move from one agent to another in any order of edits:
// memdb would let the one who loses it take it away from the one who gains it.
func (w *writing) edit(edits []callas.Edit) error {
	if err := w.check(edits); err != nil {
		return err
	}
	for _, e := range edits {
		old := w.before.Row(e.Kind, e.ID)
		if old == nil || e.After != nil && !losesAlias(old, e.After) {
			continue
		}
		if err := w.txn.Delete(string(e.Kind), old); err != nil {
			return err
		}
	}
	for _, e := range edits {
		if w.before.Row(e.Kind, e.ID) != nil {
			*w.rows.of(e.Kind)--
		}
		if e.After == nil {
			continue
		}
		if err := w.insert(e.After); err != nil {
			return err
		}
	}
	return nil
}

func (w *writing) insert(row callas.Row) error {
	*w.rows.of(row.Kind())++
	return w.txn.Insert(string(row.Kind()), row)
}

// check refuses edits that cannot all be made.
func (w *writing) check(edits []callas.Edit) error {
	type key struct {
		kind callas.Kind
		id   string
	}
	edited := make(map[key]bool, len(edits))
	for _, e := range edits {
		switch {
		case callas.NewRow(e.Kind) == nil:
			return fmt.Errorf("%s %s: unknown kind", e.Kind, e.ID)
		case e.After != nil && (e.After.Kind() != e.Kind || e.After.Key() != e.ID):
			return fmt.Errorf("%s %s: the edit holds %s %s", e.Kind, e.ID, e.After.Kind(), e.After.Key())
		case edited[key{e.Kind, e.ID}]:
			return fmt.Errorf("%s %s: edited twice", e.Kind, e.ID)
		}
		edited[key{e.Kind, e.ID}] = true
	}
	holder := map[string]string{} // of aliases that this changeset sets
	for _, e := range edits {
		agent, ok := e.After.(*callas.Agent)
		if !ok {
			continue
		}
		for _, alias := range normalAliases(agent) {
			has, taken := holder[alias]
			if old := w.before.AgentByAlias(alias); !taken && old != nil && !edited[key{callas.KindAgent, old.ID}] {
				has, taken = old.ID, true
			}
			if taken {
				return fmt.Errorf("agent %s: alias %q is taken by %s", agent.ID, alias, has)
			}
			holder[alias] = agent.ID
		}
	}
	return nil
}

func losesAlias(before, after callas.Row) bool {
	old, ok := before.(*callas.Agent)
	return ok && !slices.Equal(old.Aliases, after.(*callas.Agent).Aliases)
}
