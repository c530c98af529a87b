package decisionlog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"callas"
	"callas/giveway"
)

const (
	defaultLimit = 50
	maxLimit     = 1000

	// maxWork is how many bytes one Search reads at most, to about a block.
	maxWork = 64 << 20

	// learnWork is what finding out about a segment counts as: mostly, reading the file
	// beside it.
	learnWork = 512 << 10
)

// A Query says what to look for. Empty fields match everything.
type Query struct {
	Agent    string        // the id, or what the platform called an agent
	Service  string        // called as
	As       callas.As     // service or agent
	Class    callas.Class  // of the target
	Reason   callas.Reason // one of the decision's
	From, To time.Time     // from inclusive, to exclusive
	Cursor   string        // a page's Next
	Limit    int           // records of a page: 50 where zero, at most 1,000

	// Visible reports whether a record may be shown; nil: all may. Records that only
	// tell what was lost are asked about too.
	Visible func(*Record) bool

	id string // of the one decision that is looked for
}

// A Page is a part of what was found, newest first. New records do not move the next
// page. A page may hold less than was asked for, even nothing, and still have a Next.
type Page struct {
	Records []Record
	Next    string // Cursor of the next page; empty: there is no older record
}

// Search looks through the record from its newest end. It sees every decision that was
// appended before it, unless the disk has failed, and reads a bounded part of the disk.
func (l *Log) Search(ctx context.Context, q Query) (Page, error) {
	s, err := newSearch(q)
	if err != nil {
		return Page{}, err
	}
	l.Flush(ctx) // where the disk has failed, what is on it is still worth looking through
	if err := ctx.Err(); err != nil {
		return Page{}, err
	}
	all := l.index.now()
	for i := len(all) - 1; i >= 0; i-- {
		x := &all[i]
		if x.segment.first >= s.before {
			continue
		}
		if !x.known || len(s.terms) > 0 {
			s.work += learnWork
		}
		if err := l.index.learn(x); gone(err) {
			break // and so are the older ones
		} else if err != nil {
			return Page{}, fmt.Errorf("decision log: %w", err)
		}
		more, err := s.segment(ctx, x)
		if err != nil {
			return Page{}, fmt.Errorf("decision log: %s: %w", x.path, err)
		}
		if !more && s.work > maxWork {
			s.before, more = min(s.before, x.segment.first), x.segment.first > 1
		}
		if more {
			s.page.Next = strconv.FormatUint(s.before, 10)
			return s.page, nil
		}
	}
	return s.page, nil
}

type search struct {
	Query
	bounds
	before uint64   // records from here on were looked at
	needle [][]byte // what the line of a match holds
	reason []byte   // and among its reasons, quoted; nil: any
	terms  []term   // and what the filter of its block says
	work   int      // bytes read
	rests  giveway.Worker
	page   Page
	found  []found
}

// A found is a line that may match, and how to read it.
type found struct {
	*unfolder
	line []byte
}

func newSearch(q Query) (*search, error) {
	s := &search{Query: q, bounds: bounds{q.From, q.To}, before: 1<<64 - 1}
	if q.Cursor != "" {
		n, err := strconv.ParseUint(q.Cursor, 10, 64)
		if err != nil || n == 0 {
			return nil, fmt.Errorf("cursor %q: want a page's next, as it was given", q.Cursor)
		}
		s.before = n
	}
	if s.Limit <= 0 {
		s.Limit = defaultLimit
	}
	s.Limit = min(s.Limit, maxLimit)
	for _, word := range []struct {
		of    subject
		value string
	}{
		{ofDecision, q.id}, {ofAgent, q.Agent}, {ofService, q.Service},
		{ofClass, string(q.Class)}, {ofReason, string(q.Reason)}, {0, string(q.As)},
	} {
		if word.value == "" {
			continue
		}
		value := callas.AppendQuoted(nil, word.value)
		s.needle = append(s.needle, value)
		if word.of > 0 {
			s.terms = append(s.terms, termOf(word.of, value))
		}
	}
	if q.Reason != "" {
		s.reason = callas.AppendQuoted(nil, string(q.Reason))
	}
	return s, nil
}

// segment looks through one, newest block first, and reports whether to stop here.
func (s *search) segment(ctx context.Context, x *indexed) (stop bool, err error) {
	if s.miss(x.from, x.to) {
		return false, nil
	}
	if len(s.terms) > 0 && len(x.marks) > 0 && x.marks[0].holds == nil {
		// A segment without its file, and one of a single block, is read as it is.
		_ = x.readContents(true)
	}
	f, r, err := x.open()
	if gone(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	end := x.size
	for i := len(x.marks) - 1; i >= 0; i-- {
		m := x.marks[i]
		if m.first < s.before && !s.miss(m.from, m.to) && (m.holds == nil || m.holds.may(s.terms)) {
			if err := ctx.Err(); err != nil {
				return false, err
			}
			r.off, r.end = m.off, end
			s.work += int(end - m.off)
			if full, err := s.block(r); full || err != nil {
				return full, err
			}
			if s.before = m.first; s.work > maxWork {
				return true, nil
			}
		}
		end = m.off
	}
	return false, nil
}

// block looks through some groups, and reports whether the page is full.
func (s *search) block(r *reader) (full bool, err error) {
	s.found = s.found[:0]
	for {
		s.rests.Step()
		r.buf = nil // each group is kept until the block is read
		h, text, err := r.next()
		if err != nil {
			if isDamage(err) && r.resync() {
				continue
			}
			if !isDamage(err) && !errors.Is(err, io.EOF) {
				return false, err
			}
			break
		}
		u := newUnfolder(h, text)
		for one := range bytes.Lines(text) {
			if s.may(one) {
				s.found = append(s.found, found{u, one})
			}
		}
	}
	for i := len(s.found) - 1; i >= 0; i-- {
		s.rests.Step()
		record, err := s.found[i].parse(s.found[i].line)
		if err != nil || record.Seq >= s.before || !s.match(&record) {
			continue
		}
		s.page.Records = append(s.page.Records, record)
		if len(s.page.Records) == s.Limit {
			s.before = record.Seq
			return true, nil
		}
	}
	return false, nil
}

// Find looks for one decision by its id; nil when there is none that may be shown.
func (l *Log) Find(ctx context.Context, id string, visible func(*Record) bool) (*Record, error) {
	for q := (Query{id: id, Limit: 1, Visible: visible}); ; {
		page, err := l.Search(ctx, q)
		switch {
		case err != nil:
			return nil, err
		case len(page.Records) > 0:
			return &page.Records[0], nil
		case page.Next == "":
			return nil, nil
		}
		q.Cursor = page.Next
	}
}
