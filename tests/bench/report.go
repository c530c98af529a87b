package main

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// report is one run of the bench, written as a page of docs.
type report struct {
	options options
	machine machine
	sizes   []size
	took    time.Duration
}

func (r report) write(w io.Writer) {
	p := func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }
	p("# Benchmarks\n")
	p("One run of `make bench`, written by `make bench ARGS=\"-o docs/benchmarks.md\"`. It took %s.\n", r.took.Round(time.Second))
	p("Machine: %s.\n", r.machine)
	p("The client runs on the same cores as the server it asks: compare within a table, not with other machines.\n")
	for _, s := range r.sizes {
		s.write(w)
	}
	p("## Changes and starting\n")
	p("| agents | rows imported | `callas import` | memory after it | start | memory after it | bulk edit | its plan | its commit |")
	p("|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
	for _, s := range r.sizes {
		c := s.changes
		edit := fmt.Sprintf("%s agents, %d changeset | %d ms | %d ms", thousands(c.edited), c.commits, c.plan.Milliseconds(), c.apply.Milliseconds())
		if c.failed != nil {
			edit = fmt.Sprintf("**failed: %v** | | ", c.failed)
		}
		p("| %s | %s | %.1f s | %d MB | %.1f s | %d MB | %s |", thousands(s.agents), thousands(c.rows),
			c.load.Seconds(), c.peak>>20, c.start.Seconds(), c.idle>>20, edit)
	}
	p("")
	p("An import is the command from its start to its end: read, check, one atomic series of commits, visible to calls.")
	p("Every agent is then logged in; the memory is that of the process that took it all in. Then a fresh process starts.")
	p("A commit is fsynced, and visible to the next call, before it is answered.\n")
	p(howMeasured, r.options.rounds, r.options.round, r.options.conns)
}

func (s size) write(w io.Writer) {
	p := func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }
	p("## `/v1/resolve`, %s agents\n", thousands(s.agents))
	p("%s questions were first answered alike by callas and `opa run`; %.0f %% of those calls went out as a service.\n",
		thousands(s.compared), 100*s.asService)
	p("| server | requests/s | p50 | p99 | server CPU a request | memory | requests/s, opa run = 1 | CPU, bare gin = 1 |")
	p("|---|---:|---:|---:|---:|---:|---:|---:|")
	floor, opa := s.named(floorName).median(), s.named(opaName).median()
	for _, c := range s.contestants {
		m := c.median()
		p("| %s | %s | %s | %s | %.1f µs | %d MB | %.2f | %.1f |", c.name, thousands(int(m.perSecond)),
			micros(m.p50), micros(m.p99), us(m.cpu), c.rss>>20, m.perSecond/opa.perSecond, us(m.cpu)/us(floor.cpu))
	}
	p("")
}

func (s size) named(name string) *contestant {
	i := slices.IndexFunc(s.contestants, func(c *contestant) bool { return c.name == name })
	return s.contestants[i]
}

const howMeasured = `## How it is measured

- **callas** is the built binary, ` + "`callas serve`" + ` with its defaults over a fresh data directory, loaded with ` + "`callas import`" + ` and
  started afresh.
- **bare gin** decodes the question with ` + "`encoding/json`" + ` and answers constant bytes: the floor for any JSON service on gin.
- **asked again** and **asked for the first time**: callas remembers a decision until a row that it was made from changes.
  Asked again are 8,000 questions that all servers get in turn, over and over. For the first time means one call each by agents
  that have not called since callas started, so that each is worked out by the policy; a company of 1,000 has too few to measure.
- **opa run** is ` + "`opa run --server`" + ` of the OPA version in go.mod, over callas' own policies and policy data with the same
  company in OPA's memory, asked at ` + "`POST /v1/data/callas/resolve/decision`" + `, access log off; once with default settings
  and once with ` + "`--optimize-store-for-read-speed`" + `. It is asked with the target already classified and agents by id; callas
  also does what a platform needs around that: it reads the target as dialled, finds agents by alias, holds a deadline, counts,
  identifies and records each decision on disk. OPA works every question out, again or not.
- Each server gets a turn a round, forwards then backwards (A B C, C B A, ...): %d rounds of at most %s, %d kept HTTP/1.1
  connections on loopback, each asking its next question when the last is answered. Every figure is the median of the rounds.
- Questions go round all agents; eight in ten go to a British phone number, the rest abroad, to partners' SIP accounts
  and to colleagues.
- Server CPU is user and system time of the server's process alone, from /proc/<pid>/stat.
- Memory is the process' resident memory after the last round.

To run it again: ` + "`make bench`" + `, or ` + "`make bench ARGS=-short`" + ` for a look. It needs Linux and Go, listens on loopback only and
ends what it started.`

func micros(d time.Duration) string {
	if d >= 10*time.Millisecond {
		return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
	}
	return fmt.Sprintf("%d µs", d.Microseconds())
}

func us(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// thousands writes 100000 as 100,000.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}
