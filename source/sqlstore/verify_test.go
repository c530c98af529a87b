package sqlstore_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"callas"
	"callas/source"
	"callas/source/sqlstore"

	"github.com/stretchr/testify/require"
)

func TestVerifyFindsWhatWasAltered(t *testing.T) {
	for what, tc := range map[string]struct{ query, want string }{
		"an edit":            {"UPDATE changeset SET body = replace(body, 'b2', 'xx') WHERE rev = 2", "changeset 2 was altered, or one before it"},
		"who made it":        {"UPDATE changeset SET actor = 'nobody' WHERE rev = 2", "changeset 2 was altered, or one before it"},
		"why":                {"UPDATE changeset SET reason = 'none' WHERE rev = 3", "changeset 3 was altered, or one before it"},
		"when":               {"UPDATE changeset SET at = '2026-01-01T00:00:00.000000Z' WHERE rev = 1", "changeset 1 was altered, or one before it"},
		"a chain":            {"UPDATE changeset SET chain = 'AAAAAAAAAAAAAAAAAAAAAA' WHERE rev = 3", "changeset 3 was altered, or one before it"},
		"one taken out":      {"DELETE FROM changeset WHERE rev = 2", "changeset 2 is missing: 3 comes after 1."},
		"the first":          {"DELETE FROM changeset WHERE rev = 1", "changeset 1 is missing: 2 comes after 0"},
		"the last":           {"DELETE FROM changeset WHERE rev = 3", "the log ends at 2."},
		"the facts' moment":  {"UPDATE meta SET revision = 7", "but the facts are at 7."},
		"a time that is not": {"UPDATE changeset SET at = 'noon' WHERE rev = 2", `changeset 2: parsing time "noon"`},
	} {
		t.Run(what, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "callas.db")
			s := open(t, path)
			defer s.Close()
			var newest callas.Token
			for _, id := range []string{"a1", "b2", "c3"} {
				c := units(id)
				c.Actor, c.Reason = "sue", "because"
				var err error
				newest, err = s.Commit(t.Context(), c)
				require.NoError(t, err)
			}
			at, err := s.Verify(t.Context())
			require.NoError(t, err)
			require.Equal(t, newest, at)

			execute(t, path, tc.query)
			_, err = s.Verify(t.Context())
			require.ErrorContains(t, err, tc.want)
		})
	}
}

// A backup that is put back and written to reaches the same revisions again, with
// other changes: tokens from before must not pass for them.
func TestRestoredBackupIsFoundOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "callas.db")
	s := open(t, path)
	kept, err := s.Commit(t.Context(), units("a"))
	require.NoError(t, err)
	require.NoError(t, s.Close())
	backup, err := os.ReadFile(path)
	require.NoError(t, err)

	s = open(t, path)
	lost, err := s.Commit(t.Context(), units("b"))
	require.NoError(t, err)
	require.NoError(t, s.Close())

	require.NoError(t, os.WriteFile(path, backup, 0o600))
	s = open(t, path)
	defer s.Close()
	_, err = s.Since(t.Context(), lost)
	require.ErrorIs(t, err, source.ErrUnknownToken, "before the revision is reached again")
	again, err := s.Commit(t.Context(), units("b"))
	require.NoError(t, err)
	require.Equal(t, lost.Revision, again.Revision)
	require.NotEqual(t, lost.Chain, again.Chain)
	_, err = s.Since(t.Context(), lost)
	require.ErrorIs(t, err, source.ErrUnknownToken, "and after")
	sets, err := s.Since(t.Context(), kept)
	require.NoError(t, err)
	require.Len(t, sets, 1, "while what both share is known")
}

// A commit waits for the write lock that another process holds.
func TestCommitWaitsForAnotherProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "callas.db")
	s := open(t, path)
	defer s.Close()
	other, err := raw(t, path).Conn(t.Context())
	require.NoError(t, err)
	defer other.Close()
	_, err = other.ExecContext(t.Context(), "BEGIN IMMEDIATE")
	require.NoError(t, err)

	done := make(chan error, 1)
	go func() {
		_, err := s.Commit(t.Context(), units("a"))
		done <- err
	}()
	_, err = s.Snapshot(t.Context(), func(callas.Row) error { return nil })
	require.NoError(t, err, "readers do not wait")
	require.Empty(t, done)
	_, err = other.ExecContext(t.Context(), "ROLLBACK")
	require.NoError(t, err)
	require.NoError(t, <-done)
}

// Until the lock is there, a commit can be given up, and then is never made.
func TestCommitWaitingForTheLockCanBeGivenUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "callas.db")
	s := open(t, path)
	defer s.Close()
	other, err := raw(t, path).Conn(t.Context())
	require.NoError(t, err)
	defer other.Close()
	_, err = other.ExecContext(t.Context(), "BEGIN IMMEDIATE")
	require.NoError(t, err)

	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err = s.Commit(ctx, units("a"))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Less(t, time.Since(start), 5*time.Second)
	_, err = other.ExecContext(t.Context(), "ROLLBACK")
	require.NoError(t, err)
	token, err := s.Commit(t.Context(), units("b"))
	require.NoError(t, err)
	require.Equal(t, int64(1), token.Revision)
}

func TestOldRequestsAreForgotten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "callas.db")
	clock := &clock{}
	clock.set(1)
	s, err := sqlstore.Open(t.Context(), sqlstore.Config{Path: path, Now: clock.now})
	require.NoError(t, err)
	defer s.Close()
	request := func(id string) callas.Token {
		c := units("a", id)
		c.RequestID = id
		token, err := s.Commit(t.Context(), c)
		require.NoError(t, err)
		return token
	}
	first := request("r1")
	for _, hour := range []int{2, 24, 25} {
		clock.set(hour)
		require.Equal(t, first, request("r1"), "after %d hours", hour)
	}
	clock.set(100)
	request("r2")
	var n int
	require.NoError(t, raw(t, path).QueryRow("SELECT count(*) FROM request").Scan(&n))
	require.Equal(t, 1, n)
}
