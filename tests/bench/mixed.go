package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"callas/tests/bench/load"
)

// dayCalls is how many calls a day is drawn with: about as many as the fastest server
// answers in all its turns.
const dayCalls = 1_000_000

// aMinute is the share of the settings, an agent's and a session each, that change in a minute.
const aMinute = 0.01

// mixture is the table of a working day: calls in the order of a day, while settings
// change. A server goes on in the day where its last turn ended; the first minutes of the
// morning are not measured.
func (b *bench) mixture(ctx context.Context, l *lineup) error {
	t := b.newTable(l, b.conns[0], "TCP")
	t.title, t.kind = "A working day, "+t.title, "day"
	rate := aMinute / 60 * 2 * float64(l.firm.Agents)
	day := l.firm.Day(dayCalls)
	tell("%s: writing the calls", t.title)
	written := map[string]load.Questions{} // by path
	for _, c := range l.all {
		if c.key == "opa-reads" || c.key == "fasthttp" {
			continue
		}
		ask, ok := written[c.path]
		if !ok {
			var err error
			if ask, err = c.questions(day.Calls); err != nil {
				return err
			}
			ask.Order = day.Order
			written[c.path] = ask
		}
		n := &line{contestant: c, title: c.name, at: c.addr, ask: ask, on: true}
		if c.edit != nil {
			n.during = newWriter(l.firm, c.edit, c.token, rate, 0).run
		}
		t.lines = append(t.lines, n)
	}
	t.notes = append(t.notes, fmt.Sprintf("Calls in the order of a day, as fast as each server answers and from %s into it, while %.1f settings change a second: 1 %% of them a minute.", b.morning, rate))
	for _, n := range t.lines {
		tell("%s: the morning of %s", t.title, n.title)
		got, err := load.Run(n.at, n.ask, load.Plan{Conns: t.conns, For: b.morning})
		if err != nil {
			return fmt.Errorf("%s: %w\n%s", n.title, err, n.tail())
		}
		n.next = got.Next
	}
	if l.callas == nil {
		return b.play(ctx, t, b.day)
	}
	hits, misses, err := remembered(l.callas.addr)
	if err != nil {
		return err
	}
	if err := b.play(ctx, t, b.day); err != nil {
		return err
	}
	h, m, err := remembered(l.callas.addr)
	if err != nil {
		return err
	}
	t.notes = append(t.notes, fmt.Sprintf("callas remembered the answer to %.1f %% of them.", 100*(h-hits)/max(1, h-hits+m-misses)))
	return nil
}

// remembered is how many decisions a callas has given from memory, and how many not.
func remembered(addr string) (hits, misses float64, err error) {
	resp, err := http.Get("http://" + addr + "/metrics")
	if err != nil {
		return 0, 0, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, 0, err
	}
	read := func(name string) (n float64) {
		lines := slices.Collect(strings.Lines(string(text)))
		i := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, name+" ") })
		if i < 0 {
			err = fmt.Errorf("%s/metrics has no %s", addr, name)
			return 0
		}
		if n, err = strconv.ParseFloat(strings.TrimSpace(lines[i][len(name):]), 64); err != nil {
			err = fmt.Errorf("%s/metrics: %w", addr, err)
		}
		return n
	}
	return read("callas_remembered_hits_total"), read("callas_remembered_misses_total"), err
}
