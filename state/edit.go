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

// A writing is a change being made in a database that no reader sees: they read
// frozen copies. It asks the snapshot before it, never the transaction: reading an
// index that is being written makes memdb copy it anew, which costs a large
// changeset most of its time.
type writing struct {
	db     *memdb.MemDB
	txn    *memdb.Txn
	before *Snapshot
	rows   counts // as the change leaves them
	made   int    // in this transaction
}

func begin(db *memdb.MemDB, before *Snapshot) *writing {
	return &writing{db: db, txn: db.Txn(true), before: before, rows: before.rows}
}

// edit makes all edits, or refuses them before it has made any. Agents that give up
// an alias go first, so that within one changeset an alias may move from one agent
// to another in any order of edits: memdb would let the one who loses it take it
// away from the one who gains it.
func (w *writing) edit(edits []callas.Edit) error {
	if err := w.check(edits); err != nil {
		return err
	}
	for _, e := range edits {
		old := w.before.Row(e.Kind, e.ID)
		if old == nil {
			continue
		}
		*w.rows.of(e.Kind)--
		if e.After == nil || losesAlias(old, e.After) {
			w.must(w.txn.Delete(string(e.Kind), old))
		}
	}
	for _, e := range edits {
		if e.After != nil {
			w.must(w.insert(e.After))
		}
	}
	return nil
}

func (w *writing) insert(row callas.Row) error {
	*w.rows.of(row.Kind())++
	return w.txn.Insert(string(row.Kind()), row)
}

// most is how many edits go into one transaction. Past some thousand memdb no longer
// knows which watch channels to close and compares the whole database to find out.
const most = 1_000

// must counts an edit that was made, and begins the next transaction in time. What
// check has let pass cannot fail, and could not be taken back.
func (w *writing) must(err error) {
	if err != nil {
		panic(err)
	}
	if w.made++; w.made == most {
		w.txn.Commit()
		w.txn, w.made = w.db.Txn(true), 0
	}
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
		case e.ID == "":
			return fmt.Errorf("%s without an id", e.Kind)
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
