package sqlstore_test

import (
	"path/filepath"
	"testing"

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
