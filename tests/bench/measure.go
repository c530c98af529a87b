package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"callas/tests/bench/company"
	"callas/tests/bench/load"
)

// again is how many questions come again and again; the rest of the company's
// is asked once, where there are enough of them to tell.
const (
	again   = 8_000
	telling = 50_000
	mostNew = 300_000
)

// A contestant is one server and how it is asked.
type contestant struct {
	key, name string
	addr      string // host:port
	socket    string // path; empty: it has none
	*child
	*dialect
	edit  edit           // how it is told a change; nil: it has nothing to change
	token string         // for that
	ask   load.Questions // those that come again and again
	rss   int64          // bytes, after the first table
}

// A dialect is how a kind of server wants to be asked.
type dialect struct {
	path string
	body func(company.Call) ([]byte, error)
	read func([]byte) (verdict, error) // nil: its answer means nothing
	only bool                          // it tells as whom and nothing else
}

// questions writes calls out in the dialect.
func (d *dialect) questions(calls []company.Call) (q load.Questions, err error) {
	for _, call := range calls {
		body, err := d.body(call)
		if err != nil {
			return q, err
		}
		q.Requests = append(q.Requests, load.Request("POST", d.path, body))
	}
	return q, nil
}

// A line of a table is one contestant in one situation.
type line struct {
	*contestant
	title string
	at    string // address asked
	ask   load.Questions
	once  bool // it is never asked the same twice: its questions are divided among the rounds
	rate  int  // questions a second; zero: as many as it answers
	on    bool // a round goes on where the last one stopped
	next  int

	before func(context.Context) error // is done before a turn
	during func(context.Context) error // goes on beside a turn, until its context ends

	rounds []round
}

// A round is what one contestant did in one turn.
type round struct {
	perSecond   float64
	p50, p99    time.Duration
	cpu, client time.Duration // a request: of the server, of the client
}

// A table is lines that were measured together.
type table struct {
	title  string
	notes  []string
	agents int
	conns  int
	kind   string // first, paced, conns, socket, day, disturbed, growth
	main   bool   // of the company that the targets are held against
	lines  []*line
}

// plain is a line that asks again and again over TCP.
func plain(c *contestant) *line { return &line{contestant: c, title: c.name, at: c.addr, ask: c.ask} }

// play gives each line a turn a round, in order and then backwards.
func (t *table) play(ctx context.Context, s span) error {
	for n := range s.rounds {
		turn := slices.Clone(t.lines)
		if n%2 == 1 {
			slices.Reverse(turn)
		}
		for _, l := range turn {
			if err := ctx.Err(); err != nil {
				return err
			}
			r, err := l.turn(ctx, n, s, t.conns)
			if err != nil {
				return fmt.Errorf("%s: %w\n%s", l.title, err, l.tail())
			}
			l.rounds = append(l.rounds, r)
			tell("%s, round %d: %-36s %7.0f/s  p50 %6s  p99 %6s  CPU %6s  client %5s", t.title, n+1, l.title,
				r.perSecond, r.p50.Round(time.Microsecond), r.p99.Round(10*time.Microsecond),
				r.cpu.Round(100*time.Nanosecond), r.client.Round(100*time.Nanosecond))
		}
	}
	return nil
}

// turn is the n-th turn.
func (l *line) turn(ctx context.Context, n int, s span, conns int) (round, error) {
	ask, plan := l.ask, load.Plan{Conns: conns, For: s.round, Once: l.once, Rate: l.rate}
	if l.once {
		ask.Requests = ask.Requests[n*len(ask.Requests)/s.rounds : (n+1)*len(ask.Requests)/s.rounds]
	}
	if l.on {
		plan.From = l.next
	}
	if l.before != nil {
		if err := l.before(ctx); err != nil {
			return round{}, err
		}
	}
	beside := make(chan error, 1)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if l.during == nil {
		beside <- nil
	} else {
		go func() { beside <- l.during(ctx) }()
	}
	used, err := l.cpu()
	if err != nil {
		return round{}, err
	}
	got, err := load.Run(l.at, ask, plan)
	if err != nil {
		return round{}, err
	}
	after, err := l.cpu()
	if err != nil {
		return round{}, err
	}
	stop()
	if err := <-beside; err != nil {
		return round{}, err
	}
	l.next = got.Next
	each := func(d time.Duration) time.Duration { return d / time.Duration(max(got.Requests, 1)) }
	return round{
		perSecond: got.PerSecond(), p50: got.Latencies.Percentile(50), p99: got.Latencies.Percentile(99),
		cpu: each(after - used), client: each(got.CPU),
	}, nil
}

// median is the round as it would be with every figure the middle one.
func (l *line) median() round {
	return round{
		perSecond: middle(l.rounds, func(r round) float64 { return r.perSecond }),
		p50:       middle(l.rounds, func(r round) time.Duration { return r.p50 }),
		p99:       middle(l.rounds, func(r round) time.Duration { return r.p99 }),
		cpu:       middle(l.rounds, func(r round) time.Duration { return r.cpu }),
		client:    middle(l.rounds, func(r round) time.Duration { return r.client }),
	}
}

// middle is the median of a figure: of an even number of rounds the mean of the two.
func middle[T float64 | time.Duration](rounds []round, figure func(round) T) T {
	all := make([]T, len(rounds))
	for i, r := range rounds {
		all[i] = figure(r)
	}
	slices.Sort(all)
	return (all[(len(all)-1)/2] + all[len(all)/2]) / 2
}
