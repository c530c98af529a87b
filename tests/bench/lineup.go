package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"callas/tests/bench/company"
)

// A lineup is every contestant with one company, and what was measured of them.
type lineup struct {
	firm    company.Company
	all     []*contestant
	callas  *callasServer // nil: not wanted
	changes *changes
	fresh   []company.Call // one each by agents that do not call again and again
}

// whole loads a company into every server, sees that they answer alike, and
// measures them. The last company is measured in every situation.
func (b *bench) whole(ctx context.Context, agents int, last bool) error {
	l := &lineup{firm: company.Company{Agents: agents}}
	defer l.stop()
	if err := b.assemble(ctx, l); err != nil {
		return err
	}
	if err := l.prepare(); err != nil {
		return err
	}
	agreed, err := l.compare(min(agents, 2_000))
	if err != nil {
		return err
	}
	if err := b.warmUp(ctx, l); err != nil {
		return err
	}
	t, err := b.first(ctx, l, last)
	if err != nil {
		return err
	}
	t.notes = append(t.notes, agreed)
	if last {
		for _, more := range []func(context.Context, *lineup) error{b.further, b.mixture, b.disturbed} {
			if err := more(ctx, l); err != nil {
				return err
			}
		}
	}
	if l.callas == nil {
		return nil
	}
	b.report.changes = append(b.report.changes, l.changes)
	return l.callas.bulk(ctx, l.firm, l.changes)
}

// assemble starts who is wanted. Of callas' own and the floors nothing may be
// missing; another that cannot be had is told and left out.
func (b *bench) assemble(ctx context.Context, l *lineup) error {
	add := func(c *contestant, err error) error {
		if err == nil {
			l.all = append(l.all, c)
		}
		return err
	}
	for _, floor := range []struct{ key, name, bin string }{{"gin", ginName, b.gin}, {"fasthttp", "fasthttp, constant answer", b.fast}} {
		if !b.wants(floor.key) {
			continue
		}
		if err := add(b.startFloor(ctx, floor.key, floor.name, floor.bin)); err != nil {
			return err
		}
	}
	if b.wants("callas", "miss", "unremembered") {
		if err := b.loadCallas(ctx, l, add); err != nil {
			return err
		}
	}
	if b.wants("opa", "opa-reads") {
		if err := b.loadOPA(ctx, l, add); err != nil {
			return err
		}
	}
	if !b.wants("cerbos", "openfga") {
		return nil
	}
	f := factsOf(l.firm)
	for _, p := range []struct {
		peer
		key   string
		start func() (*contestant, error)
	}{
		{cerbos, "cerbos", func() (*contestant, error) { return b.startCerbos(ctx, f) }},
		{openFGA, "openfga", func() (*contestant, error) { return b.startOpenFGA(ctx, f, l.firm) }},
	} {
		if !b.wants(p.key) {
			continue
		}
		tell("%d agents: loading %s", l.firm.Agents, p.name)
		c, err := p.start()
		if err != nil {
			b.cannot(p.name+" "+p.version, err)
			continue
		}
		_ = add(c, nil)
	}
	return nil
}

// loadCallas imports the company and serves it afresh, twice where callas is also
// measured without remembering.
func (b *bench) loadCallas(ctx context.Context, l *lineup, add func(*contestant, error) error) error {
	data, token, ch, err := b.imported(ctx, l.firm)
	if err != nil {
		return err
	}
	l.changes = ch
	twin := data + "-unremembered"
	if b.wants("unremembered") {
		if err := os.CopyFS(twin, os.DirFS(data)); err != nil {
			return err
		}
	}
	if b.wants("callas", "miss") {
		if l.callas, err = b.freshly(ctx, data, token, ch); err != nil {
			return err
		}
		if err := add(&l.callas.contestant, nil); err != nil {
			return err
		}
	}
	if b.wants("unremembered") {
		s, err := b.startCallas(ctx, "unremembered", twin, token, "--remember", "0")
		if err != nil {
			b.cannot("callas without remembering", err)
			return nil
		}
		s.name = "callas, nothing remembered"
		return add(&s.contestant, nil)
	}
	return nil
}

func (b *bench) loadOPA(ctx context.Context, l *lineup, add func(*contestant, error) error) error {
	bundle := filepath.Join(b.dir, fmt.Sprintf("bundle-%d", l.firm.Agents))
	if err := writeBundle(b.root, bundle, l.firm); err != nil {
		return err
	}
	for _, key := range []string{"opa", "opa-reads"} {
		if !b.wants(key) {
			continue
		}
		tell("%d agents: loading %s", l.firm.Agents, key)
		if err := add(b.startOPA(ctx, key, bundle)); err != nil {
			return err
		}
	}
	return nil
}

// prepare writes the questions out for each contestant.
func (l *lineup) prepare() (err error) {
	var calls []company.Call
	calls, l.fresh = drawn(l.firm)
	for _, c := range l.all {
		if c.ask, err = c.questions(calls); err != nil {
			return err
		}
	}
	return nil
}

func (l *lineup) named(key string) *contestant {
	i := slices.IndexFunc(l.all, func(c *contestant) bool { return c.key == key })
	if i < 0 {
		return nil
	}
	return l.all[i]
}

func (l *lineup) stop() {
	for _, c := range l.all {
		c.stop()
	}
}
