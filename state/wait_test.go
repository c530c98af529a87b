package state_test

import (
	"context"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"callas"
	"callas/state"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestWaitWakesExactlyAtItsRevision(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := company(t)
		var mu sync.Mutex
		woken := map[int64]int64{} // wanted -> revision seen on waking
		for want := int64(0); want <= 5; want++ {
			go func() {
				err := s.Wait(t.Context(), want)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					woken[want] = s.Snapshot().Token().Revision
				}
			}()
		}
		seen := func() map[int64]int64 {
			synctest.Wait()
			mu.Lock()
			defer mu.Unlock()
			out := map[int64]int64{}
			for k, v := range woken {
				out[k] = v
			}
			return out
		}
		require.Equal(t, map[int64]int64{0: 1, 1: 1}, seen(), "what is there needs no waiting")
		require.NoError(t, s.Apply(changeset(2)))
		require.Equal(t, map[int64]int64{0: 1, 1: 1, 2: 2}, seen())
		require.NoError(t, s.Apply(changeset(3)))
		require.NoError(t, s.Load(at(callas.Token{Revision: 4})))
		require.Equal(t, int64(4), seen()[4], "a load wakes as well")
		require.NotContains(t, seen(), int64(5))
		require.NoError(t, s.Apply(changeset(5)))
		require.Len(t, seen(), 6)
	})
}

func TestWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		err := company(t).Wait(ctx, 2)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.EqualError(t, err, "wait for revision 2 at 1: context deadline exceeded")
	})
}

func TestWatchClosesAtTheNextPublish(t *testing.T) {
	s := company(t)
	first := s.Watch()
	requireOpen(t, first)
	require.Error(t, s.Apply(changeset(7)))
	requireOpen(t, first)
	require.NoError(t, s.Apply(changeset(2)))
	<-first
	requireOpen(t, s.Watch())
}

func TestAgeIsSinceTheSourceWasHeard(t *testing.T) {
	s, noon := state.New(), time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	require.Equal(t, time.Duration(math.MaxInt64), s.Age(noon), "never heard")
	s.Heard(noon)
	require.Equal(t, 3*time.Second, s.Age(noon.Add(3*time.Second)))
	s.Heard(noon.Add(-time.Minute))
	require.Equal(t, time.Duration(0), s.Age(noon), "a late word of earlier does not age the facts")
	require.Equal(t, time.Duration(0), s.Age(noon.Add(-time.Second)), "never negative")
}
