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

func TestWhoeverWaitsGoesOnBetweenTwoStretches(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var stop atomic.Bool
	ended := make(chan int)
	go func() {
		var work giveway.Worker
		steps := 0
		for ; !stop.Load(); steps++ {
			work.Step()
		}
		ended <- steps
	}()
	for range 100 {
		time.Sleep(time.Microsecond) // the only processor is wanted a hundred times
	}
	stop.Store(true)
	require.Positive(t, <-ended)
}

func TestWorkThatNobodyMindsNeverRests(t *testing.T) {
	var work *giveway.Worker
	require.NotPanics(t, work.Step)
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
