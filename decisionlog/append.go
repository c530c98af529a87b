package decisionlog

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

// A group is what is written and fsynced together: room for a header, then records.
type group struct {
	buf      []byte
	first    uint64
	count    uint32
	from, to int64
	began    time.Time // when its first record came
	terms    []term    // of all records
	folding  folding
}

func newGroup(size int) *group { return &group{buf: make([]byte, headerBytes, headerBytes+size)} }

// empty makes room. What was folded is told by its number to be of before.
func (g *group) empty() {
	g.buf, g.terms = g.buf[:headerBytes], g.terms[:0]
	g.first, g.count, g.from, g.to, g.began = 0, 0, 0, 0, time.Time{}
}

// headBytes is what a record's number takes at most: {"seq":18446744073709551615,
const headBytes = 28

// Append records one decision. It returns at once and writes nothing itself: the
// record is on disk within SyncEvery and an fsync. A record that cannot be kept is
// dropped, counted and told; in strict mode the answer is then ErrFull.
func (l *Log) Append(e *Entry) error {
	n := l.lines.Get().(*line)
	n.append(e)
	err := l.put(n, e)
	l.lines.Put(n)
	return err
}

func (l *Log) put(n *line, e *Entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return ErrClosed
	}
	g := l.front
	if !l.room(g, n.size(e)) || l.cfg.Strict && l.failing != nil {
		if l.lost == 0 {
			l.lostAt = e.At
		}
		l.lost++
		l.figures.Dropped++
		hint(l.now)
		if l.cfg.Strict {
			return ErrFull
		}
		return nil
	}
	g.fold(n, e, l.add(g, e.At))
	g.terms = append(g.terms, n.terms...)
	l.figures.Appended++
	if g.count == 1 {
		hint(l.wake)
	}
	if len(g.buf) > l.most/2 {
		hint(l.now)
	}
	return nil
}

// room reports whether g takes n more bytes. The lock is held.
func (l *Log) room(g *group, n int) bool { return len(g.buf)-headerBytes+headBytes+n <= l.most }

// add begins a record with its number. The lock is held.
func (l *Log) add(g *group, t time.Time) (seq uint64) {
	at := t.UnixNano()
	if g.count == 0 {
		g.first, g.from, g.to, g.began = l.next, at, at, time.Now()
	}
	g.from, g.to = min(g.from, at), max(g.to, at)
	seq = l.next
	g.buf = append(g.buf, `{"seq":`...)
	g.buf = strconv.AppendUint(g.buf, seq, 10)
	g.buf = append(g.buf, ',')
	g.count++
	l.next++
	return seq
}

// lostBytes is the longest of tellLost's records.
const lostBytes = 128

// tellLost records that decisions are missing here: a gap must not look like silence.
// The lock is held.
func (l *Log) tellLost() {
	if l.lost == 0 || !l.room(l.front, lostBytes) {
		return
	}
	g := l.front
	l.add(g, l.lostAt)
	g.buf = new(clock).instant(append(g.buf, `"at":"`...), l.lostAt)
	g.buf = append(g.buf, `","lost":`...)
	g.buf = append(strconv.AppendUint(g.buf, l.lost, 10), "}\n"...)
	l.lost = 0
	hint(l.wake)
}

// Flush returns when every record that was appended before it is on disk, or says why not.
func (l *Log) Flush(ctx context.Context) error {
	l.mu.Lock()
	want := l.next - 1
	l.mu.Unlock()
	for tried := false; ; tried = true {
		l.mu.Lock()
		synced, failing, turned := l.synced, l.failing, l.turned
		waits := l.front.count > 0 && l.front.first <= want
		l.mu.Unlock()
		switch {
		case synced >= want:
			return nil
		case tried && failing != nil:
			return fmt.Errorf("decision log: %w", failing)
		}
		if waits || failing != nil {
			hint(l.now)
		}
		select {
		case <-turned:
		case <-l.stopped:
			if l.Stats().Synced >= want {
				return nil
			}
			return ErrClosed
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// hint wakes who waits for c, and never blocks.
func hint(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
