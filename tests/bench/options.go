package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A span is how long a table is measured: each line takes a turn a round.
type span struct {
	rounds int
	round  time.Duration // at most
}

// options are how much is measured.
type options struct {
	sizes []int // agents, ascending
	conns []int // kept connections; the first of them in full
	only  []string
	out   string
	limit time.Duration // of the run

	warm, morning     time.Duration // before the first table, and before the working day: at most
	full, side        span          // the first table of the largest company; its further ones, and other companies'
	day, disturbedFor span
}

// The contestants, as -only names them.
var contestants = []string{"gin", "fasthttp", "callas", "miss", "unremembered", "opa", "opa-reads", "cerbos", "openfga"}

// largest is the most agents that every contestant is given: beyond it callas alone is measured.
const largest = 200_000

func whole() options {
	return options{
		sizes: []int{1_000, 100_000, 1_000_000}, conns: []int{8, 1, 64}, only: contestants, limit: time.Hour, warm: 20 * time.Second, morning: 5 * time.Second,
		full: span{7, 2 * time.Second}, side: span{3, 2 * time.Second},
		day: span{4, 4 * time.Second}, disturbedFor: span{4, 6 * time.Second},
	}
}

// short is a look.
func short() options {
	o := whole()
	o.sizes, o.warm, o.morning = []int{1_000}, 10*time.Second, time.Second
	o.full, o.side = span{2, time.Second}, span{2, 500 * time.Millisecond}
	o.day, o.disturbedFor = span{2, time.Second}, span{2, 3 * time.Second}
	return o
}

func parse(args []string) (options, error) {
	flags := flag.NewFlagSet("bench", flag.ExitOnError)
	brief := flags.Bool("short", false, "a look: 1,000 agents, short rounds")
	sizes := flags.String("sizes", "", "agents, such as 1000,100000,1000000")
	conns := flags.String("conns", "", "connections, such as 8,1,64: the first are measured in full")
	only := flags.String("only", "", "contestants, of "+strings.Join(contestants, ","))
	out := flags.String("o", "", "also write the report to this file")
	_ = flags.Parse(args)
	opt := whole()
	if *brief {
		opt = short()
	}
	opt.out = *out
	var err error
	if *sizes != "" {
		if opt.sizes, err = numbers(*sizes, 500, 1_000_000); err != nil {
			return opt, fmt.Errorf("-sizes: %w", err)
		}
		slices.Sort(opt.sizes)
	}
	if *conns != "" {
		if opt.conns, err = numbers(*conns, 1, 1_000); err != nil {
			return opt, fmt.Errorf("-conns: %w", err)
		}
	}
	if *only != "" {
		opt.only = strings.Split(*only, ",")
	}
	for _, name := range opt.only {
		if !slices.Contains(contestants, name) {
			return opt, fmt.Errorf("-only: there is no contestant %q: want some of %s", name, strings.Join(contestants, ","))
		}
	}
	return opt, nil
}

func numbers(list string, least, most int) ([]int, error) {
	var out []int
	for word := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || n < least || n > most {
			return nil, fmt.Errorf("%q: want numbers from %d to %d, with commas between", word, least, most)
		}
		out = append(out, n)
	}
	return out, nil
}

// wants reports whether any of the contestants is to be measured.
func (o options) wants(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(o.only, n) })
}

// shared are the sizes that every contestant is given.
func (o options) shared() []int {
	return slices.DeleteFunc(slices.Clone(o.sizes), func(n int) bool { return n > largest })
}

// cache is the directory for what is built or loaded once and used by later runs.
func cache() (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(base, "callas-bench")
	return dir, os.MkdirAll(dir, 0o755)
}
