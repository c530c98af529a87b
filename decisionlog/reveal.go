package decisionlog

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"callas"
)

// A Reveal is that somebody was shown in clear whom a recorded call was for.
type Reveal struct {
	At       time.Time
	Decision string // which
	By       string // who was shown it
	Reason   string // why, in their words
}

// Reveal puts a reveal on record, in the chain of decisions. It is on disk when it
// returns without an error; show nothing where it does not.
func (l *Log) Reveal(ctx context.Context, r Reveal) error {
	if r.Decision == "" || r.By == "" || r.Reason == "" {
		return errors.New("decision log: a reveal says which decision, who and why")
	}
	b := append(new(clock).instant([]byte(`"at":"`), r.At), `","revealed":`...)
	b = callas.AppendQuoted(b, r.Decision)
	b = callas.AppendQuoted(append(b, `,"by":`...), r.By)
	b = append(callas.AppendQuoted(append(b, `,"reason":`...), r.Reason), "}\n"...)
	if err := l.putWhole(b, r.At); err != nil {
		return err
	}
	return l.Flush(ctx)
}

// putWhole adds a record that stands by itself, or answers ErrFull.
func (l *Log) putWhole(text []byte, at time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	hint(l.now)
	switch {
	case l.closed:
		return ErrClosed
	case l.failing != nil || !l.room(l.front, len(text)):
		return ErrFull
	}
	l.add(l.front, at)
	l.front.buf = append(l.front.buf, text...)
	hint(l.wake)
	return nil
}

// Decided reports whether a record is of a decision, rather than of what was lost or
// revealed.
func (r *Record) Decided() bool { return r.Lost == 0 && r.Revealed == "" }

// Hidden is the record with its callee masked as Partly writes it, where it is in clear,
// and reports whether it was. The callee of an emergency call always stays.
func (r *Record) Hidden() (Record, bool) {
	shown := *r
	if r.Masked != "" || r.Target.Class == callas.Emergency || r.Target.Number == "" && r.Target.URI == "" {
		return shown, false
	}
	shown.Masked = Partly.String()
	shown.Target.Number, shown.Target.URI = maskedText(r.Target.Number), maskedText(r.Target.URI)
	return shown, true
}

// maskedText is partly, not as a part of JSON.
func maskedText(s string) (out string) {
	if s == "" {
		return ""
	}
	if json.Unmarshal(append(partly([]byte{'"'}, s), '"'), &out) != nil {
		return "***"
	}
	return out
}
