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

// A contestant is one server and how it is asked.
type contestant struct {
	name string
	addr string
	path string
	*child
	body func(company.Call) ([]byte, error)
	read func([]byte) (verdict, error) // nil: its answer means nothing

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
	defer func() {
		for _, c := range s.contestants {
			c.stop()
		}
	}()

	cs, err := startCallas(ctx, b, filepath.Join(b.dir, fmt.Sprintf("data-%d", agents)))
	if err != nil {
		return s, err
	}
	s.contestants = append(s.contestants, &cs.contestant)
	if s.changes, err = cs.load(ctx, b.dir, firm); err != nil {
		return s, err
	}
	floor, err := startFloor(ctx, b)
	if err != nil {
		return s, err
	}
	s.contestants = append(s.contestants, floor)
	for _, fast := range []bool{false, true} {
		tell("%d agents: loading opa", agents)
		opa, err := startOPA(ctx, b, bundle, fast)
		if err != nil {
			return s, err
		}
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

// prepare writes every question out, once for each contestant, each by another agent.
func (s *size) prepare(firm company.Company) error {
	for call := range firm.Calls(max(firm.Agents, 10_000)) {
		for _, c := range s.contestants {
			body, err := c.body(call)
			if err != nil {
				return err
			}
			c.requests = append(c.requests, load.Request(c.addr, c.path, body))
		}
	}
	return nil
}

// ask gives each contestant a turn a round, in order and then backwards.
func (s *size) ask(ctx context.Context, opt options) error {
	for _, c := range s.contestants {
		if _, err := load.Run(c.addr, c.requests, 0, opt.conns, opt.round/2); err != nil {
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
			tell("%d agents, round %d: %-26s %7.0f/s  p50 %6s  p99 %6s  CPU %6s", s.agents, n+1, c.name,
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

func (c *contestant) turn(n int, opt options) (round, error) {
	before, err := c.cpu()
	if err != nil {
		return round{}, err
	}
	got, err := load.Run(c.addr, c.requests, n*len(c.requests)/opt.rounds, opt.conns, opt.round)
	if err != nil {
		return round{}, err
	}
	after, err := c.cpu()
	if err != nil {
		return round{}, err
	}
	return round{
		perSecond: got.PerSecond(), p50: got.Percentile(50), p99: got.Percentile(99),
		cpu: (after - before) / time.Duration(got.Requests),
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
