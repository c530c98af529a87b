package sqlstore

import (
	"sync"
	"time"
)

// listenEvery is how often the file is asked for what other processes committed.
const listenEvery = 200 * time.Millisecond

// A bell wakes whoever waits for a revision that they have not seen.
type bell struct {
	mu   sync.Mutex
	rung int64 // the newest revision that it was rung for
	next chan struct{}
}

func (b *bell) start(revision int64) { b.rung, b.next = revision, make(chan struct{}) }

func (b *bell) ring(revision int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if revision <= b.rung {
		return
	}
	b.rung = revision
	close(b.next)
	b.next = make(chan struct{})
}

// Wake is source.Backend's.
func (s *Store) Wake() <-chan struct{} {
	s.bell.mu.Lock()
	defer s.bell.mu.Unlock()
	return s.bell.next
}

// listen rings for what other processes commit to the same file.
func (s *Store) listen() {
	tick := time.NewTicker(listenEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-s.closed.Done():
			return
		}
		var revision int64
		// An error here is the next reader's or writer's to tell.
		if s.readers.QueryRowContext(s.closed, "SELECT revision FROM meta").Scan(&revision) == nil {
			s.bell.ring(revision)
		}
	}
}
