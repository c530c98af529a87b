package sqlstore_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"callas"
	"callas/source"
	"callas/source/sourcetest"
	"callas/source/sqlstore"

	"github.com/stretchr/testify/require"
)

func TestSource(t *testing.T) {
	sourcetest.Run(t, func(t *testing.T) func() source.Store {
		path := filepath.Join(t.TempDir(), "callas.db")
		return func() source.Store { return open(t, path) }
	})
}

func open(t testing.TB, path string) *sqlstore.Store {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), sqlstore.Config{Path: path})
	require.NoError(t, err)
	return s
}

func units(ids ...string) source.Commit {
	var c source.Commit
	for _, id := range ids {
		c.Writes = append(c.Writes, source.Write{Kind: callas.KindUnit, ID: id, Row: &callas.Unit{ID: id}})
	}
	return c
}

// raw opens the file as sqlite3 would, past the store.
func raw(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	t.Cleanup(func() { db.Close() })
	return db
}

func execute(t *testing.T, path, query string, args ...any) {
	t.Helper()
	_, err := raw(t, path).Exec(query, args...)
	require.NoError(t, err)
}

func TestFileIsForItsOwnerOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "var", "callas")
	path := filepath.Join(dir, "callas.db")
	s := open(t, path)
	defer s.Close()
	_, err := s.Commit(t.Context(), units("a"))
	require.NoError(t, err)
	mode := func(path string) os.FileMode {
		info, err := os.Stat(path)
		require.NoError(t, err)
		return info.Mode().Perm()
	}
	require.Equal(t, os.FileMode(0o700), mode(dir))
	for _, file := range []string{path, path + "-wal", path + "-shm"} {
		require.Equal(t, os.FileMode(0o600), mode(file), file)
	}
	require.Equal(t, path, s.Path())
}

func TestPathMayHoldAnything(t *testing.T) {
	for _, name := range []string{"with space.db", "what?mode=memory", "100%41.db", "#1.db", "ä&b.db"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			s := open(t, path)
			_, err := s.Commit(t.Context(), units("a"))
			require.NoError(t, err)
			require.NoError(t, s.Close())
			info, err := os.Stat(path)
			require.NoError(t, err)
			require.Positive(t, info.Size())
		})
	}
}

func TestConnectionsAreSetAsTheyMustBe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "callas.db")
	require.NoError(t, open(t, path).Close())
	for _, write := range []bool{true, false} {
		for pragma, want := range map[string]string{"synchronous": "2", "journal_mode": "wal", "foreign_keys": "1", "busy_timeout": "15000",
			"query_only": map[bool]string{true: "0", false: "1"}[write]} {
			got, err := sqlstore.Pragma(t.Context(), path, pragma, write)
			require.NoError(t, err)
			require.Equal(t, want, got, "%s, write %t", pragma, write)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	newer := filepath.Join(dir, "newer.db")
	require.NoError(t, open(t, newer).Close())
	execute(t, newer, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, true)")
	garbage := filepath.Join(dir, "garbage.db")
	require.NoError(t, os.WriteFile(garbage, []byte("this is no database, but a text that is long enough to look like one to whoever reads its header"), 0o600))
	for what, tc := range map[string]struct{ path, want string }{
		"no path":                {"", "the source has no path: say which file holds the facts"},
		"tables of a newer time": {newer, "its tables are of version 99, and this program knows them up to 3: a newer callas has been here"},
		"a file of another kind": {garbage, "file is not a database"},
		"a directory":            {dir, "is a directory"},
		"a file below a file":    {filepath.Join(garbage, "x.db"), "not a directory"},
	} {
		t.Run(what, func(t *testing.T) {
			_, err := sqlstore.Open(t.Context(), sqlstore.Config{Path: tc.path})
			require.ErrorContains(t, err, tc.want)
			if tc.path != "" {
				require.ErrorContains(t, err, "source "+tc.path)
			}
		})
	}
}

func TestManyProcessesMayStartOnANewFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "callas.db")
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			s, err := sqlstore.Open(t.Context(), sqlstore.Config{Path: path})
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			if _, err := s.Commit(t.Context(), units(fmt.Sprint("unit-", i))); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	s := open(t, path)
	defer s.Close()
	at, err := s.Verify(t.Context())
	require.NoError(t, err)
	require.Equal(t, int64(6), at.Revision)
}

// A failure that takes a whole transaction with it takes none of the acknowledged
// commits, and the next ones are made.
func TestTransactionThatBreaksIsAway(t *testing.T) {
	path := filepath.Join(t.TempDir(), "callas.db")
	s := open(t, path)
	defer s.Close()
	execute(t, path, `CREATE TRIGGER broken BEFORE INSERT ON unit WHEN NEW.id LIKE 'broken%' BEGIN SELECT RAISE(ROLLBACK, 'the disk broke'); END`)

	made := make([]error, 60)
	var wg sync.WaitGroup
	for i := range made {
		wg.Go(func() {
			id := fmt.Sprint("unit-", i)
			if i%10 == 0 {
				id = fmt.Sprint("broken-", i)
			}
			_, made[i] = s.Commit(t.Context(), units(id))
		})
	}
	wg.Wait()
	_, err := s.Commit(t.Context(), units("after"))
	require.NoError(t, err)

	there := map[string]bool{}
	_, err = s.Snapshot(t.Context(), func(row callas.Row) error { there[row.Key()] = true; return nil })
	require.NoError(t, err)
	for i, err := range made {
		if i%10 == 0 {
			require.ErrorIs(t, err, source.ErrAway)
			require.ErrorContains(t, err, "the disk broke")
		} else if err != nil {
			require.ErrorIs(t, err, source.ErrAway)
		}
		require.Equal(t, err == nil, there[fmt.Sprint("unit-", i)], "unit-%d: %v", i, err)
	}
	at, err := s.Verify(t.Context())
	require.NoError(t, err)
	require.Equal(t, int64(len(there)), at.Revision)
}

