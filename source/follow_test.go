package source_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"callas"
	"callas/source"
	"callas/source/sqlstore"
	"callas/state"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t testing.TB, path string) *sqlstore.Store {
	t.Helper()
	s, err := sqlstore.Open(context.Background(), sqlstore.Config{Path: path})
	require.NoError(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

func fresh(t testing.TB) *sqlstore.Store { return open(t, filepath.Join(t.TempDir(), "callas.db")) }

// follow follows b into a new store until the test ends.
func follow(t testing.TB, b source.Backend, log io.Writer) *state.Store {
	t.Helper()
	store := state.New()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- source.Follow(ctx, b, store, slog.New(slog.NewTextHandler(log, nil))) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
	})
	return store
}

func commit(t testing.TB, s source.Backend, rows ...callas.Row) callas.Token {
	t.Helper()
	var c source.Commit
	for _, row := range rows {
		c.Writes = append(c.Writes, source.Write{Kind: row.Kind(), ID: row.Key(), Row: row})
	}
	token, err := s.Commit(context.Background(), c)
	require.NoError(t, err)
	return token
}

func wait(t testing.TB, store *state.Store, at callas.Token) *state.Snapshot {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	require.NoError(t, store.Wait(ctx, at.Revision))
	sn := store.Snapshot()
	require.Equal(t, at, sn.Token())
	return sn
}

func unit(id, name string) *callas.Unit { return &callas.Unit{ID: id, Name: name} }

func TestFollowLoadsWhatIsThereAndAppliesWhatComes(t *testing.T) {
	s := fresh(t)
	first := commit(t, s, unit("a", "one"), &callas.Agent{ID: "anna", Unit: "a", Aliases: []string{"2001"}})
	store := follow(t, s, io.Discard)
	require.Equal(t, "anna", wait(t, store, first).AgentByAlias("2001").ID)
	for i := range 50 {
		sn := wait(t, store, commit(t, s, unit("a", fmt.Sprint(i))))
		require.Equal(t, fmt.Sprint(i), sn.Unit("a").Name, "you read your own write")
	}
	require.Less(t, store.Age(time.Now()), 3*time.Second)
}

func TestFollowOfAnEmptySourceIsLoaded(t *testing.T) {
	store := follow(t, fresh(t), io.Discard)
	require.Eventually(t, store.Loaded, 5*time.Second, time.Millisecond)
	require.Equal(t, callas.Token{}, store.Snapshot().Token())
}

func TestFollowSeesWhatAnotherProcessCommits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "callas.db")
	store := follow(t, open(t, path), io.Discard)
	at := commit(t, open(t, path), unit("a", "from the command"))
	start := time.Now()
	wait(t, store, at)
	require.Less(t, time.Since(start), 2*time.Second)
}

func TestFollowDoesWithoutAWake(t *testing.T) {
	s := fresh(t)
	store := follow(t, deaf{s}, io.Discard)
	wait(t, store, commit(t, s, unit("a", "one")))
}

// Each commit renames both units; whoever sees two names has seen half of one.
func TestFollowedEditsAreNeverSeenByHalf(t *testing.T) {
	s := fresh(t)
	store := follow(t, s, io.Discard)
	wait(t, store, commit(t, s, unit("a", "0"), unit("b", "0")))
	var stop atomic.Bool
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for !stop.Load() {
				if sn := store.Snapshot(); sn.Unit("a").Name != sn.Unit("b").Name {
					t.Errorf("revision %s is torn", sn.Token())
					return
				}
			}
		})
	}
	for i := range 100 {
		commit(t, s, unit("a", fmt.Sprint(i)), unit("b", fmt.Sprint(i)))
	}
	stop.Store(true)
	wg.Wait()
}

func TestFollowLoadsAnewWhenTheLogIsAnother(t *testing.T) {
	s, restored := fresh(t), fresh(t)
	b := &switched{}
	b.to(s)
	var log text
	store := follow(t, b, &log)
	wait(t, store, commit(t, s, unit("a", "before"), unit("gone", "")))

	other := commit(t, restored, unit("a", "restored"))
	b.to(restored)
	require.Eventually(t, func() bool { return store.Snapshot().Token() == other }, 5*time.Second, 5*time.Millisecond)
	require.Nil(t, store.Snapshot().Unit("gone"))
	require.Contains(t, log.String(), "the facts are loaded anew")
	wait(t, store, commit(t, restored, unit("a", "and on")))
}

