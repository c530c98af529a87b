package decisionlog

import "time"

// sync fsyncs what the writer has written, behind it, until the writer is gone and all
// is done. A slow disk so keeps nobody from writing, and what is written survives the end
// of the process.
func (l *Log) sync() {
	defer close(l.stopped)
	defer l.lock.Close()
	defer l.disk.close()
	for open := true; open; {
		select {
		case <-l.dirty:
		case <-l.written:
			open = false
		}
		for w := l.disk.behind.take(); w != nil; w = l.disk.behind.take() {
			if !l.settle(w) {
				l.giveUp(w)
			}
			hint(l.roomy)
		}
	}
}

// settle fsyncs a stretch, as often as it takes, and reports false where the log is
// closed before it could be done.
func (l *Log) settle(w *stretch) bool {
	for {
		began := time.Now()
		err := w.sync(l.cfg.fsync)
		if err == nil {
			l.settled(w, time.Since(began))
			return true
		}
		l.disk.behind.failed()
		l.turnedOver(syncing, err, nil)
		select {
		case <-l.written:
			return false
		case <-time.After(retryEvery):
		}
	}
}

// settled lets what is durable be read.
func (l *Log) settled(w *stretch, took time.Duration) {
	off, begin := w.off, 0
	for i, h := range w.groups {
		l.index.note(w.segment, off, h, w.terms[begin:w.ends[i]])
		off, begin = off+h.size(), w.ends[i]
	}
	last, groups, written, fresh := w.last(), len(w.groups), len(w.buf), w.off == 0
	l.disk.behind.done() // before anyone hears of it: the next group may begin a segment
	l.turnedOver(syncing, nil, func() {
		l.synced = last
		l.figures.Groups += uint64(groups)
		l.figures.Written += uint64(written)
		l.figures.Sync = took
	})
	if !fresh {
		return
	}
	if err := l.index.seal(); err != nil {
		l.cfg.Log.Warn("decision log: what a segment holds is not written beside it: searches read it whole", "err", err)
	}
	hint(l.tidy)
}

// giveUp counts what was written and could not be made durable before the end.
func (l *Log) giveUp(w *stretch) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, h := range w.groups {
		l.give(h.count)
	}
	l.disk.behind.done()
}
