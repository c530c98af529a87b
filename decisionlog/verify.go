package decisionlog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"callas/giveway"
)

// A Report is what Verify has proved.
type Report struct {
	Segments, Groups int
	Records          uint64
	Bytes            int64
	First, Last      uint64    // sequence numbers; zero where there is no record
	From, To         time.Time // earliest and latest; zero likewise
	Chain            string    // after Last, in hex: kept elsewhere, it proves later that nothing was rewritten
	Cut              *Cut      // what retention has dropped; nil: nothing
	Torn             int64     // bytes of a group at the end that is being written, or was when the writer died
}

// A Break is where the record is not what was written.
type Break struct {
	File   string // the segment
	Offset int64  // of the group in it
	Seq    uint64 // of the first record that is not proved
	Reason string
}

func (b *Break) Error() string {
	return fmt.Sprintf("%s: byte %d, from record %d on: %s", b.File, b.Offset, b.Seq, b.Reason)
}

// errMoved says that retention has dropped what was about to be read.
var errMoved = errors.New("decision log: segments went while they were read: verify again")

// Verify proves that the record in dir is whole, in order and unaltered, as far as one
// can without its last chain kept elsewhere. Where it is not the error is a *Break, and
// the report holds what was proved before. It needs no open log, and may run beside one;
// in a process that answers calls, they go first.
func Verify(ctx context.Context, dir string) (Report, error) {
	const tries = 10
	for n := 1; ; n++ {
		v := verifier{dir: dir}
		err := v.all(ctx)
		if _, broken := errors.AsType[*Break](err); broken && v.moved() {
			err = errMoved
		}
		if errors.Is(err, errMoved) && n < tries {
			continue
		}
		return v.Report, err
	}
}

// moved reports whether retention has cut the record since the manifest was read: what
// is missing then may be missing by intent.
func (v *verifier) moved() bool {
	now, _, err := readCut(v.dir)
	return err == nil && now.Seq != v.cut.Seq
}

type verifier struct {
	Report
	dir   string
	cut   Cut
	sum   chain // of cut
	prev  chain
	began bool // prev is known
	work  giveway.Worker
}

func (v *verifier) all(ctx context.Context) (err error) {
	if v.cut, v.sum, err = readCut(v.dir); err != nil {
		return err
	}
	if v.cut.Seq > 0 {
		v.Cut = &v.cut
	}
	var done segment // the newest, read as far as it was
	var off int64
	for {
		all, err := segments(v.dir)
		if err != nil {
			return err
		}
		todo := all[:0]
		for _, s := range all {
			if s.first >= done.first {
				todo = append(todo, s)
			}
		}
		for i, s := range todo {
			if s != done {
				off, v.Segments = 0, v.Segments+1
			}
			done, v.Torn = s, 0
			if off, err = v.segment(ctx, s, off, i == len(todo)-1); err != nil {
				return err
			}
		}
		if after, err := segments(v.dir); err != nil {
			return err
		} else if len(after) == 0 || after[len(after)-1].first <= done.first {
			break
		}
	}
	return v.end()
}

// segment proves one from off on, and says how far it is written.
func (v *verifier) segment(ctx context.Context, s segment, off int64, newest bool) (int64, error) {
	f, r, err := s.open()
	if gone(err) {
		return 0, errMoved
	}
	if err != nil {
		return 0, fmt.Errorf("decision log: %w", err)
	}
	defer f.Close()
	for r.off = off; ; {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		v.work.Step()
		at := r.off
		h, text, err := r.next()
		bad, damaged := errors.AsType[*damage](err)
		switch {
		case err == nil:
			if why := v.group(s, at, h, r.buf, text); why != "" {
				return 0, v.broken(s, at, why)
			}
		case errors.Is(err, io.EOF):
			return at, nil
		case damaged && bad.torn && newest:
			v.Torn = r.end - at
			return at, nil
		case damaged:
			return 0, v.broken(s, at, bad.why)
		default:
			return 0, fmt.Errorf("decision log: %s: %w", s.path, err)
		}
	}
}

func (v *verifier) broken(s segment, at int64, why string) error {
	seq := v.Last + 1
	if !v.began {
		seq = s.first
	}
	return &Break{File: filepath.Base(s.path), Offset: at, Seq: seq, Reason: why}
}

// end proves that the record does not end before what was shipped from it.
func (v *verifier) end() error {
	if !v.began && v.cut.Seq > 0 {
		v.Last, v.Chain = v.cut.Seq, v.cut.Chain
	}
	shipped, err := readCursor(v.dir)
	if err != nil {
		return err
	}
	if shipped > v.Last {
		return &Break{File: cursorName, Seq: v.Last + 1,
			Reason: fmt.Sprintf("records %d to %d were shipped and are not here", v.Last+1, shipped)}
	}
	return nil
}
