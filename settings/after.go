package settings

import (
	"fmt"
	"iter"

	"callas"
	"callas/giveway"
	"callas/hint"
	"callas/source"
	"callas/state"
)

// after is the state as it will be when every write of a batch is done: the batch
// laid over a snapshot.
type after struct {
	sn     *state.Snapshot
	see    Sight          // of whoever is told the findings
	writes []source.Write // rows in their normal form
	at     map[callas.Kind]map[string]int
	hints  map[string]string
	work   giveway.Worker
}

// newAfter lays a batch over a snapshot. A row written twice has a finding, and its
// first write counts.
func newAfter(sn *state.Snapshot, see Sight, writes []source.Write, found *findings) *after {
	a := &after{
		sn:     sn,
		see:    see,
		writes: make([]source.Write, len(writes)),
		at:     make(map[callas.Kind]map[string]int, len(callas.Kinds)),
		hints:  map[string]string{},
	}
	size := map[callas.Kind]int{}
	for _, w := range writes {
		size[w.Kind]++
	}
	for k, n := range size {
		a.at[k] = make(map[string]int, n)
	}
	for i, w := range writes {
		a.work.Step()
		if w.Row != nil {
			w.Row = Normal(w.Row)
		}
		a.writes[i] = w
		if _, twice := a.at[w.Kind][w.ID]; twice {
			found.addf(i, "", "%s %q is written twice in one change: keep one of the two", w.Kind, w.ID)
			continue
		}
		a.at[w.Kind][w.ID] = i
	}
	return a
}

// rows goes through the rows of a kind that the batch sets, with their writes.
func (a *after) rows(k callas.Kind) iter.Seq2[int, callas.Row] {
	return func(yield func(int, callas.Row) bool) {
		for i, w := range a.writes {
			a.work.Step()
			if w.Kind == k && w.Row != nil && w.Row.Kind() == k && !yield(i, w.Row) {
				return
			}
		}
	}
}

// deleted goes through the ids of a kind that the batch deletes and that are there.
func (a *after) deleted(k callas.Kind) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for i, w := range a.writes {
			if w.Kind == k && w.Row == nil && a.sn.Row(k, w.ID) != nil && !yield(i, w.ID) {
				return
			}
		}
	}
}

// written reports whether the batch sets or deletes a row, and in which write.
func (a *after) written(k callas.Kind, id string) (int, bool) {
	i, ok := a.at[k][id]
	return i, ok
}

// row returns a row as it will be, nil where there will be none.
func (a *after) row(k callas.Kind, id string) callas.Row {
	if i, ok := a.written(k, id); ok {
		return a.writes[i].Row
	}
	return a.sn.Row(k, id)
}

func (a *after) has(k callas.Kind, id string) bool { return a.row(k, id) != nil }

// missing says that a row refers to nothing: `there is no unit "londn" (did you mean "london"?)`.
func (a *after) missing(k callas.Kind, id string) string {
	if _, ok := a.written(k, id); ok {
		return fmt.Sprintf("%s %q is deleted by this same change: take it out here, or do not delete it", k, id)
	}
	key := string(k) + "/" + id
	meant, ok := a.hints[key]
	if !ok {
		meant = hint.DidYouMean(id, a.nameable(k))
		a.hints[key] = meant
	}
	return fmt.Sprintf("there is no %s %q%s", k, id, meant)
}

// names reports whether a row may be named: it is one of the batch, or the asker sees it.
func (a *after) names(k callas.Kind, id string) bool {
	_, own := a.written(k, id)
	return own || a.see.Covers(a.sn.Row(k, id))
}

// named names a row where that may be: `unit "care"`, or "a unit that you may not see".
func (a *after) named(k callas.Kind, id string) string {
	if a.names(k, id) {
		return fmt.Sprintf("%s %q", k, id)
	}
	return unnamed(k)
}

func unnamed(k callas.Kind) string {
	article := "a"
	if k == callas.KindAgent {
		article = "an"
	}
	return fmt.Sprintf("%s %s that you may not see", article, k)
}

// nameable goes through the ids of a kind as they will be, of those that may be named.
func (a *after) nameable(k callas.Kind) iter.Seq[string] {
	return func(yield func(string) bool) {
		for id := range a.ids(k) {
			if a.names(k, id) && !yield(id) {
				return
			}
		}
	}
}

// ids goes through the ids of a kind as they will be.
func (a *after) ids(k callas.Kind) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, row := range a.rows(k) {
			if !yield(row.Key()) {
				return
			}
		}
		for row := range a.sn.Rows(k) {
			if _, ok := a.written(k, row.Key()); !ok && !yield(row.Key()) {
				return
			}
		}
	}
}
