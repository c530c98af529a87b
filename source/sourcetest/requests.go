package sourcetest

import (
	"fmt"
	"sync"
	"testing"

	"callas"
	"callas/source"

	"github.com/stretchr/testify/require"
)

func testRequests(t *testing.T, fresh Opener) {
	unit := func(request, id string) source.Commit {
		return source.Commit{RequestID: request, Writes: []source.Write{{Kind: callas.KindUnit, ID: id, Row: &callas.Unit{ID: id}, If: source.Absent}}}
	}

	t.Run("a request made again is answered, not made", func(t *testing.T) {
		open := fresh(t)
		s := open()
		first, err := s.Commit(t.Context(), unit("r1", "a"))
		require.NoError(t, err)
		other, err := s.Commit(t.Context(), unit("r2", "b"))
		require.NoError(t, err)
		for range 2 {
			again, err := s.Commit(t.Context(), unit("r1", "a"))
			require.NoError(t, err, "its precondition is not asked again")
			require.Equal(t, first, again)
			require.Equal(t, other, newest(t, s))
			require.NoError(t, s.Close())
			s = open()
		}
		require.NoError(t, s.Close())
	})

	t.Run("a request that changed nothing is answered with the moment it saw", func(t *testing.T) {
		s := opened(t, fresh(t))
		first, err := s.Commit(t.Context(), source.Commit{RequestID: "r1"})
		require.NoError(t, err)
		require.Equal(t, callas.Token{}, first)
		commit(t, s, set(&callas.Unit{ID: "a"})...)
		again, err := s.Commit(t.Context(), source.Commit{RequestID: "r1"})
		require.NoError(t, err)
		require.Equal(t, first, again)
	})

	t.Run("a request that was refused may be made once it can be", func(t *testing.T) {
		s := opened(t, fresh(t))
		care := source.Commit{RequestID: "r1", Writes: set(&callas.Unit{ID: "care", Parent: "london"})}
		_, err := s.Commit(t.Context(), care)
		require.Error(t, err)
		commit(t, s, set(&callas.Unit{ID: "london"})...)
		token, err := s.Commit(t.Context(), care)
		require.NoError(t, err)
		require.Equal(t, int64(2), token.Revision)
	})

	t.Run("a request made many times at once is made once", func(t *testing.T) {
		open := fresh(t)
		stores := []source.Store{opened(t, open), opened(t, open)}
		tokens := make([]callas.Token, 20)
		var wg sync.WaitGroup
		for i := range tokens {
			wg.Go(func() {
				var err error
				tokens[i], err = stores[i%2].Commit(t.Context(), unit("r1", "a"))
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, token := range tokens {
			require.Equal(t, tokens[0], token)
		}
		require.Len(t, everything(t, stores[0], callas.Token{}), 1)
	})
}

func testSeries(t *testing.T, fresh Opener) {
	series := func(n int) []source.Commit {
		var out []source.Commit
		for i := range n {
			out = append(out, source.Commit{RequestID: fmt.Sprint("import-", i), Actor: "hr", Origin: "import",
				Writes: set(&callas.Unit{ID: fmt.Sprint("unit-", i), Parent: map[bool]string{true: fmt.Sprint("unit-", i-1)}[i > 0]})})
		}
		return out
	}

	t.Run("a series is a changeset for each commit", func(t *testing.T) {
		s := opened(t, fresh(t))
		tokens, err := s.CommitSeries(t.Context(), series(5))
		require.NoError(t, err)
		sets := everything(t, s, callas.Token{})
		require.Len(t, sets, 5)
		for i, cs := range sets {
			require.Equal(t, tokens[i], cs.Token)
			require.Equal(t, "hr", cs.Actor)
		}
		again, err := s.CommitSeries(t.Context(), series(5))
		require.NoError(t, err)
		require.Equal(t, tokens, again, "and is made once")
	})

	t.Run("a series of which one fails is not made at all", func(t *testing.T) {
		s := opened(t, fresh(t))
		commit(t, s, set(&callas.Unit{ID: "there"})...)
		before := newest(t, s)
		bad := series(5)
		bad[3].Writes = set(&callas.Unit{ID: "x", Parent: "nowhere"})
		_, err := s.CommitSeries(t.Context(), bad)
		require.EqualError(t, err, `unit x: names unit "nowhere", which does not exist`)
		rows, at := snapshot(t, s)
		require.Equal(t, before, at)
		require.Len(t, rows, 1)
		require.Empty(t, everything(t, s, before))
		tokens, err := s.CommitSeries(t.Context(), series(5))
		require.NoError(t, err, "and none of its requests is remembered")
		require.Equal(t, before.Revision+5, tokens[4].Revision)
	})

	t.Run("nobody sees half a series", func(t *testing.T) {
		open := fresh(t)
		s, other := opened(t, open), opened(t, open)
		done := make(chan struct{})
		go func() {
			defer close(done)
			for i := range 20 {
				var both []source.Commit
				for _, id := range []string{"a", "b"} {
					both = append(both, source.Commit{Writes: set(&callas.Unit{ID: id, Name: fmt.Sprint(i)})})
				}
				if _, err := s.CommitSeries(t.Context(), both); err != nil {
					t.Error(err)
				}
			}
		}()
		for running := true; running; {
			select {
			case <-done:
				running = false
			default:
			}
			rows, at := snapshot(t, other)
			require.Zero(t, at.Revision%2, "a snapshot between the two commits of a series")
			if at.Revision > 0 {
				require.Equal(t, rows[name{callas.KindUnit, "a"}].(*callas.Unit).Name, rows[name{callas.KindUnit, "b"}].(*callas.Unit).Name)
			}
		}
	})

	t.Run("a series of nothing is nothing", func(t *testing.T) {
		s := company(t, fresh)
		before := newest(t, s)
		tokens, err := s.CommitSeries(t.Context(), nil)
		require.NoError(t, err)
		require.Empty(t, tokens)
		require.Equal(t, before, newest(t, s))
	})
}
