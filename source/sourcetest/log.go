package sourcetest

import (
	"testing"
	"time"

	"callas"
	"callas/source"

	"github.com/stretchr/testify/require"
)

func testLog(t *testing.T, fresh Opener) {
	t.Run("an empty log is at revision 0", func(t *testing.T) {
		s := opened(t, fresh(t))
		rows, at := snapshot(t, s)
		require.Empty(t, rows)
		require.Equal(t, callas.Token{}, at)
		require.Empty(t, everything(t, s, callas.Token{}))
	})

	t.Run("every commit is the next revision with a chain of its own", func(t *testing.T) {
		s := company(t, fresh)
		chains := map[string]bool{}
		for want := int64(2); want < 20; want++ {
			token := commit(t, s, set(&callas.Unit{ID: "nordhang", Name: string(rune('a' + want))})...)
			require.Equal(t, want, token.Revision)
			require.Regexp(t, `^[A-Za-z0-9_-]{22}$`, token.Chain)
			require.False(t, chains[token.Chain])
			chains[token.Chain] = true
			require.Equal(t, token, newest(t, s))
		}
	})

	t.Run("the log replayed is the snapshot, also after a restart", func(t *testing.T) {
		open := fresh(t)
		s := open()
		fill(t, s)
		rows, at := snapshot(t, s)
		require.Equal(t, rows, replay(t, everything(t, s, callas.Token{})))
		require.NoError(t, s.Close())

		again := opened(t, open)
		reread, reat := snapshot(t, again)
		require.Equal(t, at, reat)
		require.Equal(t, rows, reread)
		require.Equal(t, rows, replay(t, everything(t, again, callas.Token{})))
	})

	t.Run("a changeset tells who, through what, why and when", func(t *testing.T) {
		s := company(t, fresh)
		before, asked := newest(t, s), time.Now()
		token, err := s.Commit(t.Context(), source.Commit{Actor: "sue", Origin: "cli", Reason: "ben <moved> & „left“",
			Writes: append(set(agent("ben", "leeds", "2002")), drop(callas.KindSession, "anna"))})
		require.NoError(t, err)
		sets := everything(t, s, before)
		require.Len(t, sets, 1)
		cs := sets[0]
		require.Equal(t, token, cs.Token)
		require.Equal(t, []string{"sue", "cli", "ben <moved> & „left“"}, []string{cs.Actor, cs.Origin, cs.Reason})
		require.WithinDuration(t, asked, cs.At, 5*time.Second)
		require.Equal(t, time.UTC, cs.At.Location())
		require.Equal(t, "london", cs.Edits[0].Before.(*callas.Agent).Unit)
		require.Equal(t, "leeds", cs.Edits[0].After.(*callas.Agent).Unit)
		require.Equal(t, "help", cs.Edits[1].Before.(*callas.Session).CallAs)
		require.True(t, cs.Edits[1].After == nil, "a nil interface, not one that holds nil")
	})

	t.Run("rows come in the order of kinds and ids", func(t *testing.T) {
		s := company(t, fresh)
		var got []string
		_, err := s.Snapshot(t.Context(), func(row callas.Row) error {
			got = append(got, string(row.Kind())+" "+row.Key())
			return nil
		})
		require.NoError(t, err)
		require.Equal(t, []string{"unit leeds", "unit london", "unit nordhang", "service help", "service itdesk",
			"profile day", "profile off", "agent anna", "agent ben", "session anna"}, got)
	})

	t.Run("what fn refuses ends the snapshot with its own error", func(t *testing.T) {
		_, err := company(t, fresh).Snapshot(t.Context(), func(callas.Row) error { return errEnough })
		require.ErrorIs(t, err, errEnough)
		require.NotErrorIs(t, err, source.ErrAway)
	})

	t.Run("a token that is not of this log is unknown", func(t *testing.T) {
		s, other := company(t, fresh), company(t, fresh)
		at, foreign := newest(t, s), newest(t, other)
		require.Equal(t, at.Revision, foreign.Revision)
		require.NotEqual(t, at.Chain, foreign.Chain, "two logs never share a chain, even with the same edits")
		for _, token := range []callas.Token{
			foreign, {Revision: at.Revision}, {Revision: at.Revision + 1, Chain: at.Chain}, {Revision: 0, Chain: at.Chain}, {Revision: 99, Chain: "x"},
		} {
			_, err := s.Since(t.Context(), token)
			require.ErrorIs(t, err, source.ErrUnknownToken, "token %s", token)
		}
		_, err := s.Since(t.Context(), at)
		require.NoError(t, err)
	})
}

// fill commits every kind of row and edit.
func fill(t *testing.T, s source.Store) {
	t.Helper()
	expires := noon()
	commit(t, s, set(
		agent("anna", "care", "2001", "sip:Anna@nordhang.example"),
		&callas.Agent{ID: "bare", Name: "Bare", Direction: callas.DirectionNone},
		&callas.Session{Agent: "anna", Profile: "day", CallAs: "help", Since: noon(), ExpiresAt: &expires},
		&callas.Session{Agent: "bare", Since: noon(), EndedBecause: "off_duty"},
		&callas.Profile{ID: "day", Name: "Day", Unit: "care", Services: []string{"help"}},
		&callas.Profile{ID: "off", Name: "Off duty", OffDuty: true},
		service("help", "london"),
		&callas.Service{ID: "bare", Name: "Bare", Unit: "london"},
		&callas.Unit{ID: "care", Name: "Care", Parent: "london"},
		&callas.Unit{ID: "london", Name: "London", Parent: "nordhang", Asserted: "+442079460199"},
		&callas.Unit{ID: "nordhang", Name: "Nordhang"},
		&callas.AccessToken{ID: "k1", Hash: "00ff", CreatedAt: noon(), ExpiresAt: &expires,
			Principal: callas.Principal{Name: "sue", Role: callas.RoleSupervisor, Units: []string{"london"}}},
		&callas.AccessToken{ID: "k2", Hash: "11", CreatedAt: noon(), Principal: callas.Principal{Name: "anna", Role: callas.RoleAgent, Agent: "anna"}},
		&callas.AccessToken{ID: "k3", Hash: "22", CreatedAt: noon(), ExpiresAt: &expires, Use: callas.UseSignIn, Parent: "k1", Subject: "https://login.example.org 8f3a",
			Principal: callas.Principal{Name: "sue", Role: callas.RoleSupervisor, Units: []string{"london"}}},
		&callas.AccessToken{ID: "k4", Hash: "33", CreatedAt: noon(), ExpiresAt: &expires, Use: callas.UseLink, Principal: callas.Principal{Name: "aud", Role: callas.RoleAuditor}},
	)...)
	commit(t, s, append(set(agent("anna", "london", "2001")), drop(callas.KindAgent, "bare"), drop(callas.KindSession, "bare"))...)
	commit(t, s, set(&callas.Session{Agent: "anna", Profile: "day", Since: noon(), EndedBecause: "expired"})...)
	commit(t, s, drop(callas.KindToken, "k2"))
}
