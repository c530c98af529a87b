package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"callas/tests/bench/company"
)

// slowPace is how many calls a second come meanwhile: 18 million an hour, of which two
// cores have time left for a bulk edit.
const slowPace = 5_000

// changesASecond is what supervisors of 100,000 agents do at their busiest, and more.
const changesASecond = 100

// disturbed is the table of calls while settings change and, in each turn, a bulk edit
// lands. Bare gin gets the same changes and answers them with constant bytes, so that
// the client's part is the same for both.
func (b *bench) disturbed(ctx context.Context, l *lineup) error {
	gin := l.named("gin")
	if l.callas == nil || gin == nil {
		return nil
	}
	t := b.newTable(l, b.conns[0], "TCP")
	t.title, t.kind, t.main = fmt.Sprintf("%s calls a second while settings change, %s", thousands(slowPace), t.title), "disturbed", true
	unit, first := company.SiteUnit(0), company.Site // others than those of the bulk edit are changed one by one
	if l.firm.Agents > company.Region {
		unit, first = company.RegionUnit(0), company.Region
	}
	var landed []*landing
	for _, c := range []*contestant{gin, &l.callas.contestant} {
		w := newWriter(l.firm, c.edit, c.token, changesASecond, first)
		bulk := &landing{after: b.disturbedFor.round / 3, unit: unit, writer: w}
		n := plain(c)
		n.rate = slowPace
		if c.key == "callas" {
			bulk.callas, n.before = l.callas, bulk.plan
			landed = append(landed, bulk)
		} else {
			bulk.url = "http://" + c.addr + "/v1/agents/bulk"
		}
		n.during = bulk.run
		t.lines = append(t.lines, n)
	}
	if err := b.play(ctx, t, b.disturbedFor); err != nil {
		return err
	}
	for _, bulk := range landed {
		t.notes = append(t.notes, bulk.String())
	}
	return nil
}

// A landing is a bulk edit that is applied during a turn, while a writer changes others.
type landing struct {
	writer *writer
	unit   string
	after  time.Duration // since the turn's start
	url    string        // where it goes instead, unplanned
	callas *callasServer
	turns  int
	id     string // of the plan
	edited int
	took   []time.Duration
	forAll time.Duration // how long the turns were
}

// plan makes the plan that the next turn applies, before it starts.
func (d *landing) plan(ctx context.Context) error {
	verb := []string{"add", "remove"}[d.turns%2]
	d.turns++
	var plan struct {
		Plan    string `json:"plan"`
		Changed int    `json:"changed"`
	}
	err := d.callas.post(ctx, "/v1/agents/bulk", map[string]any{
		"filter": map[string]any{"unit": d.unit}, "set": map[string]any{"profiles": map[string]any{verb: []string{company.Campaign}}},
		"reason": "bench", "dry_run": true,
	}, &plan)
	d.id, d.edited = plan.Plan, plan.Changed
	return err
}

// run writes until ctx ends, and applies the plan on the way.
func (d *landing) run(ctx context.Context) error {
	var all sync.WaitGroup
	var bulk error
	all.Go(func() {
		select {
		case <-ctx.Done():
		case <-time.After(d.after):
			bulk = d.apply(context.WithoutCancel(ctx))
		}
	})
	began := time.Now()
	err := d.writer.run(ctx)
	d.forAll += time.Since(began)
	all.Wait()
	if err != nil {
		return err
	}
	return bulk
}

func (d *landing) apply(ctx context.Context) error {
	body := map[string]any{"plan": d.id, "reason": "bench"}
	if d.callas == nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		return d.writer.send(http.MethodPost, d.url, "application/json", string(text))
	}
	began := time.Now()
	err := d.callas.post(ctx, "/v1/agents/bulk", body, &struct{}{})
	d.took = append(d.took, time.Since(began))
	return err
}

func (d *landing) String() string {
	slices.Sort(d.took)
	slices.Sort(d.writer.took)
	n := len(d.writer.took)
	if n == 0 || len(d.took) == 0 {
		return "Nothing was changed."
	}
	asked := int(changesASecond * d.forAll.Seconds())
	return fmt.Sprintf("In callas' turns %s settings were to change, %d a second; %s did, half of them answered within %s and 99 %% within %s, each on disk. "+
		"In every turn a bulk edit of %s agents landed, planned before it, in %s.", thousands(asked), changesASecond, thousands(n),
		micros(d.writer.took[n/2]), micros(d.writer.took[n*99/100]), thousands(d.edited), d.took[len(d.took)/2].Round(time.Millisecond))
}
