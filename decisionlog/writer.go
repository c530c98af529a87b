package decisionlog

import "time"

const (
	// retryEvery is how often a group is offered to a disk that has failed.
	retryEvery = 250 * time.Millisecond

	// retainEvery is how often retention looks without being asked by a new segment.
	retainEvery = time.Minute
)

// run writes group after group until Close. It is the only one that writes to disk.
func (l *Log) run() {
	defer close(l.stopped)
	retain := time.NewTicker(retainEvery)
	defer retain.Stop()
	wait := time.NewTimer(0)
	defer wait.Stop()
	var pending *group
	for open := true; open; {
		if pending == nil {
			open = l.rest(wait, retain)
		} else {
			wait.Reset(retryEvery)
			select {
			case <-wait.C:
			case <-l.closing:
				open = false
			}
		}
		for {
			if pending = l.turn(pending); pending != nil || open {
				break
			}
			if l.idle() {
				break
			}
		}
	}
	l.give(pending)
	l.disk.close()
	l.lock.Close()
}

// rest waits for a group to be due, and reports false when the log closes.
func (l *Log) rest(wait *time.Timer, retain *time.Ticker) bool {
	for {
		select {
		case <-l.now:
			return true
		case <-l.closing:
			return false
		case <-retain.C:
			l.retain()
			continue
		case <-l.wake:
		}
		l.mu.Lock()
		began := l.front.began
		l.mu.Unlock()
		wait.Reset(l.cfg.SyncEvery - time.Since(began))
		select {
		case <-wait.C:
			return true
		case <-l.now:
			return true
		case <-l.closing:
			return false
		}
	}
}

// turn writes the group that failed before, or takes the front one and writes that. It
// returns the group while the disk does not take it.
func (l *Log) turn(pending *group) *group {
	if pending == nil {
		if pending = l.swap(); pending == nil {
			l.turnedOver(nil, nil, 0)
			return nil
		}
	}
	began := time.Now()
	fresh, err := l.disk.write(pending)
	if err != nil {
		l.turnedOver(nil, err, 0)
		return pending
	}
	l.index.note(l.disk.segment, l.disk.off-int64(len(pending.buf)), l.disk.header, pending.buf[headerBytes:])
	l.turnedOver(pending, nil, time.Since(began))
	if fresh {
		if err := l.index.seal(); err != nil {
			l.cfg.Log.Warn("decision log: what a segment holds is not written beside it: searches read it whole", "err", err)
		}
		l.retain()
	}
	return nil
}

// swap takes the front group, nil where it is empty, and puts the other half there.
func (l *Log) swap() *group {
	l.mu.Lock()
	defer l.mu.Unlock()
	g := l.front
	if g.count == 0 {
		return nil
	}
	l.front, l.spare = l.spare, nil
	return g
}

// turnedOver tells everyone who waits how the turn ended, and the log what has changed.
func (l *Log) turnedOver(done *group, err error, took time.Duration) {
	l.mu.Lock()
	was, dropping := l.failing, l.figures.Dropping
	l.failing = err
	if done != nil {
		l.synced = done.last()
		l.figures.Groups++
		l.figures.Written += uint64(len(done.buf))
		l.figures.Sync = took
		done.empty()
		l.spare = done
	}
	if err != nil {
		l.figures.LastError, l.figures.LastErrorAt = err.Error(), l.cfg.Now()
	}
	l.figures.Dropping = l.lost > 0
	if err == nil {
		l.tellLost()
	}
	lost, total := l.figures.Dropping, l.figures.Dropped
	close(l.turned)
	l.turned = make(chan struct{})
	l.mu.Unlock()

	switch log := l.cfg.Log; {
	case err != nil && was == nil:
		log.Error("decision log: the disk does not take records: they wait in memory", "err", err, "strict", l.cfg.Strict)
	case err == nil && was != nil:
		log.Info("decision log: the disk takes records again")
	}
	switch log := l.cfg.Log; {
	case lost && !dropping:
		log.Error("decision log: decisions are not recorded: there is no room", "dropped", total, "strict", l.cfg.Strict)
	case !lost && dropping:
		log.Info("decision log: decisions are recorded again", "dropped", total)
	}
}

func (l *Log) idle() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.front.count == 0
}
