package settings_test

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"callas"
	"callas/settings"
	"callas/source"
	"callas/source/sqlstore"
	"callas/state"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// real is a house over SQLite: what is admitted must also pass the source's own checks.
type real struct {
	*sqlstore.Store
	facts *state.Store
}

func newReal(t *testing.T) *real {
	ctx, stop := context.WithCancel(context.Background())
	store, err := sqlstore.Open(ctx, sqlstore.Config{Path: filepath.Join(t.TempDir(), "callas.db")})
	require.NoError(t, err)
	r := &real{store, state.New()}
	followed := make(chan error)
	go func() { followed <- source.Follow(ctx, store, r.facts, slog.New(slog.NewTextHandler(io.Discard, nil))) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-followed)
		require.NoError(t, store.Close())
	})
	return r
}

// series commits a series and waits until it shows.
func (r *real) series(t tester, series [][]source.Write) {
	t.Helper()
	var commits []source.Commit
	for _, writes := range series {
		commits = append(commits, source.Commit{Actor: "sue", Origin: "test", Reason: "a test", Writes: writes})
	}
	tokens, err := r.CommitSeries(context.Background(), commits)
	require.NoError(t, err)
	require.NoError(t, r.facts.Wait(context.Background(), tokens[len(tokens)-1].Revision))
}

func TestTheSourceTakesWhatIsAdmitted(t *testing.T) {
	r := newReal(t)
	im := settings.NewImport(r.facts.Snapshot(), british(t), nil, puts(nordhang()...))
	require.Empty(t, told(im.Findings))
	r.series(t, im.Series)
	require.Len(t, rowsOf(r.facts.Snapshot()), len(nordhang()))
	rapid.Check(t, func(t *rapid.T) {
		batch := aBatch(t)
		before := r.facts.Snapshot()
		full, findings := settings.Admit(before, british(t), nil, batch)
		if len(findings) > 0 {
			return
		}
		if rapid.Bool().Draw(t, "in pieces") {
			var all []source.Write
			for _, writes := range settings.Split(before, full) {
				all = append(all, writes...)
			}
			r.series(t, pieces(all))
		} else {
			r.series(t, [][]source.Write{full})
		}
		whole(t, r.facts.Snapshot())
		last, err := r.History(context.Background(), source.HistoryQuery{Limit: 1})
		require.NoError(t, err)
		if r.facts.Snapshot().Token() == before.Token() {
			return
		}
		writes, edited := settings.Undo(r.facts.Snapshot(), last[0])
		require.Empty(t, edited, "the history's rows carry the revision that wrote them")
		require.Len(t, writes, len(last[0].Edits))
	})
}

func TestALargeImportIsTakenAsASeries(t *testing.T) {
	r := newReal(t)
	batch := append(puts(crowd(5_100)...), puts(nordhang()...)...)
	slices.Reverse(batch)
	im := settings.NewImport(r.facts.Snapshot(), british(t), nil, batch)
	require.Empty(t, told(im.Findings))
	require.Len(t, im.Series, 2)
	r.series(t, im.Series)
	again := settings.NewImport(r.facts.Snapshot(), british(t), nil, puts(rowsOf(r.facts.Snapshot())...))
	require.Equal(t, [4]int{0, 0, len(batch), 0}, counts(again))

	// The whole crowd answers for help: without it, everybody changes.
	full, findings := settings.Admit(r.facts.Snapshot(), british(t), nil, []source.Write{del(callas.KindService, "help")})
	require.Empty(t, told(findings))
	require.Greater(t, len(full), source.MaxWrites)
	r.series(t, settings.Split(r.facts.Snapshot(), full))
	got := r.facts.Snapshot().Session("agent" + strconv.Itoa(5_099))
	require.Equal(t, settings.EndedServiceDeleted, got.EndedBecause)
}
