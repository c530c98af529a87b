package decisionlog

import (
	"context"
	"fmt"
)

// give gives up, at Close, so many records that the disk has not taken. The lock is held.
func (l *Log) give(n uint32) {
	if n == 0 {
		return
	}
	l.figures.Dropped += uint64(n)
	l.given += uint64(n)
	l.closeErr = fmt.Errorf("decision log: %d decisions were not recorded: %w", l.given, l.failing)
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
