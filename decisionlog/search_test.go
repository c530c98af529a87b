package decisionlog_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/decisionlog"
)

// daybook holds 60 decisions of ann, bob and zoe in turn, a minute apart, every fourth
// as the agent, in segments of a few.
func daybook(t *testing.T) (dir string) {
	dir = t.TempDir()
	l := open(t, decisionlog.Config{Dir: dir, SegmentBytes: 9000})
	for i := range 60 {
		agent, at := []string{"ann", "bob", "zoe"}[i%3], noon.Add(time.Duration(i)*time.Minute)
		e := asService(agent, at)
		if i%4 == 3 {
			e = asAgent(agent, at, callas.ReasonDirection)
		}
		require.NoError(t, l.Append(e))
		if i%5 == 4 {
			require.NoError(t, l.Flush(t.Context()))
		}
	}
	require.NoError(t, l.Close(t.Context()))
	return dir
}

// pages reads to the end, and says how long each page was.
func pages(t *testing.T, l *decisionlog.Log, q decisionlog.Query) (seqs []uint64, lengths []int) {
	t.Helper()
	for range 100 {
		page, err := l.Search(t.Context(), q)
		require.NoError(t, err)
		lengths = append(lengths, len(page.Records))
		for _, r := range page.Records {
			seqs = append(seqs, r.Seq)
		}
		if page.Next == "" {
			return seqs, lengths
		}
		q.Cursor = page.Next
	}
	require.Fail(t, "the pages do not end")
	return nil, nil
}

func TestSearchGivesTheNewestFirst(t *testing.T) {
	l := open(t, decisionlog.Config{Dir: daybook(t)})
	minute := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }
	for name, c := range map[string]struct {
		query decisionlog.Query
		match func(i int) bool // of the record with Seq i+1
	}{
		"everything":              {decisionlog.Query{}, func(int) bool { return true }},
		"an agent's":              {decisionlog.Query{Agent: "bob"}, func(i int) bool { return i%3 == 1 }},
		"by what it was called":   {decisionlog.Query{Agent: "sip:bob@example.org"}, func(i int) bool { return i%3 == 1 }},
		"called as a service":     {decisionlog.Query{Service: "help"}, func(i int) bool { return i%4 != 3 }},
		"an agent's as a service": {decisionlog.Query{Agent: "ann", As: callas.AsService}, func(i int) bool { return i%3 == 0 && i%4 != 3 }},
		"to a phone":              {decisionlog.Query{Class: callas.PSTN}, func(int) bool { return true }},
		"to a colleague":          {decisionlog.Query{Class: callas.Internal}, func(int) bool { return false }},
		"with a reason":           {decisionlog.Query{Reason: callas.ReasonDirection}, func(i int) bool { return i%4 == 3 }},
		"with another":            {decisionlog.Query{Reason: callas.ReasonStale}, func(int) bool { return false }},
		"that may be shown":       {decisionlog.Query{Visible: func(r *decisionlog.Record) bool { return r.Agent == "zoe" }}, func(i int) bool { return i%3 == 2 }},
		"of an hour's part":       {decisionlog.Query{From: minute(10), To: minute(20)}, func(i int) bool { return i >= 10 && i < 20 }},
		"of nobody":               {decisionlog.Query{Agent: "an"}, func(int) bool { return false }},
		"to the end of time":      {decisionlog.Query{From: time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC), To: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}, func(int) bool { return true }},
		"of no time":              {decisionlog.Query{From: minute(60)}, func(int) bool { return false }},
	} {
		for _, limit := range []int{1, 7, 1000} {
			t.Run(fmt.Sprintf("%s, %d a page", name, limit), func(t *testing.T) {
				var want []uint64
				for i := 59; i >= 0; i-- {
					if c.match(i) {
						want = append(want, uint64(i+1))
					}
				}
				c.query.Limit = limit
				got, lengths := pages(t, l, c.query)
				require.Equal(t, want, got)
				for _, n := range lengths {
					require.LessOrEqual(t, n, limit)
				}
			})
		}
	}
}

func TestACursorStaysWhereItIs(t *testing.T) {
	l := open(t, decisionlog.Config{Dir: daybook(t)})
	first, err := l.Search(t.Context(), decisionlog.Query{Limit: 10})
	require.NoError(t, err)
	for range 5 {
		require.NoError(t, l.Append(asService("ann", noon)))
	}
	second, err := l.Search(t.Context(), decisionlog.Query{Limit: 10, Cursor: first.Next})
	require.NoError(t, err)
	require.Equal(t, uint64(50), second.Records[0].Seq)
	newest, err := l.Search(t.Context(), decisionlog.Query{Limit: 1})
	require.NoError(t, err)
	require.Equal(t, uint64(65), newest.Records[0].Seq, "what was appended just now is there")
	_, err = l.Search(t.Context(), decisionlog.Query{Cursor: "yesterday"})
	require.ErrorContains(t, err, `cursor "yesterday"`)
}

func TestRecordsBetweenTwoMoments(t *testing.T) {
	dir := daybook(t)
	var got []uint64
	for r, err := range decisionlog.Records(t.Context(), dir, noon.Add(12*time.Minute), noon.Add(17*time.Minute)) {
		require.NoError(t, err)
		got = append(got, r.Seq)
	}
	require.Equal(t, []uint64{13, 14, 15, 16, 17}, got)
	for r, err := range decisionlog.Records(t.Context(), dir, time.Time{}, time.Time{}) {
		require.NoError(t, err)
		require.Equal(t, uint64(1), r.Seq)
		break
	}
}

func TestSearchRunsBesideTheWriter(t *testing.T) {
	l := open(t, decisionlog.Config{Dir: t.TempDir(), SegmentBytes: 50_000, MaxBytes: 200_000, SyncEvery: time.Millisecond})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 2000 {
			l.Append(asService("ann", noon.Add(time.Duration(i)*time.Second)))
			if i%50 == 0 {
				time.Sleep(time.Millisecond)
			}
		}
	}()
	for newest := uint64(0); ; {
		page, err := l.Search(t.Context(), decisionlog.Query{Agent: "ann", Limit: 20})
		require.NoError(t, err)
		for i, r := range page.Records {
			require.Equal(t, page.Records[0].Seq-uint64(i), r.Seq)
		}
		if len(page.Records) > 0 {
			require.GreaterOrEqual(t, page.Records[0].Seq, newest)
			newest = page.Records[0].Seq
		}
		select {
		case <-done:
			return
		default:
		}
	}
}
