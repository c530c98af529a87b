package state

import (
	"iter"

	"callas"
)

// Serial tells the snapshots of one store apart: a later one has a higher serial. A
// hypothetical snapshot has none, 0.
func (sn *Snapshot) Serial() uint64 { return sn.serial }

// Generation is the same for all snapshots of one database. A Load makes a new one, and
// no channel of the old one tells of its changes.
func (sn *Snapshot) Generation() uint64 { return sn.generation }

// WatchRow is Row with a channel that closes when the row may have changed since: it was
// written, deleted or, where there was none, created. Within a generation a channel has
// closed before the first snapshot with the change is published. It may close early. Where
// no row can ever be, as without an id, the channel is nil and never closes.
func (sn *Snapshot) WatchRow(k callas.Kind, id string) (callas.Row, <-chan struct{}) {
	if id == "" {
		return nil, nil
	}
	switch k {
	case callas.KindAgent:
		return watchAmong[callas.Agent, *callas.Agent](sn, id)
	case callas.KindSession:
		return watchAmong[callas.Session, *callas.Session](sn, id)
	case callas.KindUnit, callas.KindService, callas.KindProfile, callas.KindToken:
		row, changed := sn.watch(string(k), id)
		if row == nil {
			return nil, changed
		}
		return row.(callas.Row), changed
	}
	return nil, nil // of a kind that does not exist
}

// WatchAlias returns the id of the agent who has an alias, empty when nobody does, with
// a channel that closes when another may have it. It says nothing of the agent's row.
func (sn *Snapshot) WatchAlias(alias string) (string, <-chan struct{}) {
	agent, changed := sn.holder(alias)
	if agent == nil {
		return "", changed
	}
	return agent.ID, changed
}

// WatchRows is Rows with a channel that closes when any row of the kind has changed.
func (sn *Snapshot) WatchRows(k callas.Kind) (iter.Seq[callas.Row], <-chan struct{}) {
	rows, err := sn.txn.Get(string(k), indexID)
	if err != nil {
		panic(err) // no such table or index: a mistake in this package
	}
	return sn.Rows(k), rows.WatchCh()
}

// watch finds the one entry of a table with that key. All single entries of memdb's are
// read through it, but for pages.
func (sn *Snapshot) watch(table string, key any) (any, <-chan struct{}) {
	changed, entry, err := sn.txn.FirstWatch(table, indexID, key)
	if err != nil {
		panic(err) // no such table or index: a mistake in this package
	}
	return entry, changed
}
