package server

import (
	"context"
	"sync"

	"callas"
)

// A topic is what streams can be opened on. One goroutine watches while there are any,
// and tells them all.
type topic struct {
	name string
	// watch tells streams until ctx ends. It has come when somebody joins.
	watch func(ctx context.Context, t *topic)
	came  chan struct{}

	mu      sync.Mutex
	streams map[*stream]struct{}
	stop    context.CancelFunc
	ended   chan struct{} // closed when the last watcher is gone
}

func newTopic(name string, watch func(context.Context, *topic)) *topic {
	ended := make(chan struct{})
	close(ended)
	return &topic{name: name, watch: watch, came: make(chan struct{}, 1), streams: map[*stream]struct{}{}, ended: ended}
}

// join adds a stream, and has somebody watch from the first on.
func (t *topic) join(st *stream) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.streams[st] = struct{}{}
	if len(t.streams) == 1 {
		ctx, stop := context.WithCancel(context.Background())
		before, ended := t.ended, make(chan struct{})
		t.stop, t.ended = stop, ended
		go func() {
			defer close(ended)
			<-before // two never tell one stream
			t.watch(ctx, t)
		}()
	}
	select {
	case t.came <- struct{}{}:
	default:
	}
}

func (t *topic) leave(st *stream) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.streams, st)
	if len(t.streams) == 0 {
		t.stop()
	}
}

// all are the streams that are open.
func (t *topic) all() []*stream {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := make([]*stream, 0, len(t.streams))
	for st := range t.streams {
		out = append(out, st)
	}
	return out
}

func (t *topic) count() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.streams)
}

// of counts one principal's.
func (t *topic) of(by callas.Principal) (n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for st := range t.streams {
		if samePrincipal(st.by, by) {
			n++
		}
	}
	return n
}
