package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
)

// untilStopped returns a context that ends at the first SIGTERM or SIGINT, and one
// that ends at the second: by then whoever waits for something stops waiting. A third
// ends the process by itself.
func untilStopped(ctx context.Context, log *slog.Logger) (stopped, hurry context.Context, done func()) {
	stopped, stop := context.WithCancel(ctx)
	hurry, now := context.WithCancel(context.WithoutCancel(ctx))
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	over := make(chan struct{})
	go func() {
		for _, end := range []context.CancelFunc{stop, now} {
			select {
			case s := <-signals:
				log.Info("signal", "got", s.String())
				end()
			case <-over:
				return
			}
		}
		signal.Stop(signals)
	}()
	return stopped, hurry, func() {
		close(over)
		signal.Stop(signals)
		stop()
		now()
	}
}
