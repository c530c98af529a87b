package main

import (
	"context"
	"fmt"
	"path/filepath"
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
)

// A contestant is one server and how it is asked.
type contestant struct {
	name string
	addr string
	path string
	*child
	body func(company.Call) ([]byte, error)
	read func([]byte) (verdict, error) // nil: its answer means nothing
	once bool                          // it is never asked the same twice

	requests [][]byte
	rounds   []round
	rss      int64 // bytes, loaded and after all rounds
}

// A round is what one contestant did in one turn.
type round struct {
	perSecond float64
	p50, p99  time.Duration
	cpu       time.Duration // of the server, a request
}

// A size is everything that was measured over a company of one size.
type size struct {
	agents      int
	contestants []*contestant
	compared    int     // questions that callas and opa answered alike
	asService   float64 // of those, the share that went out as a service
	changes     changes
}

// measure loads a company into every server, sees that callas and opa answer
// alike, and lets each answer in turn.
func measure(ctx context.Context, b binaries, agents int, opt options) (size, error) {
	firm := company.Company{Agents: agents}
	s := size{agents: agents}
	bundle := filepath.Join(b.dir, fmt.Sprintf("bundle-%d", agents))
	tell("%d agents: writing the company", agents)
	if err := writeBundle(b, bundle, firm); err != nil {
		return s, err
	}
	cs, ch, err := loaded(ctx, b, firm)
	if err != nil {
		return s, err
	}
	defer cs.stop()
	s.changes = ch
	floor, err := startFloor(ctx, b)
	if err != nil {
		return s, err
	}
	defer floor.stop()
	s.contestants = append(s.contestants, floor, &cs.contestant)
	if agents >= telling {
		first := cs.contestant
		first.name, first.once = "callas, asked for the first time", true
		s.contestants = append(s.contestants, &first)
	}
	for _, fast := range []bool{false, true} {
		tell("%d agents: loading opa", agents)
		opa, err := startOPA(ctx, b, bundle, fast)
		if err != nil {
			return s, err
		}
		defer opa.stop()
		s.contestants = append(s.contestants, opa)
	}
	if err := s.prepare(firm); err != nil {
		return s, err
	}
	if err := s.compare(min(agents, 2_000)); err != nil {
		return s, err
	}
	if err := s.ask(ctx, opt); err != nil {
		return s, err
	}
	s.changes.failed = cs.bulk(ctx, firm, &s.changes)
	return s, nil
}

// prepare writes the questions out for each contestant. Those that are asked
// once go to nobody else.
func (s *size) prepare(firm company.Company) error {
	n := 0
	for call := range firm.Calls(max(firm.Agents, again)) {
		for _, c := range s.contestants {
			if c.once != (n >= again) {
				continue
			}
			body, err := c.body(call)
			if err != nil {
				return err
			}
			c.requests = append(c.requests, load.Request(c.addr, c.path, body))
		}
		n++
	}
	return nil
}

// ask gives each contestant a turn a round, in order and then backwards.
func (s *size) ask(ctx context.Context, opt options) error {
	for _, c := range s.contestants {
		if c.once {
			continue
		}
		tell("%d agents: %s warms up", s.agents, c.name)
		if _, err := load.Run(c.addr, c.requests, load.Plan{Conns: opt.conns, For: opt.warm, Once: true}); err != nil {
			return fmt.Errorf("%s: %w\n%s", c.name, err, c.tail())
		}
	}
	for n := range opt.rounds {
		turn := slices.Clone(s.contestants)
		if n%2 == 1 {
			slices.Reverse(turn)
		}
		for _, c := range turn {
			if err := ctx.Err(); err != nil {
				return err
			}
			r, err := c.turn(n, opt)
			if err != nil {
				return fmt.Errorf("%s: %w\n%s", c.name, err, c.tail())
			}
			c.rounds = append(c.rounds, r)
			tell("%d agents, round %d: %-32s %7.0f/s  p50 %6s  p99 %6s  CPU %6s", s.agents, n+1, c.name,
				r.perSecond, r.p50.Round(time.Microsecond), r.p99.Round(10*time.Microsecond), r.cpu.Round(100*time.Nanosecond))
		}
	}
	for _, c := range s.contestants {
		var err error
		if c.rss, err = c.memory(); err != nil {
			return err
		}
	}
	return nil
}

// turn is the n-th turn; what is asked once is divided among the rounds.
func (c *contestant) turn(n int, opt options) (round, error) {
	requests := c.requests
	if c.once {
		requests = requests[n*len(requests)/opt.rounds : (n+1)*len(requests)/opt.rounds]
	}
	before, err := c.cpu()
	if err != nil {
		return round{}, err
	}
	got, err := load.Run(c.addr, requests, load.Plan{Conns: opt.conns, For: opt.round, Once: c.once})
	if err != nil {
		return round{}, err
	}
	after, err := c.cpu()
	if err != nil {
		return round{}, err
	}
	return round{
		perSecond: got.PerSecond(), p50: got.Percentile(50), p99: got.Percentile(99),
		cpu: (after - before) / time.Duration(max(got.Requests, 1)),
	}, nil
}

// median is the round as it would be with every figure the middle one.
func (c *contestant) median() round {
	return round{
		perSecond: middle(c.rounds, func(r round) float64 { return r.perSecond }),
		p50:       middle(c.rounds, func(r round) time.Duration { return r.p50 }),
		p99:       middle(c.rounds, func(r round) time.Duration { return r.p99 }),
		cpu:       middle(c.rounds, func(r round) time.Duration { return r.cpu }),
	}
}

func middle[T float64 | time.Duration](rounds []round, figure func(round) T) T {
	all := make([]T, len(rounds))
	for i, r := range rounds {
		all[i] = figure(r)
	}
	slices.Sort(all)
	return all[len(all)/2]
}
