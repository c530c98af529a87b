package sourcetest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"callas"
	"callas/source"

	"github.com/stretchr/testify/require"
)

func testCommits(t *testing.T, fresh Opener) {
	t.Run("a precondition holds or the commit is a conflict", func(t *testing.T) {
		const first, second = 1, 2 // ben was changed at the second
		for what, tc := range map[string]struct {
			id   string
			row  bool
			when source.Precondition
			want *source.Conflict
		}{
			"a create of what is there":               {"ben", true, source.Absent, &source.Conflict{Want: 0, Have: second}},
			"an update of what was changed since":     {"ben", true, source.At(first), &source.Conflict{Want: first, Have: second}},
			"an update of what is gone":               {"zoe", true, source.At(first), &source.Conflict{Want: first, Have: 0}},
			"a deletion of what was changed since":    {"ben", false, source.At(first), &source.Conflict{Want: first, Have: second}},
			"a deletion of what is gone":              {"zoe", false, source.At(first), &source.Conflict{Want: first, Have: 0}},
			"an update at a revision that never was":  {"ben", true, source.At(0), &source.Conflict{Want: 0, Have: second}},
			"an update of what was not touched since": {"anna", true, source.At(first), nil},
			"an update of what is there":              {"ben", true, source.At(second), nil},
			"a create of what is not there":           {"yan", true, source.Absent, nil},
		} {
			t.Run(what, func(t *testing.T) {
				s := company(t, fresh)
				commit(t, s, set(agent("ben", "leeds", "2002"))...)
				w := source.Write{Kind: callas.KindAgent, ID: tc.id, If: tc.when}
				if tc.row {
					w.Row = &callas.Agent{ID: tc.id, Name: "new " + tc.id, Unit: "leeds", Enabled: true}
				}
				if tc.want == nil {
					commit(t, s, append(set(&callas.Session{Agent: "anna", Since: noon()}), w)...)
					return
				}
				tc.want.Kind, tc.want.ID = callas.KindAgent, tc.id
				var got *source.Conflict
				require.ErrorAs(t, refused(t, s, append(set(&callas.Unit{ID: "extra"}), w)...), &got)
				require.Equal(t, tc.want, got)
			})
		}
	})

	t.Run("what would change nothing is dropped", func(t *testing.T) {
		s := company(t, fresh)
		before := newest(t, s)
		require.Equal(t, before, commit(t, s))
		require.Equal(t, before, commit(t, s, set(agent("anna", "london", "sip:anna@nordhang.example", "2001"))...))
		require.Equal(t, before, commit(t, s, set(service("help", "london").WithRevision(77))...))
		require.Equal(t, before, commit(t, s, drop(callas.KindAgent, "nobody")))

		after := commit(t, s, append(set(agent("anna", "london", "sip:anna@nordhang.example", "2001")), set(agent("ben", "leeds", "2002"))...)...)
		sets := everything(t, s, before)
		require.Len(t, sets, 1)
		require.Len(t, sets[0].Edits, 1, "only ben moved")
		rows, _ := snapshot(t, s)
		require.Equal(t, before.Revision, rows[name{callas.KindAgent, "anna"}].Revision())
		require.Equal(t, after.Revision, rows[name{callas.KindAgent, "ben"}].Revision())
	})

	t.Run("a row comes back canonical, and as it was given", func(t *testing.T) {
		s := company(t, fresh)
		token := commit(t, s, set(&callas.Agent{ID: "bare"})...)
		rows, _ := snapshot(t, s)
		require.Equal(t, &callas.Agent{ID: "bare", Aliases: []string{}, Profiles: []string{}, Responsible: map[string][]string{},
			Meta: callas.Meta{Rev: token.Revision}}, rows[name{callas.KindAgent, "bare"}])
		for _, given := range []callas.Row{service("help", "london"), agent("anna", "london", "sip:anna@nordhang.example", "2001")} {
			require.Equal(t, source.Canonical(given.WithRevision(1)), rows[name{given.Kind(), given.Key()}])
		}
	})

	t.Run("a row that its writer changes afterwards is not changed", func(t *testing.T) {
		s := company(t, fresh)
		mine := agent("anna", "london", "2001", "2003")
		before := newest(t, s)
		commit(t, s, set(mine)...)
		mine.Aliases[0], mine.Responsible["day"][0], mine.Profiles[0] = "9", "9", "9"
		after := everything(t, s, before)[0].Edits[0].After
		require.Equal(t, source.Canonical(agent("anna", "london", "2001", "2003").WithRevision(after.Revision())), after)
	})

	t.Run("a commit that cannot be read as one is a violation", func(t *testing.T) {
		s := company(t, fresh)
		for what, tc := range map[string]struct {
			writes []source.Write
			want   string
		}{
			"an unknown kind":       {[]source.Write{{Kind: "queue", ID: "help"}}, "queue help: is of an unknown kind: want one of [unit service profile agent session token]"},
			"no id":                 {[]source.Write{{Kind: callas.KindUnit}}, "unit : has no id"},
			"a row of another id":   {[]source.Write{{Kind: callas.KindUnit, ID: "x", Row: &callas.Unit{ID: "y"}}}, "unit x: is written with the row of unit y"},
			"a row of another kind": {[]source.Write{{Kind: callas.KindUnit, ID: "x", Row: &callas.Agent{ID: "x"}}}, "unit x: is written with the row of agent x"},
			"one row twice":         {append(set(&callas.Unit{ID: "x"}), drop(callas.KindUnit, "x")), "unit x: is written twice"},
		} {
			t.Run(what, func(t *testing.T) {
				err := refused(t, s, tc.writes...)
				var violation *source.Violation
				require.ErrorAs(t, err, &violation)
				require.EqualError(t, err, tc.want)
			})
		}
	})

	t.Run("the limits hold", func(t *testing.T) {
		s := company(t, fresh)
		var writes []source.Write
		for i := range source.MaxWrites {
			writes = append(writes, set(&callas.Unit{ID: fmt.Sprint("unit-", i)})...)
		}
		require.ErrorIs(t, refused(t, s, append(writes, set(&callas.Unit{ID: "one-more"})...)...), source.ErrTooLarge)
		commit(t, s, writes...)
		require.ErrorIs(t, refused(t, s, set(&callas.Unit{ID: "big", Name: strings.Repeat("x", source.MaxBody)})...), source.ErrTooLarge)
	})

	t.Run("a commit given up before it began is not made", func(t *testing.T) {
		s := company(t, fresh)
		before := newest(t, s)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := s.Commit(ctx, source.Commit{Writes: set(&callas.Unit{ID: "extra"})})
		if err == nil {
			return // it had begun
		}
		require.ErrorIs(t, err, context.Canceled)
		require.NotErrorIs(t, err, source.ErrAway)
		require.Equal(t, before, newest(t, s))
	})
}
