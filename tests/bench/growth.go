package main

import (
	"context"
	"fmt"
	"time"

	"callas/tests/bench/company"
)

// growing is callas over a company of one size, before anyone has called.
type growing struct {
	agents int
	start  time.Duration // of a fresh serve, until it is ready
	idle   int64         // bytes that it holds then
}

// growth is the table of callas with companies of every size, all of them up at once
// and asked in turn beside bare gin.
func (b *bench) growth(ctx context.Context) error {
	l := &lineup{firm: company.Company{Agents: b.sizes[len(b.sizes)-1]}}
	defer l.stop()
	t := &table{title: fmt.Sprintf("Growth, %s over TCP", connections(b.conns[0])), kind: "growth", conns: b.conns[0]}
	if b.wants("gin") {
		floor, err := b.startFloor(ctx, "gin", ginName, b.gin)
		if err != nil {
			return err
		}
		l.all = append(l.all, floor)
		if err := t.add(floor, l.firm, false); err != nil {
			return err
		}
	}
	for _, agents := range b.sizes {
		c, err := b.grow(ctx, company.Company{Agents: agents})
		if err != nil {
			return fmt.Errorf("%d agents: %w", agents, err)
		}
		l.all = append(l.all, c)
		if err := t.add(c, company.Company{Agents: agents}, b.wants("miss")); err != nil {
			return err
		}
	}
	if err := b.warmUp(ctx, l); err != nil {
		return err
	}
	if err := b.play(ctx, t, b.full); err != nil || t.conns == 1 {
		return err
	}
	alone := &table{title: fmt.Sprintf("Growth, %s over TCP", connections(1)), kind: "growth", conns: 1}
	for _, n := range t.lines {
		if !n.once {
			alone.lines = append(alone.lines, plain(n.contestant))
		}
	}
	return b.play(ctx, alone, b.full)
}

// settling is how long a process is left alone before its memory is read: what a start
// leaves is given back within some seconds.
const settling = 8 * time.Second

// grow serves a company from the data directory that is kept of it.
func (b *bench) grow(ctx context.Context, firm company.Company) (*contestant, error) {
	data, token, err := b.filled(ctx, firm)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	s, err := b.startCallas(ctx, fmt.Sprint("callas-", firm.Agents), data, token)
	if err != nil {
		return nil, err
	}
	g := growing{agents: firm.Agents, start: time.Since(began)}
	s.name = sized(firm.Agents)
	time.Sleep(settling)
	if g.idle, err = s.memory(); err != nil {
		s.stop()
		return nil, err
	}
	tell("%s: started in %s with %d MB", s.name, g.start.Round(10*time.Millisecond), g.idle>>20)
	b.report.growing = append(b.report.growing, g)
	return &s.contestant, nil
}

// add is the line of a contestant that is asked again and again, and one of calls that
// come for the first time where those are wanted and enough to tell.
func (t *table) add(c *contestant, firm company.Company, miss bool) (err error) {
	calls, fresh := drawn(firm)
	if c.ask, err = c.questions(calls); err != nil {
		return err
	}
	t.lines = append(t.lines, plain(c))
	if !miss || firm.Agents < telling {
		return nil
	}
	ask, err := c.questions(fresh)
	t.lines = append(t.lines, &line{contestant: c, title: c.name + ", asked for the first time", at: c.addr, ask: ask, once: true})
	return err
}

// drawn are the calls that come again and again, and one each by agents that are not
// among those.
func drawn(firm company.Company) (calls, fresh []company.Call) {
	for call := range firm.Calls(max(again, min(firm.Agents, again+mostNew))) {
		if len(calls) < again {
			calls = append(calls, call)
		} else {
			fresh = append(fresh, call)
		}
	}
	return calls, fresh
}
