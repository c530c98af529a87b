package state

import (
	"hash/maphash"
	"maps"
	"slices"

	"callas"
)

// A bucket holds the aliases that come to the same number: for each its mark and the id
// of the agent who has it. The alias itself stands in the agent's row alone, and is
// compared there.
type bucket struct {
	n     uint16
	marks []uint32
	ids   []string
}

// buckets is how many there are at most. A million agents have a thousand aliases in
// each: few enough to look through, and to copy when an agent comes or goes.
const buckets = 2048

// place is the bucket and the mark of an alias in its normal form.
func (sn *Snapshot) place(normal string) (uint16, uint32) {
	h := maphash.String(sn.seed, normal)
	return uint16(h % buckets), uint32(h >> 32)
}

// bucket returns a bucket, nil when it is empty, with memdb's channel for it.
func (sn *Snapshot) bucket(n uint16) (*bucket, <-chan struct{}) {
	row, changed := sn.watch(tableAliases, n)
	b, _ := row.(*bucket)
	return b, changed
}

// holder finds the agent who has an alias, nil when nobody does. The channel closes when
// another may have it.
func (sn *Snapshot) holder(alias string) (*callas.Agent, <-chan struct{}) {
	normal := NormalAlias(alias)
	n, mark := sn.place(normal)
	b, changed := sn.bucket(n)
	if b == nil {
		return nil, changed
	}
	for i, m := range b.marks {
		if m != mark {
			continue
		}
		if a := sn.Agent(b.ids[i]); a != nil && hasAlias(a, normal) {
			return a, changed
		}
	}
	return nil, changed
}

func hasAlias(a *callas.Agent, normal string) bool {
	return normal != "" && slices.ContainsFunc(a.Aliases, func(alias string) bool { return NormalAlias(alias) == normal })
}

// An aliasMove is an alias that an agent gains or loses.
type aliasMove struct {
	mark uint32
	id   string
	gone bool
}

// moveAliases notes what an agent's new row changes about who has which alias.
func (w *writing) moveAliases(from, to *callas.Agent) {
	if from != nil && to != nil && slices.Equal(from.Aliases, to.Aliases) {
		return
	}
	for i, a := range []*callas.Agent{from, to} {
		if a == nil {
			continue
		}
		for _, alias := range normalAliases(a) {
			n, mark := w.before.place(alias)
			w.aliases[n] = append(w.aliases[n], aliasMove{mark, a.ID, i == 0})
		}
	}
}

// turnBuckets writes the buckets that were noted, each once.
func (w *writing) turnBuckets() {
	for _, n := range slices.Sorted(maps.Keys(w.aliases)) {
		old, _ := w.before.bucket(n)
		next := old.after(n, w.aliases[n])
		switch {
		case len(next.ids) > 0:
			w.must(w.txn.Insert(tableAliases, next))
		case old != nil:
			w.must(w.txn.Delete(tableAliases, old))
		}
	}
}

// after is the bucket once all moves are made. What goes, goes before what comes, so
// that an alias may move between agents, or stay with one, in any order of moves.
func (b *bucket) after(n uint16, moves []aliasMove) *bucket {
	var was bucket
	if b != nil {
		was = *b
	}
	room := len(was.ids)
	for _, m := range moves {
		if !m.gone {
			room++
		}
	}
	next := &bucket{n, append(make([]uint32, 0, room), was.marks...), append(make([]string, 0, room), was.ids...)}
	for _, m := range moves {
		if !m.gone {
			continue
		}
		for i, id := range next.ids {
			if next.marks[i] == m.mark && id == m.id {
				next.marks, next.ids = slices.Delete(next.marks, i, i+1), slices.Delete(next.ids, i, i+1)
				break
			}
		}
	}
	for _, m := range moves {
		if !m.gone {
			next.marks, next.ids = append(next.marks, m.mark), append(next.ids, m.id)
		}
	}
	return next
}
