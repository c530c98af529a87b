package giveway_test

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"callas/giveway"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// step is the quickest of some steps at the end of a stretch, in which something happened.
func step(happened func()) time.Duration {
	var work giveway.Worker
	least := time.Hour
	for range 50 {
		work.Step()
		for end := time.Now().Add(time.Millisecond); time.Now().Before(end); {
			runtime.Gosched() // a stretch is over
		}
		happened()
		began := time.Now()
		work.Step()
		least = min(least, time.Since(began))
	}
	return least
}

// rest is the shortest that a rest can be.
const rest = 100 * time.Microsecond

func TestWorkRestsWhenSomebodyHasCome(t *testing.T) {
	require.GreaterOrEqual(t, step(func() { go func() {}() }), rest)
}

func TestWorkThatNobodyDisturbsDoesNotRest(t *testing.T) {
	require.Less(t, step(func() {}), rest)
	var nobodys *giveway.Worker
	require.NotPanics(t, nobodys.Step)
}

func TestInParallelDoesEverythingOnce(t *testing.T) {
	done := make([]atomic.Int32, 1000)
	require.NoError(t, giveway.InParallel(t.Context(), len(done), func(i int) error { done[i].Add(1); return nil }))
	for i := range done {
		require.Equal(t, int32(1), done[i].Load())
	}
}

func TestInParallelEndsWithTheFirstError(t *testing.T) {
	broken := errors.New("broken")
	var done atomic.Int32
	err := giveway.InParallel(t.Context(), 1000, func(i int) error {
		if done.Add(1) == 10 {
			return broken
		}
		return nil
	})
	require.ErrorIs(t, err, broken)
	require.Less(t, done.Load(), int32(1000))

	gone, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, giveway.InParallel(gone, 10, func(int) error { return nil }), context.Canceled)
}
