package sqlstore_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"callas"
	"callas/source"

	"github.com/stretchr/testify/require"
)

// Lists are decoded by hand where that is right, and what comes out is what JSON says.
func TestListsAreReadAsJSONSaysThem(t *testing.T) {
	path := filepath.Join(t.TempDir(), "callas.db")
	s := open(t, path)
	defer s.Close()
	_, err := s.Commit(t.Context(), source.Commit{Writes: []source.Write{
		{Kind: callas.KindAgent, ID: "anna", Row: &callas.Agent{ID: "anna"}}}})
	require.NoError(t, err)
	for text, want := range map[string][]string{
		`[]`:                      {},
		`null`:                    nil,
		`["2001"]`:                {"2001"},
		`["2001","sip:a@b"]`:      {"2001", "sip:a@b"},
		`[""]`:                    {""},
		`["",""]`:                 {"", ""},
		`["a,b","[c]"]`:           {"a,b", "[c]"},
		`["Zoë","日本"]`:            {"Zoë", "日本"},
		`["say \"a\",\"b\"","c"]`: {`say "a","b"`, "c"},
		`["\u00e9\\"]`:            {`é\`},
		` [ "a" , "b" ] `:         {"a", "b"},
		`["a" ,"b"]`:              {"a", "b"},
	} {
		execute(t, path, "UPDATE agent SET aliases = ?, profiles = ?", text, text)
		_, err = s.Snapshot(t.Context(), func(row callas.Row) error {
			require.Equal(t, want, row.(*callas.Agent).Aliases, text)
			require.Equal(t, want, row.(*callas.Agent).Profiles, text)
			return nil
		})
		require.NoError(t, err)
	}
}

func TestAListThatIsDamagedIsToldWithItsRow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "callas.db")
	s := open(t, path)
	defer s.Close()
	_, err := s.Commit(t.Context(), source.Commit{Writes: []source.Write{
		{Kind: callas.KindAgent, ID: "anna", Row: &callas.Agent{ID: "anna"}}}})
	require.NoError(t, err)
	for _, text := range []string{``, `[`, `["a"`, `["a",]`, `["a""b"]`, `[a]`, `["a]`, `["a"]]`, `[1]`} {
		execute(t, path, "UPDATE agent SET aliases = ?", text)
		_, err = s.Snapshot(t.Context(), func(callas.Row) error { return nil })
		require.ErrorIs(t, err, source.ErrAway, text)
		require.ErrorContains(t, err, "table agent: row anna", text)
	}
}

// Equal lists are decoded once, and past a bound forgotten: both must show.
func TestManyRowsKeepTheirOwnLists(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "callas.db"))
	defer s.Close()
	var c source.Commit
	for i := range 3_000 {
		id := fmt.Sprintf("p%04d", i)
		c.Writes = append(c.Writes, source.Write{Kind: callas.KindProfile, ID: id, Row: &callas.Profile{ID: id, Services: []string{}}},
			source.Write{Kind: callas.KindAgent, ID: id, Row: &callas.Agent{ID: id, Profiles: []string{id},
				Responsible: map[string][]string{id: {}}}})
	}
	_, err := s.Commit(t.Context(), c)
	require.NoError(t, err)
	_, err = s.Snapshot(t.Context(), func(row callas.Row) error {
		if a, ok := row.(*callas.Agent); ok {
			require.Equal(t, []string{a.ID}, a.Profiles)
			require.Equal(t, map[string][]string{a.ID: {}}, a.Responsible)
		}
		return nil
	})
	require.NoError(t, err)
}
