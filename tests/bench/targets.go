package main

import (
	"fmt"
	"io"
	"time"
)

// A target is what the project promises of a run on two cores, and what came of it.
type target struct {
	of       string
	want     float64
	measured float64
	known    bool
	atLeast  bool   // else at most
	unit     string // after the figures
}

// targets holds the run against what was promised.
func (r *report) targets() []target {
	var out []target
	put := func(of string, want float64, unit string, figure func() (float64, bool)) *target {
		t := target{of: of, want: want, unit: unit}
		t.measured, t.known = figure()
		out = append(out, t)
		return &out[len(out)-1]
	}
	// over is a figure of one line of the main company as a multiple of another's.
	over := func(kind, line, other string, f func(round) float64) func() (float64, bool) {
		return func() (float64, bool) {
			for _, t := range r.tables {
				a, b := t.titled(line), t.titled(other)
				if t.kind == kind && t.main && a != nil && b != nil {
					return f(a.median()) / f(b.median()), true
				}
			}
			return 0, false
		}
	}
	cpu := func(m round) float64 { return us(m.cpu) }
	p99 := func(m round) float64 { return us(m.p99) }
	rate := func(m round) float64 { return m.perSecond }

	put("server CPU a call asked again, bare gin's = 1", 1.25, "", over("paced", callasName, ginName, cpu))
	put("the same, both asked as fast as they answer", 1.25, "", over("first", callasName, ginName, cpu))
	put("the engine's part of it, in process", 0.3, " µs", r.process.figure(hitTime, 1e-3))
	put("its allocations", 0, "", r.process.figure(hitAllocs, 1))
	put("a call worked out by the policy, in process", 25, " µs", r.process.figure(missTime, 1e-3))
	put("server CPU, `opa run`'s = 1", 0.2, "", over("first", callasName, opaName, cpu))
	put("requests/s, `opa run`'s = 1", 3.3, "", over("first", callasName, opaName, rate)).atLeast = true
	put("requests/s, Cerbos' = 1", 15, "", over("first", callasName, cerbos.name, rate)).atLeast = true
	put("requests/s, OpenFGA's with its check cache on = 1", 8, "", over("first", callasName, openFGAName, rate)).atLeast = true
	put("p99, bare gin's = 1", 1.5, "", over("paced", callasName, ginName, p99))
	put("the same, both asked as fast as they answer", 1.5, "", over("first", callasName, ginName, p99))
	put("p99 while settings change and a bulk edit lands, bare gin's = 1", 1.5, "", over("disturbed", callasName, ginName, p99))
	put("p50 with the most agents, with the fewest = 1", 1.1, "", r.grown(r.options.conns[0]))
	put("the same at one connection, where no question waits for another", 1.1, "", r.grown(1))
	put("CPU of the record, server CPU a call = 100", 10, " %", r.recording)
	put("memory of 100,000 agents, idle", 150, " MB", r.idle(100_000))
	put("memory of 1,000,000 agents, idle", 1200, " MB", r.idle(1_000_000))
	put("start with 1,000,000 agents", 10, " s", func() (float64, bool) {
		g := r.grew(1_000_000)
		return g.start.Seconds(), g.agents > 0
	})
	return out
}

// grown is how the latency of a call grows with the number of agents.
func (r *report) grown(conns int) func() (float64, bool) {
	return func() (float64, bool) {
		for _, t := range r.tables {
			if t.kind != "growth" || t.conns != conns {
				continue
			}
			p50 := func(g growing) time.Duration { return t.titled(sized(g.agents)).median().p50 }
			return us(p50(r.growing[len(r.growing)-1])) / us(p50(r.growing[0])), true
		}
		return 0, false
	}
}

// recording is the share of the record, chain and disk included, in a call's processor time.
func (r *report) recording() (float64, bool) {
	ns, known := r.process.figure(recordTime, 1)()
	for _, t := range r.tables {
		if l := t.titled(callasName); known && t.kind == "first" && t.main && l != nil {
			return 100 * ns / float64(l.median().cpu), true
		}
	}
	return 0, false
}

func (r *report) grew(agents int) (found growing) {
	for _, g := range r.growing {
		if g.agents == agents {
			found = g
		}
	}
	return found
}

func (r *report) idle(agents int) func() (float64, bool) {
	return func() (float64, bool) {
		g := r.grew(agents)
		return float64(g.idle >> 20), g.agents > 0
	}
}

// figure is one of the figures, in another unit.
func (p inProcess) figure(name string, scale float64) func() (float64, bool) {
	return func() (float64, bool) {
		v, ok := p[name]
		return v * scale, ok
	}
}

// met tells in a word what came of it.
func (t target) met() string {
	switch {
	case !t.known:
		return "not measured"
	case t.atLeast == (t.measured >= t.want) || t.measured == t.want:
		return "met"
	}
	return "**not met**"
}

func writeTargets(w io.Writer, all []target) {
	fmt.Fprint(w, "## Targets\n\n| | target | measured | |\n|---|---:|---:|---|\n")
	for _, t := range all {
		bound, measured := "at most", "-"
		if t.atLeast {
			bound = "at least"
		}
		if t.known {
			measured = fmt.Sprintf("%.3g%s", t.measured, t.unit)
		}
		fmt.Fprintf(w, "| %s | %s %g%s | %s | %s |\n", t.of, bound, t.want, t.unit, measured, t.met())
	}
	fmt.Fprintln(w)
}
