package decisionlog

import (
	"encoding/hex"
	"errors"
	"time"
)

// spanOf is how much time a segment may hold so that MaxAge is kept to an eighth.
func spanOf(maxAge time.Duration) time.Duration { return maxAge / 8 }

// retain drops the oldest segments that are over the age or the size. The cut is
// durable before the first of them goes: what is missing is then missing by intent.
func (l *Log) retain() {
	if l.cfg.MaxAge == 0 && l.cfg.MaxBytes == 0 {
		return
	}
	n, cut, err := l.overdue()
	if err == nil && n > 0 {
		err = l.dropOldest(n, cut)
	}
	if err != nil {
		l.mu.Lock()
		l.figures.LastError, l.figures.LastErrorAt = err.Error(), l.cfg.Now()
		l.mu.Unlock()
		l.cfg.Log.Error("decision log: old segments stay", "err", err)
	}
}

// overdue counts the segments to drop, and says where that cuts the record. It looks
// into no more segments than it must: records wait for the writer meanwhile.
func (l *Log) overdue() (n int, cut Cut, err error) {
	all := l.index.now()
	var total int64
	for i := range all {
		total += all[i].size
	}
	now := l.cfg.Now()
	for i := range all {
		s := &all[i]
		tooMuch := l.cfg.MaxBytes > 0 && total > l.cfg.MaxBytes
		if l.cfg.MaxAge == 0 && !tooMuch {
			break
		}
		if err := l.index.learn(s); err != nil && !gone(err) {
			return 0, Cut{}, err
		}
		tooOld := l.cfg.MaxAge > 0 && s.to < now.Add(-l.cfg.MaxAge).UnixNano()
		current := s.segment == l.disk.segment && l.disk.file != nil
		synced, _ := l.disk.behind.room(0)
		if !tooOld && (current || !tooMuch) || current && !synced {
			break
		}
		if current {
			l.disk.close()
		}
		total -= s.size
		n++
		if s.last > 0 {
			cut = Cut{Seq: s.last, Chain: hex.EncodeToString(s.chain[:]), At: now.UTC()}
		}
	}
	return n, cut, nil
}

func (l *Log) dropOldest(n int, cut Cut) error {
	all := l.index.now()[:n]
	if cut.Seq > 0 {
		if err := writeCut(l.cfg.Dir, cut); err != nil {
			return err
		}
	}
	var errs []error
	for i := range all {
		errs = append(errs, removeIfThere(all[i].path), removeIfThere(all[i].contents()))
	}
	l.index.drop(n)
	l.cfg.Log.Info("decision log: old segments dropped", "segments", n, "up_to", cut.Seq)
	return errors.Join(append(errs, syncDir(l.cfg.Dir))...)
}
