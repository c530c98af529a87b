package state_test

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"callas"
	"callas/state"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func closed(ch <-chan struct{}) bool {
	select {
	case <-ch:
		return true
	default:
		return false
	}
}

// Rows come and go until pages are cut and emptied. The store shows what a map would,
// and a channel is closed exactly when its row has changed; where there was no row, it
// is closed at the latest when one comes.
func TestPagesAreAMapThatTellsOfChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, model := state.New(), map[string]*callas.Session{}
		revision := int64(0)
		for range 6 {
			sn := s.Snapshot()
			watches := map[string]<-chan struct{}{}
			late := rapid.Bool().Draw(t, "late")
			ask := func() {
				for i := range 400 {
					id := fmt.Sprintf("a%03d", i)
					row, changed := sn.WatchRow(callas.KindSession, id)
					require.Equal(t, model[id] != nil, row != nil)
					watches[id] = changed
				}
			}
			if !late {
				ask()
			}
			next := maps.Clone(model)
			var edits []callas.Edit
			from, n := rapid.IntRange(0, 399).Draw(t, "from"), rapid.IntRange(1, 300).Draw(t, "n")
			for i, step := from, rapid.IntRange(1, 7).Draw(t, "step"); i < min(400, from+n); i += step {
				id := fmt.Sprintf("a%03d", i)
				if rapid.IntRange(0, 2).Draw(t, "what") == 0 {
					delete(next, id)
					edits = append(edits, drop(callas.KindSession, id))
					continue
				}
				next[id] = &callas.Session{Agent: id, CallAs: fmt.Sprint("s", revision)}
				edits = append(edits, set(next[id]))
			}
			if rapid.Bool().Draw(t, "backwards") {
				slices.Reverse(edits)
			}
			_, err := sn.With(edits)
			require.NoError(t, err)
			for id, changed := range watches {
				require.False(t, closed(changed), "what would be is no change of %s", id)
			}
			revision++
			require.NoError(t, s.Apply(changeset(revision, edits...)))
			if late {
				ask() // of the snapshot from before
			}
			for id, changed := range watches {
				switch {
				case model[id] != nil:
					require.Equal(t, next[id] != model[id], closed(changed), "row %s", id)
				case next[id] != nil:
					require.True(t, closed(changed), "no row %s", id)
				}
			}
			model, sn = next, s.Snapshot()
			want := slices.Sorted(maps.Keys(model))
			require.Equal(t, want, ids(sn.Rows(callas.KindSession)))
			require.Equal(t, len(model), sn.Count(callas.KindSession))
			for i := 0; i < 400; i += 13 {
				id := fmt.Sprintf("a%03d", i)
				at, _ := slices.BinarySearch(want, id)
				require.Equal(t, len(want)-at, len(ids(sn.From(callas.KindSession, id))))
				if model[id] == nil {
					require.Nil(t, sn.Session(id))
				} else {
					require.Equal(t, model[id], sn.Session(id))
				}
			}
		}
	})
}

func TestWatchAliasClosesWhenAnotherMayHaveIt(t *testing.T) {
	s := company(t)
	id, changed := s.Snapshot().WatchAlias("SIP:Anna@nordhang.example")
	require.Equal(t, "anna", id)
	none, comes := s.Snapshot().WatchAlias("9")
	require.Empty(t, none)

	anna := *s.Snapshot().Agent("anna")
	anna.Name = "Anna M"
	require.NoError(t, s.Apply(changeset(2, set(&anna))))
	require.False(t, closed(changed), "she has another name and the same aliases")
	require.NoError(t, s.Apply(changeset(3, set(agent("ben", "care", []string{"9"})))))
	require.True(t, closed(comes))
	require.NoError(t, s.Apply(changeset(4, drop(callas.KindAgent, "anna"))))
	require.True(t, closed(changed))
}

func TestWatchRowsClosesWithAnyRowOfItsKind(t *testing.T) {
	s := company(t)
	_, agents := s.Snapshot().WatchRows(callas.KindAgent)
	_, units := s.Snapshot().WatchRows(callas.KindUnit)
	require.NoError(t, s.Apply(changeset(2, drop(callas.KindAgent, "anna"))))
	require.True(t, closed(agents))
	require.False(t, closed(units))
}

// An id that is no text belongs to no page. Anybody may ask for one.
func TestARowUnderAnIDThatIsNoText(t *testing.T) {
	s := company(t)
	row, changed := s.Snapshot().WatchRow(callas.KindAgent, "\xff\xfe")
	require.Nil(t, row)
	require.Nil(t, changed)
	require.Nil(t, s.Snapshot().Session("\xff"+"a"))
	require.ErrorContains(t, s.Apply(changeset(2, set(&callas.Session{Agent: "\xff"}))), "the id is not UTF-8")
}

// Readers ask for channels all the time, of snapshots that may be old by then. If the
// newest snapshot has another row than theirs, their channel is closed.
func TestNoReaderMissesAChange(t *testing.T) {
	const revisions = 3_000
	s := company(t)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for {
				sn := s.Snapshot()
				mine, changed := sn.WatchRow(callas.KindSession, "anna")
				now := s.Snapshot().Session("anna")
				if now.CallAs != mine.(*callas.Session).CallAs && !closed(changed) {
					t.Errorf("%s became %s and nobody said so", mine.(*callas.Session).CallAs, now.CallAs)
					return
				}
				if sn.Token().Revision == revisions {
					return
				}
			}
		})
	}
	for revision := int64(2); revision <= revisions; revision++ {
		require.NoError(t, s.Apply(changeset(revision, set(&callas.Session{Agent: "anna", CallAs: fmt.Sprint(revision)}))))
	}
	wg.Wait()
}

// Policies look for the service that nobody has selected.
func TestOfARowWithoutAnIDNothingIsEverToldAnew(t *testing.T) {
	s := state.New()
	for _, kind := range callas.Kinds {
		row, changed := s.Snapshot().WatchRow(kind, "")
		require.Nil(t, row)
		require.Nil(t, changed, "it never closes")
	}
}
