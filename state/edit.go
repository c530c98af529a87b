package state

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"callas"
	"callas/giveway"

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
	near   *Near  // of before
	rows   counts // as the change leaves them
	made   int    // in this transaction

	words    *words
	agents   []move[callas.Agent]
	sessions []move[callas.Session]
	aliases  map[uint16][]aliasMove // by bucket
	gone     []*signal              // of cells that are no longer the newest
	work     *giveway.Worker        // nil: nobody can be called yet
}

func begin(db *memdb.MemDB, before *Snapshot) *writing {
	return &writing{db: db, txn: db.Txn(true), before: before, near: before.Near(), rows: before.rows, words: newWords(), aliases: map[uint16][]aliasMove{}}
}

// edit makes all edits, or refuses them before it has made any.
func (w *writing) edit(edits []callas.Edit) error {
	w.work = new(giveway.Worker)
	if err := w.check(edits); err != nil {
		return err
	}
	for _, e := range edits {
		w.work.Step()
		if e.After != nil {
			w.must(w.set(e.After))
		} else {
			w.must(w.drop(e.Kind, e.ID))
		}
	}
	w.turnPages()
	return nil
}

// set and drop make one edit: of a row in a large table once all are known.
func (w *writing) set(row callas.Row) error {
	switch r := row.(type) {
	case *callas.Agent:
		var old *callas.Agent
		if w.before.rows != (counts{}) { // a load has nothing before it
			old = w.near.Agent(r.ID)
		}
		w.agents = append(w.agents, move[callas.Agent]{r.ID, w.words.agent(r, old)})
	case *callas.Session:
		var old *callas.Session
		if w.before.rows != (counts{}) {
			old = w.near.Session(r.Agent)
		}
		c := w.words.session(r, old)
		w.sessions = append(w.sessions, move[callas.Session]{c.row.Agent, c})
	default:
		if w.before.Row(row.Kind(), row.Key()) == nil {
			*w.rows.of(row.Kind())++
		}
		return w.txn.Insert(string(row.Kind()), row)
	}
	return nil
}

func (w *writing) drop(k callas.Kind, id string) error {
	switch k {
	case callas.KindAgent:
		w.agents = append(w.agents, move[callas.Agent]{id: id})
	case callas.KindSession:
		w.sessions = append(w.sessions, move[callas.Session]{id: id})
	default:
		if old := w.before.Row(k, id); old != nil {
			*w.rows.of(k)--
			return w.txn.Delete(string(k), old)
		}
	}
	return nil
}

// turnPages writes the large tables, and who has which alias.
func (w *writing) turnPages() {
	turn[callas.Agent, *callas.Agent](w, w.agents, func(from, to *cell[callas.Agent]) {
		var old, row *callas.Agent
		if from != nil {
			old, w.gone = &from.row, append(w.gone, &from.changed)
		}
		if to != nil {
			row = &to.row
		}
		w.count(callas.KindAgent, old != nil, row != nil)
		w.moveAliases(old, row)
	})
	turn[callas.Session, *callas.Session](w, w.sessions, func(from, to *cell[callas.Session]) {
		if from != nil {
			w.gone = append(w.gone, &from.changed)
		}
		w.count(callas.KindSession, from != nil, to != nil)
	})
	w.turnBuckets()
}

func (w *writing) count(k callas.Kind, was, is bool) {
	if was {
		*w.rows.of(k)--
	}
	if is {
		*w.rows.of(k)++
	}
}

// commit ends the writing in the store's own database: whoever watches what it changed
// is told.
func (w *writing) commit() {
	w.txn.Commit()
	closed := make(chan struct{})
	close(closed)
	for _, s := range w.gone {
		s.fire(&closed)
	}
}

// most is how many entries go into one transaction. Past some thousand memdb no longer
// knows which watch channels to close and compares the whole database to find out.
const most = 1_000

// must counts an entry that was written, and begins the next transaction in time. What
// check has let pass cannot fail, and could not be taken back.
func (w *writing) must(err error) {
	if err != nil {
		panic(err)
	}
	w.work.Step()
	if w.made++; w.made == most {
		w.txn.Commit()
		w.txn, w.made = w.db.Txn(true), 0
	}
}

// newAliases reports whether any agent has an alias after the edits that they had not
// before. Mostly none has, and those that there are lead to one agent each.
func (w *writing) newAliases(edits []callas.Edit) bool {
	return slices.ContainsFunc(edits, func(e callas.Edit) bool {
		w.work.Step()
		agent, ok := e.After.(*callas.Agent)
		if !ok {
			return false
		}
		old := w.near.Agent(e.ID)
		return old == nil || slices.ContainsFunc(agent.Aliases, func(alias string) bool { return !slices.Contains(old.Aliases, alias) })
	})
}

// check refuses edits that cannot all be made.
func (w *writing) check(edits []callas.Edit) error {
	type key struct {
		kind callas.Kind
		id   string
	}
	edited := make(map[key]bool, len(edits))
	for _, e := range edits {
		w.work.Step()
		switch {
		case callas.NewRow(e.Kind) == nil:
			return fmt.Errorf("%s %s: unknown kind", e.Kind, e.ID)
		case e.ID == "":
			return fmt.Errorf("%s without an id", e.Kind)
		case !utf8.ValidString(e.ID):
			return fmt.Errorf("%s %q: the id is not UTF-8", e.Kind, e.ID)
		case e.After != nil && (e.After.Kind() != e.Kind || e.After.Key() != e.ID):
			return fmt.Errorf("%s %s: the edit holds %s %s", e.Kind, e.ID, e.After.Kind(), e.After.Key())
		case edited[key{e.Kind, e.ID}]:
			return fmt.Errorf("%s %s: edited twice", e.Kind, e.ID)
		}
		edited[key{e.Kind, e.ID}] = true
	}
	if !w.newAliases(edits) {
		return nil
	}
	holder := map[string]string{} // of aliases that this changeset sets
	for _, e := range edits {
		w.work.Step()
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
