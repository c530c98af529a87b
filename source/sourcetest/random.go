package sourcetest

import (
	"errors"
	"testing"

	"callas"
	"callas/source"
	"callas/state"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Whatever is asked for in a small world where most of it clashes, what is made
// fits together, and what is refused leaves no trace.
func testRandom(t *testing.T, fresh Opener) {
	s := opened(t, fresh(t))
	at := callas.Token{}
	rows := map[name]callas.Row{}
	made, refused := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		var writes []source.Write
		seen := map[name]bool{}
		for range rapid.IntRange(1, 8).Draw(rt, "writes") {
			if w := anyWrite(rt); !seen[name{w.Kind, w.ID}] {
				seen[name{w.Kind, w.ID}] = true
				writes = append(writes, w)
			}
		}
		token, err := s.Commit(t.Context(), source.Commit{Writes: writes})
		now, newest, readErr := read(t.Context(), s)
		require.NoError(rt, readErr)
		if err != nil {
			refused++
			var violation *source.Violation
			require.True(rt, errors.As(err, &violation), "%v", err)
			require.Equal(rt, at, newest)
			require.Equal(rt, rows, now)
			return
		}
		made++
		require.Equal(rt, newest, token)
		fitTogether(rt, now)
		for _, w := range writes {
			got := now[name{w.Kind, w.ID}]
			require.True(rt, w.Row == nil && got == nil || w.Row != nil && source.Same(source.Canonical(w.Row), got), "%s %s", w.Kind, w.ID)
			delete(rows, name{w.Kind, w.ID})
		}
		for key, row := range rows {
			require.Equal(rt, row, now[key], "a row that nobody wrote")
		}
		at, rows = token, now
	})
	require.Equal(t, rows, replay(t, everything(t, s, callas.Token{})))
	t.Logf("%d commits made, %d refused", made, refused)
	require.Positive(t, made)
	require.Positive(t, refused)
}

func anyWrite(t *rapid.T) source.Write {
	id := rapid.SampledFrom([]string{"a", "b", "c"})
	one := func(what string) string { return id.Draw(t, what) }
	maybe := func(what string) string { return rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, what) }
	some := func(what string) []string {
		return rapid.SliceOfNDistinct(id, 0, 2, rapid.ID[string]).Draw(t, what)
	}
	kind := rapid.SampledFrom(callas.Kinds).Draw(t, "kind")
	w := source.Write{Kind: kind, ID: one("id")}
	if rapid.IntRange(0, 3).Draw(t, "delete") == 0 {
		return w
	}
	switch kind {
	case callas.KindUnit:
		w.Row = &callas.Unit{ID: w.ID, Parent: maybe("parent")}
	case callas.KindService:
		w.Row = &callas.Service{ID: w.ID, Unit: maybe("unit")}
	case callas.KindProfile:
		w.Row = &callas.Profile{ID: w.ID, Unit: maybe("unit"), Services: some("services")}
	case callas.KindAgent:
		w.Row = &callas.Agent{ID: w.ID, Unit: maybe("unit"), Profiles: some("profiles"), Responsible: map[string][]string{one("profile"): some("services")},
			Aliases: rapid.SliceOfN(rapid.SampledFrom([]string{"1", "2", "3", "sip:1", "sip:X@y", "x@Y"}), 0, 2).Draw(t, "aliases")}
	case callas.KindSession:
		w.Row = &callas.Session{Agent: w.ID, Profile: maybe("profile"), CallAs: maybe("call_as")}
	case callas.KindToken:
		w.Row = &callas.AccessToken{ID: w.ID, Hash: maybe("hash")}
	}
	return w
}

// fitTogether holds rows to what the source promises of them.
func fitTogether(t *rapid.T, rows map[name]callas.Row) {
	there := func(by callas.Row, k callas.Kind, ids ...string) {
		for _, id := range ids {
			if id != "" && rows[name{k, id}] == nil {
				t.Fatalf("%s %s names %s %s, which is not there", by.Kind(), by.Key(), k, id)
			}
		}
	}
	holder := map[string]string{}
	for _, row := range rows {
		switch row := row.(type) {
		case *callas.Unit:
			there(row, callas.KindUnit, row.Parent)
			steps := 0
			for up := row.Parent; up != ""; up = rows[name{callas.KindUnit, up}].(*callas.Unit).Parent {
				if steps++; steps > len(rows) {
					t.Fatalf("unit %s is in or below a ring", row.ID)
				}
			}
		case *callas.Service:
			there(row, callas.KindUnit, row.Unit)
		case *callas.Profile:
			there(row, callas.KindUnit, row.Unit)
			there(row, callas.KindService, row.Services...)
		case *callas.Agent:
			there(row, callas.KindUnit, row.Unit)
			there(row, callas.KindProfile, row.Profiles...)
			for profile, services := range row.Responsible {
				there(row, callas.KindProfile, profile)
				there(row, callas.KindService, services...)
			}
			for _, alias := range row.Aliases {
				if other, ok := holder[state.NormalAlias(alias)]; ok && other != row.ID {
					t.Fatalf("agents %s and %s share alias %s", row.ID, other, alias)
				}
				holder[state.NormalAlias(alias)] = row.ID
			}
		case *callas.Session:
			there(row, callas.KindAgent, row.Agent)
			there(row, callas.KindProfile, row.Profile)
			there(row, callas.KindService, row.CallAs)
		}
	}
}