func TestFollowKeepsTheFactsWhileTheSourceIsAway(t *testing.T) {
	path := filepath.Join(t.TempDir(), "callas.db")
	s, b := open(t, path), &switched{}
	b.to(s)
	var log text
	store := follow(t, b, &log)
	at := commit(t, s, unit("a", "one"))
	wait(t, store, at)

	require.NoError(t, s.Close())
	require.Eventually(t, func() bool { return store.Age(time.Now()) > 2500*time.Millisecond }, 10*time.Second, 10*time.Millisecond)
	require.Equal(t, at, store.Snapshot().Token())
	require.Equal(t, 1, strings.Count(log.String(), "the facts stay as they are"), "told once, not every second")

	again := open(t, path)
	b.to(again)
	wait(t, store, commit(t, again, unit("a", "two")))
	require.Eventually(t, func() bool { return strings.Contains(log.String(), "the facts are followed again") }, 5*time.Second, 5*time.Millisecond)
	require.Less(t, store.Age(time.Now()), 3*time.Second)
	require.Equal(t, 1, strings.Count(log.String(), "facts loaded"), "it goes on from where it was")
}

// Rows are read ahead of what stores them: either may end the other.
func TestFollowTellsWhyItCannotLoad(t *testing.T) {
	const rows = 10_000
	s := fresh(t)
	for name, tc := range map[string]struct {
		row  callas.Row // after all others
		err  error
		want string
	}{
		"what is read breaks off":        {err: errors.New("the disk is gone"), want: "the disk is gone"},
		"a row that cannot be stored is": {row: &callas.Session{Agent: "\xff"}, want: "no id"},
	} {
		t.Run(name, func(t *testing.T) {
			var log text
			store := follow(t, torn{s, rows, tc.row, tc.err}, &log)
			require.Eventually(t, func() bool { return strings.Contains(log.String(), tc.want) }, 10*time.Second, 5*time.Millisecond)
			require.False(t, store.Loaded())
		})
	}
}

func TestFollowRefusesToBeginWithoutItsParts(t *testing.T) {
	s, store, log := fresh(t), state.New(), slog.New(slog.DiscardHandler)
	for _, err := range []error{
		source.Follow(t.Context(), nil, store, log), source.Follow(t.Context(), s, nil, log), source.Follow(t.Context(), s, store, nil),
	} {
		require.EqualError(t, err, "follow: a backend, a store and a log are needed")
	}
}

// BenchmarkCommitToSnapshot is a commit by one writer until its own reader sees it.
func BenchmarkCommitToSnapshot(b *testing.B) {
	s := fresh(b)
	store := follow(b, s, io.Discard)
	var committed, seen time.Duration
	n := 0
	for b.Loop() {
		start := time.Now()
		at := commit(b, s, unit("a", fmt.Sprint(n)))
		committed += time.Since(start)
		start = time.Now()
		wait(b, store, at)
		seen += time.Since(start)
		n++
	}
	b.ReportMetric(float64(committed.Microseconds())/float64(n), "commit-µs")
	b.ReportMetric(float64(seen.Microseconds())/float64(n), "then-seen-µs")
}

// A deaf backend never wakes.
type deaf struct{ source.Backend }

func (deaf) Wake() <-chan struct{} { return nil }

// A torn backend gives so many units, then a row where there is one, and many more.
type torn struct {
	source.Backend
	rows int
	row  callas.Row
	err  error
}

func (b torn) Snapshot(_ context.Context, fn func(callas.Row) error) (callas.Token, error) {
	for i := range 2 * b.rows {
		row := callas.Row(unit(fmt.Sprint(i), ""))
		if i == b.rows && b.row != nil {
			row = b.row
		}
		if err := fn(row); err != nil {
			return callas.Token{}, err
		}
	}
	return callas.Token{}, b.err
}

// A switched backend is one store now and another one later.
type switched struct {
	now atomic.Pointer[sqlstore.Store]
}

func (s *switched) to(b *sqlstore.Store) { s.now.Store(b) }

func (s *switched) Commit(ctx context.Context, c source.Commit) (callas.Token, error) {
	return s.now.Load().Commit(ctx, c)
}

func (s *switched) Snapshot(ctx context.Context, fn func(callas.Row) error) (callas.Token, error) {
	return s.now.Load().Snapshot(ctx, fn)
}

func (s *switched) Since(ctx context.Context, t callas.Token) ([]callas.Changeset, error) {
	return s.now.Load().Since(ctx, t)
}

func (s *switched) Wake() <-chan struct{} { return s.now.Load().Wake() }

// A text is a log that is read while it is written.
type text struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *text) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *text) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
