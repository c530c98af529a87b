package giveway_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"callas/giveway"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// took is how long a step is, after some work since the last one.
func took(w *giveway.Worker, work time.Duration) time.Duration {
	time.Sleep(work)
	began := time.Now()
	w.Step()
	return time.Since(began)
}

// The clock is synctest's: a rest takes just as long as it was meant to, as it does where
// others keep the processors awake.
func TestWorkRestsAfterAStretchAndNotBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w giveway.Worker
		require.Zero(t, took(&w, time.Hour), "a stretch begins with the first step")
		require.Zero(t, took(&w, giveway.First-1), "small work does not rest")
		require.Equal(t, giveway.Rest, took(&w, 1))
		for range 100 {
			require.Zero(t, took(&w, giveway.Stretch/2))
			require.Equal(t, giveway.Rest, took(&w, giveway.Stretch/2))
		}
		require.Equal(t, giveway.Rest, took(&w, time.Second), "a long piece of work is followed by no longer rest")
	})
}

func TestNobodysWorkDoesNotRest(t *testing.T) {
	var nobodys *giveway.Worker
	require.NotPanics(t, nobodys.Step)
}

func TestStretchesGrowWhileNobodyComes(t *testing.T) {
	const nobody = 1060 * time.Microsecond
	at := giveway.Stretch
	for range 10 {
		next := giveway.After(at, nobody)
		require.Equal(t, min(2*at, giveway.Longest), next)
		at = next
	}
	require.Equal(t, giveway.Longest, at)
	require.Equal(t, giveway.Stretch, giveway.After(at, giveway.Rest+20*time.Microsecond), "somebody came")
	require.Equal(t, giveway.Stretch, giveway.After(at, 999*time.Microsecond), "somebody came, if late")
	require.Equal(t, giveway.Stretch, giveway.After(at, 4*time.Millisecond), "others had the processors")
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
