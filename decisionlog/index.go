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

// A mark is where a block begins: some groups, a quarter of a megabyte or one group.
type mark struct {
	span
	off int64
}

// A span is the records and times that something holds.
type span struct {
	first, last uint64
	from, to    int64 // Unix ns
}

func (s *span) take(h header) {
	if s.first == 0 {
		*s = span{h.first, h.last(), h.from, h.to}
		return
	}
	s.last = h.last()
	s.from, s.to = min(s.from, h.from), max(s.to, h.to)
}

// add notes a group at off.
func (x *indexed) add(off int64, h header) {
	if n := len(x.marks); n == 0 || off-x.marks[n-1].off >= blockBytes {
		x.marks = append(x.marks, mark{off: off})
	}
	x.marks[len(x.marks)-1].take(h)
	x.span.take(h)
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
func (x *index) note(s segment, off int64, h header) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if n := len(x.all); n == 0 || x.all[n-1].segment != s {
		x.all = append(x.all, indexed{segment: s})
	}
	x.all[len(x.all)-1].add(off, h)
}

// drop forgets the oldest n segments.
func (x *index) drop(n int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.all = slices.Delete(x.all, 0, n)
}

// now is the index as it is, a copy. Of the segments only the newest still changes.
func (x *index) now() []indexed {
	x.mu.Lock()
	defer x.mu.Unlock()
	all := slices.Clone(x.all)
	if n := len(all); n > 0 {
		all[n-1].marks = slices.Clone(all[n-1].marks)
	}
	return all
}

// learn walks a segment that is not known yet, and keeps what it learns.
func (x *index) learn(s *indexed) error {
	if s.known {
		return nil
	}
	f, r, err := s.open()
	if err != nil {
		return err
	}
	defer f.Close()
	for {
		off := r.off
		h, err := r.skip()
		switch {
		case err == nil:
			s.add(off, h)
			continue
		case errors.Is(err, io.EOF):
		case isDamage(err):
			if r.resync() {
				continue
			}
		default:
			return err
		}
		break
	}
	s.known = true
	x.mu.Lock()
	defer x.mu.Unlock()
	if i := slices.IndexFunc(x.all, func(o indexed) bool { return o.segment == s.segment }); i >= 0 {
		x.all[i] = *s
	}
	return nil
}

func isDamage(err error) bool {
	_, ok := errors.AsType[*damage](err)
	return ok
}
