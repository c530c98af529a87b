package decisionlog

import (
	"bytes"
	"errors"
	"io"
)

// gather reads the next batch from disk, and the number of the last record in it: less
// than p.next where there is none. Records that say what was lost are no events.
func (p *shipper) gather() (events []event, last uint64, err error) {
	all := p.log.index.now()
	at := 0
	for i := range all {
		if all[i].segment.first <= p.next {
			at = i
		}
	}
	if len(all) > 0 && all[at].segment.first > p.next {
		p.tellGone(all[at].segment.first)
	}
	last = p.next - 1
	for ; at < len(all) && last < p.next; at++ {
		if events, last, err = p.from(&all[at]); err != nil {
			return nil, 0, err
		}
	}
	return events, last, nil
}

// from reads the next batch from one segment.
func (p *shipper) from(x *indexed) (events []event, last uint64, err error) {
	last = p.next - 1
	if err := p.log.index.learn(x); err != nil {
		return nil, 0, err
	}
	f, r, err := x.open()
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	r.end = x.size
	for _, m := range x.marks {
		if m.first <= p.next {
			r.off = m.off
		}
	}
	for len(events) < p.batch {
		h, text, err := r.next()
		switch {
		case errors.Is(err, io.EOF), isDamage(err) && !r.resync():
			return events, last, nil
		case isDamage(err), err == nil && h.last() < p.next:
			continue
		case err != nil:
			return nil, 0, err
		}
		u := newUnfolder(h, text)
		for one := range bytes.Lines(text) {
			record, err := u.parse(one)
			if err != nil {
				return nil, 0, err
			}
			if record.Seq < p.next {
				continue
			}
			if record.Decided() {
				events = append(events, newEvent(&record, p.labels))
			}
			if last = record.Seq; len(events) == p.batch {
				break
			}
		}
	}
	return events, last, nil
}

// tellGone goes on behind what retention dropped before it was shipped.
func (p *shipper) tellGone(first uint64) {
	l := p.log
	l.mu.Lock()
	l.figures.Unshipped += first - p.next
	l.mu.Unlock()
	l.cfg.Log.Error("decision log: shipping: records were dropped by retention before they were shipped",
		"from", p.next, "to", first-1)
	p.next = first
}
