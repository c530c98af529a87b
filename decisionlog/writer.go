package decisionlog

import "time"

const (
	// retryEvery is how often a group is offered to a disk that has failed.
	retryEvery = 250 * time.Millisecond

	// retainEvery is how often retention looks without being asked by a new segment.
	retainEvery = time.Minute
)

// The two who can have trouble with the disk.
const (
	writing = iota
	syncing
)

// run writes group after group until Close. It is the only one that writes to disk, and
// waits for nothing but write(2): fsync is the syncer's.
func (l *Log) run() {
	defer close(l.written)
	retain := time.NewTicker(retainEvery)
	defer retain.Stop()
	wait := time.NewTimer(0)
	defer wait.Stop()
	var pending *group
	for l.due(pending, wait, retain) {
		pending, _ = l.turn(pending)
	}
	for pending != nil || !l.idle() {
		var err error
		if pending, err = l.turn(pending); err != nil && (err != errBehind || !l.patient()) {
			break
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if pending != nil {
		l.give(pending.count)
	}
	l.give(l.front.count)
}

// due waits until there is something to write, or to write again, and reports false when
// the log closes.
func (l *Log) due(pending *group, wait *time.Timer, retain *time.Ticker) bool {
	if pending == nil {
		return l.rest(wait, retain)
	}
	wait.Reset(retryEvery)
	select {
	case <-wait.C:
	case <-l.roomy:
	case <-l.closing:
		return false
	}
	return true
}

// patient waits, at the end, for the syncer to make room, unless it cannot.
func (l *Log) patient() bool {
	select {
	case <-l.roomy:
		return true
	case <-time.After(retryEvery):
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.trouble[syncing] == nil
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
		case <-l.tidy:
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
// returns the group while the disk does not take it, and why.
func (l *Log) turn(pending *group) (*group, error) {
	if pending == nil {
		if pending = l.swap(); pending == nil {
			l.turnedOver(writing, nil, nil)
			return nil, nil
		}
	}
	err := l.disk.write(pending)
	switch {
	case err == errBehind:
		hint(l.dirty)
		return pending, err
	case err != nil:
		l.turnedOver(writing, err, nil)
		return pending, err
	}
	l.turnedOver(writing, nil, func() {
		pending.empty()
		l.spare = pending
	})
	hint(l.dirty)
	return nil, nil
}

// swap takes the front group, nil where it is empty, and puts the other one there.
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

// turnedOver notes how it went for the writer or the syncer, and what else has changed,
// and tells everyone who waits.
func (l *Log) turnedOver(who int, err error, changed func()) {
	l.mu.Lock()
	was, dropping := l.failing, l.figures.Dropping
	l.trouble[who] = err
	if l.failing = l.trouble[writing]; l.failing == nil {
		l.failing = l.trouble[syncing]
	}
	if err != nil {
		l.figures.LastError, l.figures.LastErrorAt = err.Error(), l.cfg.Now()
	}
	if changed != nil {
		changed()
	}
	l.figures.Dropping = l.lost > 0
	if l.failing == nil {
		l.tellLost()
	}
	failing, lost, total := l.failing, l.figures.Dropping, l.figures.Dropped
	close(l.turned)
	l.turned = make(chan struct{})
	l.mu.Unlock()

	switch log := l.cfg.Log; {
	case failing != nil && was == nil:
		log.Error("decision log: the disk does not take records: they wait in memory", "err", failing, "strict", l.cfg.Strict)
	case failing == nil && was != nil:
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
