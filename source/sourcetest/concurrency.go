package sourcetest

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"callas"
	"callas/source"

	"github.com/stretchr/testify/require"
)

// Two processes with five writers each. Every writer counts up one shared row under
// a precondition, which many lose, and one of its own, which none loses.
func testConcurrency(t *testing.T, fresh Opener) {
	const writers, counts = 10, 8
	open := fresh(t)
	stores := []source.Store{opened(t, open), opened(t, open)}
	commit(t, stores[0], set(&callas.Unit{ID: "shared", Name: "0"})...)

	var mu sync.Mutex
	acknowledged := map[callas.Token]bool{}
	var stop atomic.Bool
	var wg, readers sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			s := stores[i%2]
			for n := range counts {
				token, err := countUp(t, s, fmt.Sprint("own-", i), n)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				acknowledged[token] = true
				mu.Unlock()
			}
		})
	}
	for _, s := range stores {
		readers.Go(func() {
			for !stop.Load() {
				rows, at, err := read(t.Context(), s)
				if err != nil {
					t.Error(err)
					return
				}
				// At one revision the shared row has counted what the own rows have.
				sum, shared := 0, 0
				for key, row := range rows {
					n, _ := strconv.Atoi(row.(*callas.Unit).Name)
					if key.id == "shared" {
						shared = n
					} else {
						sum += n
					}
				}
				if sum != shared || at.Revision != int64(shared)+1 {
					t.Errorf("snapshot at %s: shared %d, own %d", at, shared, sum)
				}
			}
		})
	}
	wg.Wait()
	stop.Store(true)
	readers.Wait()

	for _, s := range stores {
		sets := everything(t, s, callas.Token{})
		rows, _ := snapshot(t, s)
		require.Equal(t, rows, replay(t, sets))
		require.Equal(t, fmt.Sprint(writers*counts), rows[name{callas.KindUnit, "shared"}].(*callas.Unit).Name, "a count was lost, or made twice")
		require.Len(t, sets, writers*counts+1)
		for _, cs := range sets[1:] {
			require.True(t, acknowledged[cs.Token], "%s was not acknowledged", cs.Token)
		}
	}
}

// countUp sets an own row to n+1 and counts the shared row up, trying again after each conflict.
func countUp(t *testing.T, s source.Store, own string, n int) (callas.Token, error) {
	for range 1000 {
		rows, _, err := read(t.Context(), s)
		if err != nil {
			return callas.Token{}, err
		}
		shared := rows[name{callas.KindUnit, "shared"}].(*callas.Unit)
		count, _ := strconv.Atoi(shared.Name)
		writes := set(&callas.Unit{ID: own, Name: fmt.Sprint(n + 1)}, &callas.Unit{ID: "shared", Name: fmt.Sprint(count + 1)})
		writes[1].If = source.At(shared.Rev)
		token, err := s.Commit(t.Context(), source.Commit{Writes: writes})
		var conflict *source.Conflict
		if !errors.As(err, &conflict) {
			return token, err
		}
	}
	return callas.Token{}, errors.New("a thousand conflicts in a row")
}

// Commits that are right by themselves and wrong together: each pair is made at
// once from two processes, and never are both of them made.
func testRaces(t *testing.T, fresh Opener) {
	for what, pair := range map[string][2][]source.Write{
		"a unit is deleted while an agent moves in":       {{drop(callas.KindUnit, "empty")}, set(agent("ben", "empty", "2002"))},
		"a service is deleted while an agent gets it":     {{drop(callas.KindService, "idle")}, set(&callas.Profile{ID: "night", Services: []string{"idle"}})},
		"two units are put below each other":              {set(&callas.Unit{ID: "london", Parent: "leeds"}), set(&callas.Unit{ID: "leeds", Parent: "london"})},
		"two agents take one alias":                       {set(agent("yan", "london", "7")), set(agent("zoe", "london", "sip:7"))},
		"an agent is deleted while it gets a session":     {{drop(callas.KindAgent, "ben")}, set(&callas.Session{Agent: "ben"})},
		"a service is deleted while it is being selected": {{drop(callas.KindService, "idle")}, set(&callas.Session{Agent: "ben", CallAs: "idle"})},
	} {
		t.Run(what, func(t *testing.T) {
			for range 5 {
				open := fresh(t)
				stores := []source.Store{opened(t, open), opened(t, open)}
				commit(t, stores[0], set(&callas.Unit{ID: "london"}, &callas.Unit{ID: "leeds"}, &callas.Unit{ID: "empty"},
					service("help", "london"), service("idle", "leeds"), &callas.Profile{ID: "day"}, &callas.Profile{ID: "off"}, agent("ben", "london", "2002"))...)
				var errs [2]error
				var wg sync.WaitGroup
				for i := range errs {
					wg.Go(func() { _, errs[i] = stores[i].Commit(t.Context(), source.Commit{Writes: pair[i]}) })
				}
				wg.Wait()
				lost := errors.Join(errs[0], errs[1])
				var violation *source.Violation
				require.ErrorAs(t, lost, &violation)
				require.True(t, errs[0] == nil || errs[1] == nil, "one of the two is made: %v", lost)
			}
		})
	}
}
