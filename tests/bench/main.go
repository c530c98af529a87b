// Command bench asks callas, bare servers and other judges the same questions
// in turn and prints what each answer cost, held against the project's targets.
// It builds and starts every server itself, on loopback, and ends only what it
// started.
//
//	go run ./tests/bench [-short] [-only callas,gin] [-o docs/benchmarks.md]
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	opt, err := parse(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, opt.limit)
	defer cancel()
	if err := run(ctx, opt); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// A bench is one run.
type bench struct {
	options
	binaries
	kept   string   // directory of what is made once and kept between runs
	report *report  // filled as it goes
	broken []string // who could not be measured, and why
}

func run(ctx context.Context, opt options) error {
	began := time.Now()
	dir, err := os.MkdirTemp("", "callas-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{options: opt, report: &report{options: opt}}
	if b.kept, err = cache(); err != nil {
		return err
	}
	if err := b.build(ctx, dir); err != nil {
		return err
	}
	b.report.machine = look(b.root)
	for _, agents := range opt.shared() {
		if err := b.whole(ctx, agents, agents == opt.shared()[len(opt.shared())-1]); err != nil {
			return fmt.Errorf("%d agents: %w", agents, err)
		}
	}
	if b.wants("callas") {
		if err := b.benchmarks(ctx); err != nil {
			return err
		}
	}
	if len(opt.sizes) > 1 && b.wants("callas") {
		if err := b.growth(ctx); err != nil {
			return fmt.Errorf("growth: %w", err)
		}
	}
	b.report.took, b.report.broken = time.Since(began), b.broken
	b.report.write(os.Stdout)
	if len(b.broken) > 0 {
		err = errors.New("not everything was measured: see above; -only leaves out what cannot be")
	}
	if opt.out == "" || err != nil {
		return err // a page is kept of whole runs only
	}
	f, err := os.Create(opt.out)
	if err != nil {
		return err
	}
	b.report.write(f)
	return f.Close()
}

// cannot notes, loudly, who is not measured; the rest goes on.
func (b *bench) cannot(who string, why error) {
	tell("\n*** %s is NOT measured: %v\n", who, why)
	b.broken = append(b.broken, fmt.Sprintf("%s: %v", who, why))
}

// tell writes progress to stderr.
func tell(format string, args ...any) { _, _ = fmt.Fprintf(io.Writer(os.Stderr), format+"\n", args...) }
