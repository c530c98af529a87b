package main

import (
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
)

// inProcess are the figures of Go benchmarks that the targets name, by benchmark and
// unit: the least of some runs, in nanoseconds or as they come.
type inProcess map[string]float64

const (
	hitTime    = "BenchmarkRemembered/as_service ns/op"
	hitAllocs  = "BenchmarkRemembered/as_service allocs/op"
	missTime   = "BenchmarkJudged/as_service ns/op"
	recordTime = "BenchmarkAppend all-ns/op"
)

// benchmarks runs them.
func (b *bench) benchmarks(ctx context.Context) error {
	b.report.process = inProcess{}
	for _, of := range []struct{ pkg, name string }{
		{"./engine", "^Benchmark(Remembered|Judged)$"}, {"./decisionlog", "^BenchmarkAppend$"},
	} {
		tell("benchmarks of %s", of.pkg)
		cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", of.name, "-benchmem", "-count", "3", "-benchtime", "500ms", of.pkg)
		cmd.Dir = b.root
		out, err := cmd.CombinedOutput()
		if err != nil {
			return fmt.Errorf("go test -bench in %s: %w\n%s", of.pkg, err, out)
		}
		b.report.process.read(string(out))
	}
	return nil
}

// read takes lines of the shape
//
//	BenchmarkRemembered/as_service-2   9123456   120.5 ns/op   0 B/op   0 allocs/op
func (p inProcess) read(out string) {
	for line := range strings.Lines(out) {
		words := strings.Fields(line)
		if len(words) < 4 || !strings.HasPrefix(words[0], "Benchmark") {
			continue
		}
		name := words[0]
		if dash := strings.LastIndexByte(name, '-'); dash > 0 {
			name = name[:dash]
		}
		for i := 2; i+1 < len(words); i += 2 {
			v, err := strconv.ParseFloat(words[i], 64)
			if err != nil {
				break
			}
			key := name + " " + words[i+1]
			if have, ok := p[key]; !ok || v < have {
				p[key] = v
			}
		}
	}
}
