package decisionlog

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Recovered is what Open found and did because the last writer did not end well, or
// because something else has written to its files.
type Recovered struct {
	Last    uint64   // the last record that is sound
	File    string   // whose tail was cut, or which was set aside
	Offset  int64    // where
	Bytes   int64    // how much
	Kept    string   // where the bytes went, unless they were plainly the beginning of a group
	Damaged []*Break // inside files: nothing was cut
}

// resume finds where the chain ends, and makes the log go on from there.
func (l *Log) resume() error {
	cut, sum, err := readCut(l.cfg.Dir)
	if err != nil {
		return err
	}
	l.disk = disk{dir: l.cfg.Dir, limit: l.cfg.SegmentBytes, span: spanOf(l.cfg.MaxAge), chain: sum, behind: newBehind(l.cfg.Buffer - 2*l.most)}
	l.next = cut.Seq + 1
	all, err := segments(l.cfg.Dir)
	if err != nil {
		return err
	}
	for n := len(all) - 1; n >= 0; n-- {
		found, err := l.resumeAt(all[n])
		if err != nil {
			return fmt.Errorf("decision log: %s: %w", all[n].path, err)
		}
		if found {
			if err := l.index.begin(all[:n]); err != nil {
				return fmt.Errorf("decision log: %w", err)
			}
			break
		}
	}
	l.synced = l.next - 1
	if r := l.recovered; r != nil {
		r.Last = l.synced
		l.cfg.Log.Warn("decision log: recovered", "last", r.Last, "file", r.File, "offset", r.Offset,
			"cut", r.Bytes, "kept", r.Kept, "damaged", len(r.Damaged))
	}
	return nil
}

// resumeAt takes up the newest segment, and reports false where it holds no sound group.
func (l *Log) resumeAt(s segment) (bool, error) {
	f, err := os.OpenFile(s.path, os.O_RDWR, fileMode)
	if err != nil {
		return false, err
	}
	defer func() { f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return false, err
	}
	r := &reader{file: f, end: info.Size()}
	var last header
	var from int64
	whole := true
	for {
		at := r.off
		h, text, err := r.next()
		if err == nil {
			l.index.note(s, at, h, termsOf(nil, text))
			if last = h; from == 0 {
				from = h.from
			}
			continue
		}
		if errors.Is(err, io.EOF) {
			break
		}
		bad, ok := errors.AsType[*damage](err)
		if !ok {
			return false, err
		}
		if !r.resync() {
			if err := l.cutTail(f, s, bad, last.count == 0); err != nil {
				return false, err
			}
			r.end = r.off
			break
		}
		whole = false
		l.note().Damaged = append(l.note().Damaged, &Break{File: filepath.Base(s.path), Offset: bad.off, Seq: last.last() + 1, Reason: bad.why})
	}
	if last.count == 0 {
		if r.end == 0 { // made, and then the writer died
			return false, errors.Join(removeIfThere(s.path), syncDir(l.cfg.Dir))
		}
		return false, nil
	}
	l.next, l.disk.chain = last.last()+1, last.chain
	if whole && r.off < l.cfg.SegmentBytes {
		l.disk.take(f, s, r.off, from)
		f = nil // the writer's now; Close of a nil file is harmless
	}
	return true, nil
}

func (l *Log) note() *Recovered {
	if l.recovered == nil {
		l.recovered = new(Recovered)
	}
	return l.recovered
}

// cutTail takes off what follows the last sound group. A group that was not written to
// its end is nobody's record. Anything else is kept beside the segment: it may be one,
// altered.
func (l *Log) cutTail(f *os.File, s segment, bad *damage, nothingSound bool) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	r := l.note()
	r.File, r.Offset, r.Bytes = filepath.Base(s.path), bad.off, info.Size()-bad.off
	if !bad.torn {
		r.Kept = fmt.Sprintf("%s.%d.cut", r.File, bad.off)
		if nothingSound {
			return errors.Join(os.Rename(s.path, filepath.Join(l.cfg.Dir, r.Kept)), syncDir(l.cfg.Dir))
		}
		tail := make([]byte, r.Bytes)
		if _, err := f.ReadAt(tail, bad.off); err != nil {
			return err
		}
		if err := replace(filepath.Join(l.cfg.Dir, r.Kept), tail); err != nil {
			return err
		}
	}
	return errors.Join(f.Truncate(bad.off), f.Sync())
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !gone(err) {
		return err
	}
	return nil
}
