package main

import (
	_ "embed"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// report is one run of the bench, written as a page of docs.
type report struct {
	options options
	machine machine
	tables  []*table
	changes []*changes
	growing []growing
	process inProcess
	broken  []string
	took    time.Duration
}

//go:embed method.md
var method string

func (r *report) write(w io.Writer) {
	p := func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }
	p("# Benchmarks\n")
	p("One run of `make bench`, written by `make bench ARGS=\"-o docs/benchmarks.md\"`. It took %s.\n", r.took.Round(time.Second))
	p("Machine: %s.\n", r.machine)
	p("The client runs on the same cores as the server it asks: compare within a table, not with other machines.\n")
	for _, who := range r.broken {
		p("**Not measured: %s**\n", strings.TrimSpace(who))
	}
	writeTargets(w, r.targets())
	for _, t := range r.tables {
		t.write(w)
	}
	r.writeGrowing(w)
	r.writeChanges(w)
	s := r.options
	p(strings.TrimSpace(method), s.full.rounds, s.full.round, s.side.rounds, s.side.round)
}

func (t *table) write(w io.Writer) {
	p := func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }
	p("## %s\n", t.title)
	for _, note := range t.notes {
		p("%s\n", note)
	}
	columns := []string{"server", "requests/s", "p50", "p99", "server CPU a request", "client CPU"}
	opa, gin := t.titled(opaName), t.titled(ginName)
	if t.kind == "first" {
		columns = append(columns, "memory")
	}
	if opa != nil {
		columns = append(columns, "requests/s, opa run = 1")
	}
	if gin != nil {
		columns = append(columns, "CPU, bare gin = 1", "p99, bare gin = 1")
	}
	p("| %s |", strings.Join(columns, " | "))
	p("|---|%s", strings.Repeat("---:|", len(columns)-1))
	for _, l := range t.lines {
		m := l.median()
		cells := []string{l.title, thousands(int(m.perSecond)), micros(m.p50), micros(m.p99),
			fmt.Sprintf("%.1f µs", us(m.cpu)), fmt.Sprintf("%.1f µs", us(m.client))}
		if t.kind == "first" {
			cells = append(cells, fmt.Sprintf("%d MB", l.rss>>20))
		}
		if opa != nil {
			cells = append(cells, fmt.Sprintf("%.2f", m.perSecond/opa.median().perSecond))
		}
		if gin != nil {
			floor := gin.median()
			cells = append(cells, fmt.Sprintf("%.2f", us(m.cpu)/us(floor.cpu)), fmt.Sprintf("%.2f", us(m.p99)/us(floor.p99)))
		}
		p("| %s |", strings.Join(cells, " | "))
	}
	p("")
}

// titled is the line of a title; nil where nobody was asked so.
func (t *table) titled(title string) *line {
	i := slices.IndexFunc(t.lines, func(l *line) bool { return l.title == title })
	if i < 0 {
		return nil
	}
	return t.lines[i]
}

func (r *report) writeChanges(w io.Writer) {
	if len(r.changes) == 0 {
		return
	}
	p := func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }
	p("## Changes and starting\n")
	p("| agents | rows imported | `callas import` | memory after it | start | memory after it | bulk edit | its plan | its commit |")
	p("|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
	for _, c := range r.changes {
		edit := fmt.Sprintf("%s agents, %d changeset | %d ms | %d ms", thousands(c.edited), c.commits, c.plan.Milliseconds(), c.apply.Milliseconds())
		p("| %s | %s | %.1f s | %d MB | %.1f s | %d MB | %s |", thousands(c.agents), thousands(c.rows),
			c.load.Seconds(), c.peak>>20, c.start.Seconds(), c.idle>>20, edit)
	}
	p("")
	p("An import is the command from its start to its end: read, check, one atomic series of commits, visible to calls.")
	p("Every agent is then logged in; the memory is that of the process that took it all in. Then a fresh process starts.")
	p("A commit is fsynced, and visible to the next call, before it is answered.\n")
}

func (r *report) writeGrowing(w io.Writer) {
	if len(r.growing) == 0 {
		return
	}
	fmt.Fprint(w, "| agents, each with a session | start of a fresh process | its memory |\n|---:|---:|---:|\n")
	for _, g := range r.growing {
		fmt.Fprintf(w, "| %s | %.1f s | %d MB |\n", thousands(g.agents), g.start.Seconds(), g.idle>>20)
	}
	fmt.Fprintln(w)
}

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
