package decisionlog

import (
	"errors"
	"fmt"
	"os"
	"time"
)

// A disk writes groups to the newest segment. Only the writer touches it.
type disk struct {
	dir   string
	limit int64         // bytes of a segment
	span  time.Duration // of a segment; zero: any. Retention drops nothing smaller than a segment

	segment
	file   *os.File // nil: the next group begins a segment
	off    int64    // the end of what is fsynced
	from   int64    // the earliest time in the segment, Unix ns
	chain  chain    // after the last group
	header header   // of the last group
}

// take goes on with a segment that is there.
func (d *disk) take(f *os.File, s segment, off, from int64) {
	d.file, d.segment, d.off, d.from = f, s, off, from
}

// write appends and fsyncs one group, and reports whether it began a segment. After an
// error nothing of it counts, and the same group is to be written again: an fsync that
// failed may have thrown the pages away.
func (d *disk) write(g *group) (fresh bool, err error) {
	if d.off+int64(len(g.buf)) > d.limit || d.span > 0 && g.to-d.from > int64(d.span) {
		d.close()
	}
	if d.file == nil {
		if err := d.begin(g); err != nil {
			return false, err
		}
	}
	h := header{length: uint32(len(g.buf) - headerBytes), count: g.count, first: g.first, from: g.from, to: g.to, prev: d.chain}
	h.chain = seal(g.buf, h)
	_, err = d.file.WriteAt(g.buf, d.off)
	if err == nil {
		err = d.file.Sync()
	}
	if err != nil {
		d.file.Truncate(d.off) // so that a reader sees no half; the next try overwrites it anyhow
		return false, err
	}
	fresh = d.off == 0
	d.off += int64(len(g.buf))
	d.chain, d.header = h.chain, h
	return fresh, nil
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
	if err == nil {
		err = syncDir(d.dir)
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
		d.file.Close() // what counts was fsynced
		d.file, d.off = nil, 0
	}
}