// Rows of an import are held for those who follow until one has come past them, and no
// longer. One who is behind then reads them back.
func TestALargeChangeIsNotHeldForNobody(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "callas.db"))
	defer s.Close()
	var ids [2_500]string
	for i := range ids {
		ids[i] = fmt.Sprintf("u%04d", i)
	}
	large, err := s.Commit(t.Context(), units(ids[:]...))
	require.NoError(t, err)
	small, err := s.Commit(t.Context(), units("last"))
	require.NoError(t, err)
	require.Equal(t, 2_501, sqlstore.Kept(s))

	sets, err := s.Since(t.Context(), callas.Token{})
	require.NoError(t, err)
	require.Len(t, sets, 2)
	require.Equal(t, 2_501, sqlstore.Kept(s), "whoever has read it may still lose it")
	sets, err = s.Since(t.Context(), large)
	require.NoError(t, err)
	require.Equal(t, small, sets[0].Token)
	require.Equal(t, 1, sqlstore.Kept(s))

	sets, err = s.Since(t.Context(), callas.Token{})
	require.NoError(t, err)
	require.Len(t, sets, 2, "who is behind")
	require.Len(t, sets[0].Edits, 2_500)
	sets, err = s.Since(t.Context(), small)
	require.NoError(t, err)
	require.Empty(t, sets)
}

func TestAStoreOfBeforeSignInsIsBroughtUpToDate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "old.db")
	require.NoError(t, open(t, path).Close())
	for _, back := range []string{
		"ALTER TABLE access_token DROP COLUMN use", "ALTER TABLE access_token DROP COLUMN parent",
		"ALTER TABLE access_token DROP COLUMN subject", "DELETE FROM goose_db_version WHERE version_id >= 2",
		"INSERT INTO access_token VALUES ('k1', 1, '00', '{\"name\":\"sue\",\"role\":\"admin\"}', '2026-11-22T08:00:00.000000Z', NULL, '', '[]')",
	} {
		execute(t, path, back)
	}
	s := open(t, path)
	var got []callas.Row
	_, err := s.Snapshot(t.Context(), func(row callas.Row) error { got = append(got, row); return nil })
	require.NoError(t, err)
	require.Len(t, got, 1)
	require.Equal(t, callas.UseToken, got[0].(*callas.AccessToken).Use)
	require.Equal(t, "sue", got[0].(*callas.AccessToken).Principal.Name)
	require.NoError(t, s.Close())
}

// A row that still names what it named is written without its indexes: these must hold
// whether rows move, come, stay or all of that in one statement.
func TestIndexesHoldWhetherRowsMoveOrStay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "callas.db")
	s := open(t, path)
	defer s.Close()
	const agents = 40 // several statements, and single rows at the end
	put := func(unit func(i int) string, direction callas.Direction) {
		c := units("north", "south")
		for i := range agents {
			row := &callas.Agent{ID: fmt.Sprintf("a%02d", i), Unit: unit(i), Direction: direction}
			c.Writes = append(c.Writes, source.Write{Kind: callas.KindAgent, ID: row.ID, Row: row})
		}
		_, err := s.Commit(t.Context(), c)
		require.NoError(t, err)
	}
	check := func(north int) {
		t.Helper()
		db := raw(t, path)
		var whole string
		require.NoError(t, db.QueryRow("PRAGMA integrity_check").Scan(&whole))
		require.Equal(t, "ok", whole)
		var found, looked int
		require.NoError(t, db.QueryRow("SELECT count(*) FROM agent INDEXED BY agent_unit WHERE unit = 'north'").Scan(&found))
		require.NoError(t, db.QueryRow("SELECT count(*) FROM agent NOT INDEXED WHERE unit = 'north'").Scan(&looked))
		require.Equal(t, []int{north, north}, []int{found, looked})
	}
	north := func(int) string { return "north" }
	put(north, callas.DirectionNone)
	put(north, callas.DirectionAll)
	check(agents)
	put(func(i int) string { return []string{"north", "south"}[i%2] }, callas.DirectionAll)
	check(agents / 2)
	put(func(i int) string { return []string{"south", "north"}[i%2] }, callas.DirectionExternal)
	check(agents / 2)
	require.Error(t, func() error {
		_, err := s.Commit(t.Context(), source.Commit{Writes: []source.Write{{Kind: callas.KindUnit, ID: "north"}}})
		return err
	}(), "agents are in it")
}

// A job that nobody shares its transaction with has no savepoint to go back to.
func TestAJobThatFailsByItselfLeavesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "callas.db")
	s := open(t, path)
	defer s.Close()
	first, err := s.Commit(t.Context(), units("a"))
	require.NoError(t, err)
	broken := units("c")
	broken.Writes = append(broken.Writes, source.Write{Kind: callas.KindAgent, ID: "anna", Row: &callas.Agent{ID: "anna", Unit: "nowhere"}})
	for range 2 {
		_, err = s.CommitSeries(t.Context(), []source.Commit{units("b"), broken})
		var wrong *source.Violation
		require.ErrorAs(t, err, &wrong)
		require.Equal(t, "anna", wrong.ID)
	}
	next, err := s.Commit(t.Context(), units("d"))
	require.NoError(t, err)
	require.Equal(t, first.Revision+1, next.Revision)
	var there []string
	_, err = s.Snapshot(t.Context(), func(row callas.Row) error { there = append(there, row.Key()); return nil })
	require.NoError(t, err)
	require.Equal(t, []string{"a", "d"}, there)
	at, err := s.Verify(t.Context())
	require.NoError(t, err)
	require.Equal(t, next, at)
}
