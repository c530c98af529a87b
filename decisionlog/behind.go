package decisionlog

import (
	"os"
	"path/filepath"
	"sync"
)

// A behind is what was written and is not fsynced yet. All of it is of one segment. It
// keeps the bytes, because an fsync that failed may have thrown the pages away.
type behind struct {
	mu      sync.Mutex
	limit   int      // bytes
	filling *stretch // what is added to
	syncing *stretch // what the syncer has taken; empty: it has nothing
}

// A stretch is some groups as they were written, one after the other.
type stretch struct {
	file    *os.File
	segment segment
	off     int64 // of the first
	buf     []byte
	groups  []header
	terms   []term // of all of them
	ends    []int  // in terms, of each group
	doubt   bool   // an fsync has failed since: what was written may not be there any more
}

// idleBytes of a stretch are kept for the next groups: more than an fsync leaves behind
// unless it takes long.
const idleBytes = maxGroup

func newBehind(limit int) *behind {
	return &behind{limit: limit, filling: new(stretch), syncing: new(stretch)}
}

// room reports whether everything is fsynced, and whether n more bytes can be added.
func (b *behind) room(n int) (synced, room bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.filling.groups)+len(b.syncing.groups) == 0, len(b.filling.buf)+len(b.syncing.buf)+n <= b.limit
}

func (b *behind) add(f *os.File, s segment, off int64, h header, g *group) {
	b.mu.Lock()
	defer b.mu.Unlock()
	w := b.filling
	if len(w.groups) == 0 {
		w.file, w.segment, w.off = f, s, off
	}
	w.buf, w.groups, w.terms = append(w.buf, g.buf...), append(w.groups, h), append(w.terms, g.terms...)
	w.ends = append(w.ends, len(w.terms))
}

// done forgets what was taken: it is fsynced, or given up.
func (b *behind) done() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.syncing.reset()
}

// take hands over what is to be fsynced next; nil: nothing is.
func (b *behind) take() *stretch {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.filling.groups) == 0 {
		return nil
	}
	b.filling, b.syncing = b.syncing, b.filling
	return b.syncing
}

// failed notes that an fsync has: of anything written before it.
func (b *behind) failed() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.filling.doubt, b.syncing.doubt = true, true
}

func (w *stretch) reset() {
	*w = stretch{buf: w.buf[:0], groups: w.groups[:0], terms: w.terms[:0], ends: w.ends[:0]}
	if cap(w.buf) > idleBytes {
		*w = stretch{}
	}
}

// sync makes a stretch durable, and the name of its segment where it begins it. It writes
// it once more where it must.
func (w *stretch) sync(fsync func(*os.File) error) error {
	if w.doubt {
		if _, err := w.file.WriteAt(w.buf, w.off); err != nil {
			return err
		}
	}
	if err := fsync(w.file); err != nil {
		return err
	}
	if w.off > 0 {
		return nil
	}
	return syncDir(filepath.Dir(w.segment.path))
}

func (w *stretch) last() uint64 { return w.groups[len(w.groups)-1].last() }
