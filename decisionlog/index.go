package decisionlog

import (
	"errors"
	"io"
	"os"
	"slices"
	"sync"
)

// blockBytes is how much of a segment one mark stands for: what a search reads at once.
const blockBytes = 256 << 10

// An index tells which part of which segment holds what, in memory. Segments that were
// there at Open are walked when something is first looked for in them.
type index struct {
	mu  sync.Mutex
	all []indexed // oldest first
}

type indexed struct {
	segment
	span
	known bool // false: only segment and size are filled in
	size  int64
	chain chain // after the last group
	marks []mark
}

// A mark is where a block begins: groups of together a quarter of a megabyte, or one
// that is larger.
type mark struct {
	span
	off   int64
	holds filter // nil: anything; of a finished segment it is in the file beside it
}

// A span is the records and times that something holds.
type span struct {
	first, last uint64
	from, to    int64 // Unix ns
}

func (s *span) join(o span) {
	if s.first == 0 {
		*s = o
		return
	}
	s.last = o.last
	s.from, s.to = min(s.from, o.from), max(s.to, o.to)
}

// add notes a group at off, and the terms of its records.
func (x *indexed) add(off int64, h header, terms []term) {
	if n := len(x.marks); n == 0 || off+h.size()-x.marks[n-1].off > blockBytes {
		x.marks = append(x.marks, mark{off: off, holds: newFilter(h.size())})
	}
	m := &x.marks[len(x.marks)-1]
	m.join(h.span())
	for _, t := range terms {
		m.holds.set(t)
	}
	x.join(h.span())
	x.known, x.size, x.chain = true, off+h.size(), h.chain
}

// begin puts what was there at Open before what is known.
func (x *index) begin(older []segment) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	all := make([]indexed, 0, len(older)+1)
	for _, s := range older {
		info, err := os.Stat(s.path)
		if err != nil {
			return err
		}
		all = append(all, indexed{segment: s, size: info.Size()})
	}
	x.all = append(all, x.all...)
	return nil
}

// note adds a group that the writer has written or found.
func (x *index) note(s segment, off int64, h header, terms []term) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if n := len(x.all); n == 0 || x.all[n-1].segment != s {
		x.all = append(x.all, indexed{segment: s})
	}
	x.all[len(x.all)-1].add(off, h, terms)
}

// drop forgets the oldest n segments.
func (x *index) drop(n int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.all = slices.Delete(x.all, 0, n)
}

// now is the index as it is, a copy. Of the segments only the newest still changes, and
// of its filters only the last: that one says nothing.
func (x *index) now() []indexed {
	x.mu.Lock()
	defer x.mu.Unlock()
	all := slices.Clone(x.all)
	if n := len(all); n > 0 {
		newest := &all[n-1]
		newest.marks = slices.Clone(newest.marks)
		if n := len(newest.marks); n > 0 {
			newest.marks[n-1].holds = nil
		}
	}
	return all
}

// put replaces what is known of a segment.
func (x *index) put(s indexed) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if i := slices.IndexFunc(x.all, func(o indexed) bool { return o.segment == s.segment }); i >= 0 {
		x.all[i] = s
	}
}

// learn finds out about a segment that is not known yet, and keeps it: from the file
// beside it or, where that is missing or does not fit, from the segment.
func (x *index) learn(s *indexed) error {
	if s.known {
		return nil
	}
	if s.readContents(false) == nil {
		x.put(*s)
		return nil
	}
	if err := s.walk(); err != nil {
		return err
	}
	// Where it cannot be written, it is walked again after the next start: no more.
	_ = s.writeContents()
	x.put(s.bare())
	return nil
}

// walk reads the whole segment.
func (x *indexed) walk() error {
	f, r, err := x.open()
	if err != nil {
		return err
	}
	defer f.Close()
	x.marks, x.span, x.known = nil, span{}, true
	var terms []term
	for {
		off := r.off
		h, text, err := r.next()
		switch {
		case err == nil:
			terms = termsOf(terms[:0], text)
			x.add(off, h, terms)
		case errors.Is(err, io.EOF), isDamage(err) && !r.resync():
			return nil
		case !isDamage(err):
			return err
		}
	}
}

func isDamage(err error) bool {
	_, ok := errors.AsType[*damage](err)
	return ok
}
