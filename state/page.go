package state

import (
	"cmp"
	"iter"
	"slices"

	"callas"
)

// A page is a run of neighbours in a large table, in the order of their ids. An entry
// of memdb's costs some 350 bytes and five objects, as much as a row: so agents and
// sessions, of which there are many, share one among a page of them.
//
// Pages cover all ids between them: an id belongs to the first page whose end is not
// before it, whether it is there or not.
type page[R any, P rowOf[R]] struct {
	end   string // the highest id that belongs here
	cells []*cell[R]
}

type rowOf[R any] interface {
	*R
	callas.Row
}

type (
	agentPage   = page[callas.Agent, *callas.Agent]
	sessionPage = page[callas.Session, *callas.Session]
)

// A cell is one row of a page. It is the same cell in every later version of the page
// until the row changes: the next version has another, and this one's channel closes.
type cell[R any] struct {
	row     R
	changed signal
}

const (
	pageFill = 24 // rows in a new page: more save little, and make a change copy more
	pageMost = 48 // rows in a page before it is cut
	lastEnd  = "\xff"
)

func (p *page[R, P]) key() string { return p.end }

// at is where in the page an id is, or would be.
func (p *page[R, P]) at(id string) (int, bool) {
	return slices.BinarySearchFunc(p.cells, id, func(c *cell[R], id string) int { return cmp.Compare(P(&c.row).Key(), id) })
}

// pageOf finds the page that an id belongs to; nil for an id that is not UTF-8, which
// no row has.
func pageOf[R any, P rowOf[R]](sn *Snapshot, id string) *page[R, P] {
	pages, err := sn.txn.LowerBound(string(P(nil).Kind()), indexID, id)
	if err != nil {
		panic(err) // no such table or index: a mistake in this package
	}
	p, _ := pages.Next().(*page[R, P])
	return p
}

// among finds the row with an id in a table of pages, nil when there is none.
func among[R any, P rowOf[R]](sn *Snapshot, id string) *R {
	if p := pageOf[R, P](sn, id); p != nil {
		if i, ok := p.at(id); ok {
			return &p.cells[i].row
		}
	}
	return nil
}

// watchAmong is among, with a channel that closes when the row has changed. Where there
// is none the channel is the page's own, in memdb, and closes with any change there.
func watchAmong[R any, P rowOf[R]](sn *Snapshot, id string) (callas.Row, <-chan struct{}) {
	p := pageOf[R, P](sn, id)
	if p == nil {
		return nil, nil
	}
	if i, ok := p.at(id); ok {
		return P(&p.cells[i].row), p.cells[i].changed.channel()
	}
	_, changed := sn.watch(string(P(nil).Kind()), p.end)
	return nil, changed
}

// allFrom goes through a table of pages, beginning with the first row not before id.
func allFrom[R any, P rowOf[R]](sn *Snapshot, id string) iter.Seq[P] {
	return func(yield func(P) bool) {
		pages, err := sn.txn.LowerBound(string(P(nil).Kind()), indexID, id)
		if err != nil {
			panic(err) // no such table or index: a mistake in this package
		}
		for next := pages.Next(); next != nil; next = pages.Next() {
			p := next.(*page[R, P])
			from, _ := p.at(id)
			for _, c := range p.cells[from:] {
				if !yield(&c.row) {
					return
				}
			}
		}
	}
}

// A move is what becomes of one row of a table of pages.
type move[R any] struct {
	id string
	to *cell[R] // nil: it goes
}

// turn makes moves in a table of pages, in any order: of two for one id the later
// counts. Each page that they touch is written once. It tells each row that changes.
func turn[R any, P rowOf[R]](w *writing, moves []move[R], changes func(from, to *cell[R])) {
	byID := func(a, b move[R]) int { return cmp.Compare(a.id, b.id) }
	if !slices.IsSortedFunc(moves, byID) {
		slices.SortStableFunc(moves, byID)
	}
	for len(moves) > 0 {
		p := pageOf[R, P](w.before, moves[0].id)
		n := 1
		for n < len(moves) && moves[n].id <= p.end {
			n++
		}
		cells := p.after(moves[:n], changes)
		moves = moves[n:]
		if len(cells) == 0 && p.end != lastEnd {
			w.must(w.txn.Delete(string(P(nil).Kind()), p))
			continue
		}
		for pages := pagesFor(len(cells)); pages > 1; pages-- {
			cut := len(cells) / pages
			w.must(w.txn.Insert(string(P(nil).Kind()), &page[R, P]{P(&cells[cut-1].row).Key(), slices.Clone(cells[:cut])}))
			cells = cells[cut:]
		}
		w.must(w.txn.Insert(string(P(nil).Kind()), &page[R, P]{p.end, slices.Clone(cells)}))
	}
}

func pagesFor(rows int) int {
	if rows <= pageMost {
		return 1
	}
	return (rows + pageFill - 1) / pageFill
}

// after is the cells of the page once moves are made, which are in order.
func (p *page[R, P]) after(moves []move[R], changes func(from, to *cell[R])) []*cell[R] {
	cells := make([]*cell[R], 0, len(p.cells)+len(moves))
	rest := p.cells
	for i, m := range moves {
		if i+1 < len(moves) && moves[i+1].id == m.id {
			continue
		}
		n, found := (&page[R, P]{cells: rest}).at(m.id)
		cells = append(cells, rest[:n]...)
		rest = rest[n:]
		var from *cell[R]
		if found {
			from, rest = rest[0], rest[1:]
		}
		if m.to != nil {
			cells = append(cells, m.to)
		}
		if from != nil || m.to != nil {
			changes(from, m.to)
		}
	}
	return append(cells, rest...)
}
