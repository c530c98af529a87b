package sqlstore_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"callas"
	"callas/source"
	"callas/source/sqlstore"

	"github.com/stretchr/testify/require"
)

func BenchmarkCommitOneAtATime(b *testing.B) {
	s := filled(b, 1_000)
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		_, err := s.Commit(b.Context(), edit(i%1_000, i))
		require.NoError(b, err)
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}

func BenchmarkCommit64AtOnce(b *testing.B) {
	s := filled(b, 1_000)
	var mu sync.Mutex
	var took []time.Duration
	start := time.Now()
	var wg sync.WaitGroup
	for w := range 64 {
		wg.Go(func() {
			for i := w; i < b.N; i += 64 {
				start := time.Now()
				if _, err := s.Commit(b.Context(), edit(i%1_000, i)); err != nil {
					b.Error(err)
				}
				mu.Lock()
				took = append(took, time.Since(start))
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
	b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "commits/s")
}

func BenchmarkBulkEdit10k(b *testing.B) {
	s := filled(b, 100_000)
	for i := 0; b.Loop(); i++ {
		var bulk source.Commit
		for n := range source.MaxWrites {
			bulk.Writes = append(bulk.Writes, edit(n, i).Writes...)
		}
		_, err := s.Commit(b.Context(), bulk)
		require.NoError(b, err)
	}
}

func BenchmarkSnapshot100k(b *testing.B) {
	s := filled(b, 100_000)
	for b.Loop() {
		rows := 0
		_, err := s.Snapshot(b.Context(), func(callas.Row) error { rows++; return nil })
		require.NoError(b, err)
		require.Greater(b, rows, 100_000)
	}
}

func BenchmarkImport100k(b *testing.B) {
	for b.Loop() {
		filled(b, 100_000)
	}
}

// filled is a store with n agents, imported as one series.
func filled(b *testing.B, n int) *sqlstore.Store {
	b.Helper()
	s := open(b, filepath.Join(b.TempDir(), "callas.db"))
	b.Cleanup(func() { s.Close() })
	var base source.Commit
	set := func(row callas.Row) {
		base.Writes = append(base.Writes, source.Write{Kind: row.Kind(), ID: row.Key(), Row: row})
	}
	for i := range 200 {
		set(&callas.Unit{ID: fmt.Sprint("unit-", i)})
	}
	for i := range 500 {
		set(&callas.Service{ID: fmt.Sprint("service-", i), Unit: fmt.Sprint("unit-", i%200)})
	}
	set(&callas.Profile{ID: "day"})
	set(&callas.Profile{ID: "off", OffDuty: true})
	series := []source.Commit{base}
	for from := 0; from < n; from += source.MaxWrites {
		var c source.Commit
		for i := from; i < min(n, from+source.MaxWrites); i++ {
			c.Writes = append(c.Writes, edit(i, -1).Writes...)
		}
		series = append(series, c)
	}
	_, err := s.CommitSeries(b.Context(), series)
	require.NoError(b, err)
	return s
}

// edit sets agent i, differently for every round.
func edit(i, round int) source.Commit {
	a := &callas.Agent{
		ID: fmt.Sprintf("agent-%06d", i), Name: fmt.Sprintf("Agent %d/%d", i, round), Unit: fmt.Sprint("unit-", i%200), Enabled: true,
		Aliases: []string{fmt.Sprintf("sip:agent-%06d@nordhang.example", i), fmt.Sprint(100_000 + i)}, Number: fmt.Sprintf("+4420%08d", i),
		URI: fmt.Sprintf("sip:agent-%06d@nordhang.example", i), Direction: callas.DirectionExternal, Profiles: []string{"day", "off"},
		Responsible: map[string][]string{"day": {fmt.Sprint("service-", i%500), fmt.Sprint("service-", (i+1)%500)}},
	}
	return source.Commit{Actor: "bench", Origin: "api", Writes: []source.Write{{Kind: callas.KindAgent, ID: a.ID, Row: a}}}
}
