package decisionlog_test

import (
	"context"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/decisionlog"
)

// BenchmarkAppend is what a decision pays in its own goroutine, the writer running
// beside it, in groups of a thousand: 20,000 calls a second. caller-ns/op is the caller's
// processor time alone, which is the figure on a machine that does something else too. A
// dropped record would be cheaper: there must be none. all-ns/op adds the writer and the
// syncer: chain, checksum, write, fsync, index.
func BenchmarkAppend(b *testing.B) {
	l := open(b, decisionlog.Config{Buffer: decisionlog.MaxBuffer})
	e := asService("ann", noon)
	fill(b, l, e) // both groups: memory that was never touched is dear
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const thread = 1 // RUSAGE_THREAD
	caller, all := spent(b, thread), spent(b, syscall.RUSAGE_SELF)
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		e.At = e.At.Add(33 * time.Microsecond)
		l.Append(e)
		if n++; n%1000 == 0 {
			b.StopTimer()
			at := spent(b, thread)
			l.Flush(context.Background())
			caller += spent(b, thread) - at
			b.StartTimer()
		}
	}
	caller = spent(b, thread) - caller
	l.Flush(context.Background())
	all = spent(b, syscall.RUSAGE_SELF) - all
	require.Zero(b, l.Stats().Dropped)
	b.ReportMetric(float64(l.Stats().Written)/float64(l.Stats().Appended), "B/record")
	b.ReportMetric(float64(caller)/float64(n), "caller-ns/op")
	b.ReportMetric(float64(all)/float64(n), "all-ns/op")
}

func fill(b *testing.B, l *decisionlog.Log, e *decisionlog.Entry) {
	for range 2 {
		for l.Stats().Waiting < 1<<20*9/10 {
			for range 100 {
				l.Append(e)
			}
		}
		require.NoError(b, l.Flush(b.Context()))
	}
}

// spent is the processor time that a thread or the process has used.
func spent(b *testing.B, who int) time.Duration {
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(who, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkSearch is one page out of a million decisions of a hundred thousand agents,
// as the admin listener asks for it. work is what a page costs that finds nothing.
func BenchmarkSearch(b *testing.B) {
	const decisions, agents = 1_000_000, 100_000
	dir := b.TempDir()
	l := open(b, decisionlog.Config{Dir: dir, Buffer: decisionlog.MaxBuffer})
	for i := range decisions {
		e := asService("agent"+strconv.Itoa(i*7919%agents), noon.Add(time.Duration(i)*20*time.Millisecond))
		e.Decision.ID = "D" + strconv.Itoa(i+1)
		if i%997 == 0 {
			e = asAgent("rare", e.At, callas.ReasonStale)
		}
		require.NoError(b, l.Append(e))
		if i%1000 == 999 {
			require.NoError(b, l.Flush(b.Context()))
		}
	}
	for _, c := range []struct {
		name string
		q    decisionlog.Query
		want int // records in all
	}{
		{"newest 50", decisionlog.Query{Limit: 50}, 50},
		{"an agent's 10", decisionlog.Query{Agent: "agent4711", Limit: 50}, 10},
		{"a service's newest 50", decisionlog.Query{Service: "help", Limit: 50}, 50},
		{"a rare reason's newest 50", decisionlog.Query{Reason: callas.ReasonStale, Limit: 50}, 50},
		{"an agent's of an hour", decisionlog.Query{Agent: "agent4711", From: noon.Add(time.Hour), To: noon.Add(2 * time.Hour), Limit: 50}, 2},
		{"nobody's", decisionlog.Query{Agent: "nobody", Limit: 50}, 0},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				found, q := 0, c.q
				for asked := 0; ; asked++ {
					page, err := l.Search(b.Context(), q)
					require.NoError(b, err)
					found += len(page.Records)
					if q.Cursor = page.Next; page.Next == "" || found >= q.Limit {
						b.ReportMetric(float64(asked+1), "pages")
						break
					}
				}
				require.LessOrEqual(b, c.want, found)
			}
		})
	}
	b.Run("one by its id", func(b *testing.B) {
		for b.Loop() {
			r, err := l.Find(b.Context(), "D500002", nil)
			require.NoError(b, err)
			require.NotNil(b, r)
		}
	})
}
