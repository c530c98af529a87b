package state

import "sync/atomic"

// A signal is a channel that tells of a change. It is made when somebody first asks for
// it: nearly all rows are never watched, and a channel each would be a third of them.
type signal struct {
	made atomic.Pointer[chan struct{}]
}

// channel is closed once the signal has fired; one who asks later gets a closed one. So
// a reader of an old snapshot cannot miss what happened since, however late it asks.
func (s *signal) channel() <-chan struct{} {
	if ch := s.made.Load(); ch != nil {
		return *ch
	}
	ch := make(chan struct{})
	if s.made.CompareAndSwap(nil, &ch) {
		return ch
	}
	return *s.made.Load()
}

// fire closes the channel; closed is one that already is, for those who ask later.
func (s *signal) fire(closed *chan struct{}) {
	if ch := s.made.Swap(closed); ch != nil {
		close(*ch)
	}
}
