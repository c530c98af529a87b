package decisionlog

import (
	"errors"
	"fmt"
	"os"
	"time"
)

// A disk writes groups to the newest segment. Only the writer touches it, but for what
// is behind: the syncer takes that.
type disk struct {
	dir   string
	limit int64         // bytes of a segment
	span  time.Duration // of a segment; zero: any. Retention drops nothing smaller than a segment

	segment
	file  *os.File // nil: the next group begins a segment
	off   int64    // the end of what is written
	from  int64    // the earliest time in the segment, Unix ns
	chain chain    // after the last group

	behind *behind
}

// take goes on with a segment that is there.
func (d *disk) take(f *os.File, s segment, off, from int64) {
	d.file, d.segment, d.off, d.from = f, s, off, from
}

// errBehind says that a group cannot be written yet: too much is not fsynced.
var errBehind = errors.New("what was written before is not fsynced yet")

// write appends one group, without waiting for the disk: what is written survives the
// process, and the syncer sees to it that it survives the machine. After an error nothing
// of the group counts, and it is to be written again.
//
// A segment is ended only when all of it is fsynced, so that no later one can reach the
// disk before it; until then it may grow beyond its limit, though not for ever.
func (d *disk) write(g *group) error {
	synced, room := d.behind.room(len(g.buf))
	if d.off+int64(len(g.buf)) > d.limit || d.span > 0 && g.to-d.from > int64(d.span) {
		if synced {
			d.close()
		} else if d.off > 2*d.limit {
			return errBehind
		}
	}
	if !room {
		return errBehind
	}
	if d.file == nil {
		if err := d.begin(g); err != nil {
			return err
		}
	}
	h := header{length: uint32(len(g.buf) - headerBytes), count: g.count, first: g.first, from: g.from, to: g.to, prev: d.chain}
	h.chain = seal(g.buf, h)
	if _, err := d.file.WriteAt(g.buf, d.off); err != nil {
		d.file.Truncate(d.off) // so that a reader sees no half; the next try overwrites it anyhow
		return err
	}
	d.behind.add(d.file, d.segment, d.off, h, g)
	d.off += int64(len(g.buf))
	d.chain = h.chain
	return nil
}

// begin makes a segment named after g's first record.
func (d *disk) begin(g *group) error {
	s := segment{segmentPath(d.dir, g.first), g.first}
	f, err := os.OpenFile(s.path, os.O_CREATE|os.O_RDWR, fileMode)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil && info.Size() > 0 {
		err = fmt.Errorf("%s: is there already", s.path)
	}
	if err != nil {
		return errors.Join(err, f.Close())
	}
	d.take(f, s, 0, g.from)
	return nil
}

// close ends the segment.
func (d *disk) close() {
	if d.file != nil {
		d.file.Close() // it was fsynced, or given up
		d.file, d.off = nil, 0
	}
}
