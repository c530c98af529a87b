package state

import (
	"iter"
	"slices"

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
// closed before the first snapshot with the change is published. It may close early.
func (sn *Snapshot) WatchRow(k callas.Kind, id string) (callas.Row, <-chan struct{}) {
	row, changed := sn.watch(string(k), indexID, id)
	if r, ok := row.(callas.Row); ok {
		return r, changed
	}
	return nil, changed
}

// WatchAlias is AgentByAlias with a channel that closes when the answer may have changed.
func (sn *Snapshot) WatchAlias(alias string) (*callas.Agent, <-chan struct{}) {
	row, changed := sn.watch(tableAgents, indexAlias, NormalAlias(alias))
	agent, _ := row.(*callas.Agent)
	return agent, changed
}

// WatchRows is Rows with a channel that closes when any row of the kind has changed.
func (sn *Snapshot) WatchRows(k callas.Kind) (iter.Seq[callas.Row], <-chan struct{}) {
	rows, err := sn.txn.Get(string(k), indexID)
	if err != nil {
		panic(err) // no such table or index: a mistake in this package
	}
	return sn.Rows(k), rows.WatchCh()
}

// watch finds the one row with a value in a unique index. All single rows are read
// through it. Of a kind that does not exist there is no row, and never will be.
func (sn *Snapshot) watch(table, index, value string) (any, <-chan struct{}) {
	if !slices.Contains(callas.Kinds, callas.Kind(table)) {
		return nil, nil
	}
	changed, row, err := sn.txn.FirstWatch(table, index, value)
	if err != nil {
		panic(err) // no such table or index: a mistake in this package
	}
	return row, changed
}
