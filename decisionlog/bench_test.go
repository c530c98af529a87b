package decisionlog_test

import (
	"context"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas/decisionlog"
)

// BenchmarkAppend is what a decision pays in its own goroutine, the writer running
// beside it. caller-ns/op is the caller's processor time alone, which is the figure on
// a machine that does something else too. A dropped record would be cheaper: there must
// be none. all-ns/op adds the writer: chain, checksum, write, fsync.
func BenchmarkAppend(b *testing.B) {
	l := open(b, decisionlog.Config{Buffer: decisionlog.MaxBuffer})
	e := asService("ann", noon)
	fill(b, l, e) // both halves: memory that was never touched is dear
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const thread = 1 // RUSAGE_THREAD
	caller, all := spent(b, thread), spent(b, syscall.RUSAGE_SELF)
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		e.At = e.At.Add(33 * time.Microsecond)
		l.Append(e)
		if n++; n%20_000 == 0 {
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
	b.ReportMetric(float64(caller)/float64(n), "caller-ns/op")
	b.ReportMetric(float64(all)/float64(n), "all-ns/op")
}

func fill(b *testing.B, l *decisionlog.Log, e *decisionlog.Entry) {
	for range 2 {
		for l.Stats().Waiting < decisionlog.MaxBuffer/5 {
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
