package decisionlog

import (
	"context"
	"fmt"
)

// give gives up, at Close, what the disk has not taken.
func (l *Log) give(pending *group) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var n uint64
	for _, g := range []*group{pending, l.front} {
		if g != nil {
			n += uint64(g.count)
		}
	}
	if n > 0 {
		l.figures.Dropped += n
		l.closeErr = fmt.Errorf("decision log: %d decisions were not recorded: %w", n, l.failing)
	}
}

// Close takes no more records, writes and fsyncs what it has, and lets the directory go.
// When ctx ends first it returns, and what it began goes on behind it.
func (l *Log) Close(ctx context.Context) error {
	l.once.Do(func() {
		l.mu.Lock()
		l.closed = true
		l.mu.Unlock()
		close(l.closing)
		if l.shipper != nil {
			l.shipper.stop()
		}
	})
	if err := await(ctx, l.stopped); err != nil {
		return err
	}
	if l.shipper != nil {
		if err := await(ctx, l.shipper.stopped); err != nil {
			return err
		}
	}
	return l.closeErr
}

func await(ctx context.Context, done <-chan struct{}) error {
	select {
	case <-done:
		return nil
	default:
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("decision log: close: %w", ctx.Err())
	}
}
