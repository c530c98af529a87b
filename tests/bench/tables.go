package main

import (
	"context"
	"fmt"
	"slices"

	"callas/tests/bench/load"
)

// warmUp asks everyone every question once, or as many as there is time for.
func (b *bench) warmUp(_ context.Context, l *lineup) error {
	for _, c := range l.all {
		tell("%d agents: %s warms up", l.firm.Agents, c.name)
		if _, err := load.Run(c.addr, c.ask, load.Plan{Conns: b.conns[0], For: b.warm, Once: true}); err != nil {
			return fmt.Errorf("%s: %w\n%s", c.name, err, c.tail())
		}
	}
	return nil
}

// first is the table of everyone, at the first number of connections.
func (b *bench) first(ctx context.Context, l *lineup, last bool) (*table, error) {
	t := b.newTable(l, b.conns[0], "TCP")
	t.kind, t.main = "first", last
	for _, c := range l.all {
		if c.key != "callas" || b.wants("callas") {
			t.lines = append(t.lines, plain(c))
		}
		if c.key == "callas" && b.wants("miss") && l.firm.Agents >= telling {
			ask, err := c.questions(l.fresh)
			if err != nil {
				return nil, err
			}
			t.lines = append(t.lines, &line{contestant: c, title: missName, at: c.addr, ask: ask, once: true})
		}
	}
	s := b.side
	if last {
		s = b.full
	}
	if err := b.play(ctx, t, s); err != nil {
		return nil, err
	}
	for _, c := range l.all {
		var err error
		if c.rss, err = c.memory(); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// pace is how many calls a second everyone is asked about who can: a fifth of what bare
// gin answers on two cores at most, and more than any installation is known to set up.
const pace = 15_000

// paced is the table of calls that come when they come, however quick the server is. Asked
// as fast as it answers, a quick one finds its client awake and a slower one has to wake
// it for every answer, so that their costs are not of the same thing; and on two cores
// every latency is then that of waiting for a core.
func (b *bench) paced(ctx context.Context, l *lineup) error {
	t := b.newTable(l, b.conns[0], "TCP")
	t.title, t.kind, t.main = fmt.Sprintf("%s calls a second, %s", thousands(pace), t.title), "paced", true
	for _, c := range l.all {
		if slices.Contains([]string{"gin", "fasthttp", "callas"}, c.key) {
			n := plain(c)
			n.rate = pace
			t.lines = append(t.lines, n)
		}
	}
	return b.play(ctx, t, b.full)
}

// further are the tables at one pace, of other numbers of connections, and of unix sockets.
func (b *bench) further(ctx context.Context, l *lineup) error {
	if err := b.paced(ctx, l); err != nil {
		return err
	}
	for _, conns := range b.conns[1:] {
		t := b.newTable(l, conns, "TCP")
		for _, c := range l.all {
			t.lines = append(t.lines, plain(c))
		}
		if err := b.play(ctx, t, b.side); err != nil {
			return err
		}
	}
	for _, conns := range b.conns {
		t := b.newTable(l, conns, "a unix socket")
		for _, c := range l.all {
			if c.socket != "" {
				t.lines = append(t.lines, &line{contestant: c, title: c.name, at: c.socket, ask: c.ask})
			}
		}
		if err := b.play(ctx, t, b.side); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) newTable(l *lineup, conns int, over string) *table {
	return &table{
		title:  fmt.Sprintf("%s agents, %s over %s", thousands(l.firm.Agents), connections(conns), over),
		agents: l.firm.Agents, conns: conns,
	}
}

// play measures a table for the report. One that nobody is in is left out.
func (b *bench) play(ctx context.Context, t *table, s span) error {
	if len(t.lines) == 0 {
		return nil
	}
	b.report.tables = append(b.report.tables, t)
	return t.play(ctx, s)
}

func connections(n int) string {
	if n == 1 {
		return "1 connection"
	}
	return fmt.Sprintf("%d connections", n)
}
