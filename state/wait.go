package state

import (
	"context"
	"fmt"
	"math"
	"time"
)

// Wait returns when the store has reached revision, at once if it has already. It
// returns an error that wraps the context's when that ends first.
func (s *Store) Wait(ctx context.Context, revision int64) error {
	for {
		now := s.newest.Load()
		if now.token.Revision >= revision {
			return nil
		}
		select {
		case <-now.superseded:
		case <-ctx.Done():
			return fmt.Errorf("wait for revision %d at %d: %w", revision, now.token.Revision, ctx.Err())
		}
	}
}

// Watch returns a channel that is closed at the next publish. Take it before the
// snapshot that it is to outdate, and none is missed.
func (s *Store) Watch() <-chan struct{} { return s.newest.Load().superseded }

// Heard notes that the source confirmed at that time that the store is up to date.
// An earlier time than the last one is ignored.
func (s *Store) Heard(at time.Time) {
	for {
		last := s.heard.Load()
		if last != nil && !at.After(*last) || s.heard.CompareAndSwap(last, &at) {
			return
		}
	}
}

// Age is how long ago the source was last heard; the longest duration there is
// when it never was.
func (s *Store) Age(now time.Time) time.Duration {
	last := s.heard.Load()
	if last == nil {
		return math.MaxInt64
	}
	return max(0, now.Sub(*last))
}
