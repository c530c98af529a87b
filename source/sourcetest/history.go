package sourcetest

import (
	"testing"
	"time"

	"callas"
	"callas/source"

	"github.com/stretchr/testify/require"
)

func testHistory(t *testing.T, fresh Opener) {
	s := company(t, fresh) // revision 1
	by := func(actor string, writes ...source.Write) {
		_, err := s.Commit(t.Context(), source.Commit{Actor: actor, Origin: "api", Writes: writes})
		require.NoError(t, err)
	}
	by("sue", set(agent("anna", "leeds", "2001"))...)                                                                          // 2
	by("tom", set(agent("ben", "leeds", "2002"))...)                                                                           // 3
	by("sue", set(agent("ben", "london", "2002"), &callas.Session{Agent: "anna", Since: noon()})...)                           // 4
	by("sue", drop(callas.KindSession, "anna"), drop(callas.KindAgent, "anna"))                                                // 5
	by("tom", set(&callas.AccessToken{ID: "anna", CreatedAt: noon(), Principal: callas.Principal{Role: callas.RoleAdmin}})...) // 6

	for what, tc := range map[string]struct {
		query source.HistoryQuery
		want  []int64
	}{
		"everything, newest first":         {source.HistoryQuery{}, []int64{6, 5, 4, 3, 2, 1}},
		"the newest two":                   {source.HistoryQuery{Limit: 2}, []int64{6, 5}},
		"the next two":                     {source.HistoryQuery{Limit: 2, Before: 5}, []int64{4, 3}},
		"one changeset":                    {source.HistoryQuery{Limit: 1, Before: 4}, []int64{3}},
		"what one actor did":               {source.HistoryQuery{Actor: "tom"}, []int64{6, 3}},
		"what was done to a kind":          {source.HistoryQuery{Kind: callas.KindSession}, []int64{5, 4, 1}},
		"what was done to a row":           {source.HistoryQuery{Kind: callas.KindAgent, ID: "anna"}, []int64{5, 2, 1}},
		"what was done to a row, by whom":  {source.HistoryQuery{Kind: callas.KindAgent, ID: "anna", Actor: "sue", Before: 5}, []int64{2}},
		"what was done to nobody":          {source.HistoryQuery{Kind: callas.KindAgent, ID: "zoe"}, nil},
		"what came through a door":         {source.HistoryQuery{Origin: "api", Limit: 1}, []int64{6}},
		"what came through none":           {source.HistoryQuery{Origin: "fax"}, nil},
		"since an hour ago":                {source.HistoryQuery{From: time.Now().Add(-time.Hour), Limit: 1}, []int64{6}},
		"nothing from the future":          {source.HistoryQuery{From: time.Now().Add(time.Hour)}, nil},
		"nothing from before the log was":  {source.HistoryQuery{To: time.Now().Add(-time.Hour)}, nil},
		"what is before the first changes": {source.HistoryQuery{Before: 1}, nil},
	} {
		t.Run(what, func(t *testing.T) {
			sets, err := s.History(t.Context(), tc.query)
			require.NoError(t, err)
			var got []int64
			for _, cs := range sets {
				got = append(got, cs.Token.Revision)
			}
			require.Equal(t, tc.want, got)
		})
	}

	t.Run("it tells what Since tells", func(t *testing.T) {
		sets, err := s.History(t.Context(), source.HistoryQuery{})
		require.NoError(t, err)
		log := everything(t, s, callas.Token{})
		for i, cs := range sets {
			require.Equal(t, log[len(log)-1-i], cs)
		}
	})
}

func testEnds(t *testing.T, fresh Opener) {
	t.Run("a commit wakes who waits, here and in another process", func(t *testing.T) {
		open := fresh(t)
		s, other := opened(t, open), opened(t, open)
		here, there := s.Wake(), other.Wake()
		select {
		case <-here:
			t.Fatal("woken by nothing")
		default:
		}
		token := commit(t, s, set(&callas.Unit{ID: "a"})...)
		eventually(t, "own wake", here)
		eventually(t, "another's wake", there)
		sets, err := other.Since(t.Context(), callas.Token{})
		require.NoError(t, err)
		require.Equal(t, token, sets[0].Token)

		back := s.Wake()
		second := commit(t, other, set(&callas.Unit{ID: "b"})...)
		eventually(t, "the way back", back)
		sets, err = s.Since(t.Context(), token)
		require.NoError(t, err)
		require.Equal(t, second, sets[0].Token)
	})

	t.Run("a log that two processes write to is one log", func(t *testing.T) {
		open := fresh(t)
		s, other := opened(t, open), opened(t, open)
		var at callas.Token
		for i := range 12 {
			who := s
			if i%3 == 0 {
				who = other
			}
			token := commit(t, who, set(&callas.Unit{ID: "a", Name: string(rune('a' + i))})...)
			for _, reader := range []source.Store{s, other} {
				sets, err := reader.Since(t.Context(), at)
				require.NoError(t, err)
				require.Len(t, sets, 1)
				require.Equal(t, token, sets[0].Token)
				require.Len(t, everything(t, reader, callas.Token{}), i+1)
			}
			at = token
		}
	})

	t.Run("a closed store is away", func(t *testing.T) {
		s := fresh(t)()
		commit(t, s, set(&callas.Unit{ID: "a"})...)
		require.NoError(t, s.Close())
		require.NoError(t, s.Close(), "closing twice is closing")
		_, err := s.Commit(t.Context(), source.Commit{Writes: set(&callas.Unit{ID: "b"})})
		require.ErrorIs(t, err, source.ErrAway)
		_, err = s.Snapshot(t.Context(), func(callas.Row) error { return nil })
		require.ErrorIs(t, err, source.ErrAway)
		_, err = s.Since(t.Context(), callas.Token{})
		require.ErrorIs(t, err, source.ErrAway)
		_, err = s.History(t.Context(), source.HistoryQuery{})
		require.ErrorIs(t, err, source.ErrAway)
	})
}
