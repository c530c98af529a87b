// Command bench asks callas, bare gin and opa run the same questions in turn
// and prints what each answer cost, then how long an import and a bulk edit
// take. It starts every server itself, on loopback, and ends only what it
// started.
//
//	go run ./tests/bench [-short] [-o docs/benchmarks.md]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// options are how much is measured.
type options struct {
	sizes  []int // agents
	conns  int
	warm   time.Duration // at most
	rounds int
	round  time.Duration // at most
}

var (
	whole = options{sizes: []int{1_000, 100_000}, warm: 10 * time.Second, rounds: 5, round: 4 * time.Second}
	short = options{sizes: []int{1_000}, warm: 2 * time.Second, rounds: 2, round: time.Second}
)

func main() {
	conns := flag.Int("conns", 8, "kept connections, each asking one question at a time")
	brief := flag.Bool("short", false, "a look: 1,000 agents, seconds")
	out := flag.String("o", "", "also write the report to this file")
	flag.Parse()
	opt := whole
	if *brief {
		opt = short
	}
	opt.conns = *conns

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, 15*time.Minute)
	defer cancel()
	if err := run(ctx, opt, *out); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, opt options, out string) error {
	began := time.Now()
	dir, err := os.MkdirTemp("", "callas-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bin, err := build(ctx, dir)
	if err != nil {
		return err
	}
	rep := report{options: opt, machine: look()}
	for _, agents := range opt.sizes {
		s, err := measure(ctx, bin, agents, opt)
		if err != nil {
			return fmt.Errorf("%d agents: %w", agents, err)
		}
		rep.sizes = append(rep.sizes, s)
	}
	rep.took = time.Since(began)
	rep.write(os.Stdout)
	for _, s := range rep.sizes {
		err = errors.Join(err, s.changes.failed)
	}
	if out == "" || err != nil {
		return err // a page is kept of whole runs only
	}
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	rep.write(f)
	return f.Close()
}

// tell writes progress to stderr.
func tell(format string, args ...any) { _, _ = fmt.Fprintf(io.Writer(os.Stderr), format+"\n", args...) }
