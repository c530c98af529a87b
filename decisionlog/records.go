package decisionlog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"time"
)

// Records gives what was recorded from one moment on and before another, oldest first,
// for replay; the zero time is no bound. It needs no open log. Damage is an error with
// its place (*Break), after which the sequence goes on behind it; the other errors end it.
func Records(ctx context.Context, dir string, from, to time.Time) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		all, err := segments(dir)
		if err != nil {
			yield(Record{}, err)
			return
		}
		w := bounds{from, to}
		for _, s := range all {
			if !s.records(ctx, w, yield) {
				return
			}
		}
	}
}

// records gives those of one segment, and reports false when the sequence is over.
func (s segment) records(ctx context.Context, w bounds, yield func(Record, error) bool) bool {
	f, r, err := s.open()
	if gone(err) {
		return true
	}
	if err != nil {
		yield(Record{}, err)
		return false
	}
	defer f.Close()
	var last uint64
	for {
		if err := ctx.Err(); err != nil {
			yield(Record{}, err)
			return false
		}
		h, text, err := r.next()
		bad, damaged := errors.AsType[*damage](err)
		switch {
		case err == nil:
			last = h.last()
			if w.miss(h.from, h.to) {
				continue
			}
			u := newUnfolder(h, text)
			for one := range bytes.Lines(text) {
				record, err := u.parse(one)
				if err != nil {
					err = fmt.Errorf("%s: %w", filepath.Base(s.path), err)
				} else if !w.hold(record.At) {
					continue
				}
				if !yield(record, err) {
					return false
				}
			}
		case errors.Is(err, io.EOF), damaged && bad.torn:
			return true
		case damaged:
			if !yield(Record{}, &Break{filepath.Base(s.path), bad.off, last + 1, bad.why}) {
				return false
			}
			if !r.resync() {
				return true
			}
		default:
			yield(Record{}, err)
			return false
		}
	}
}

// bounds are times, from inclusive, to exclusive; zero is none.
type bounds struct{ from, to time.Time }

func (w bounds) hold(t time.Time) bool {
	return (w.from.IsZero() || !t.Before(w.from)) && (w.to.IsZero() || t.Before(w.to))
}

// miss reports whether nothing between two times (Unix ns) can lie within.
func (w bounds) miss(from, to int64) bool {
	return !w.from.IsZero() && time.Unix(0, to).Before(w.from) || !w.to.IsZero() && !time.Unix(0, from).Before(w.to)
}
