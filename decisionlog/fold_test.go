package decisionlog_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/decisionlog"
)

// What records of a group have in common is written once. Each comes back whole,
// whatever changes between them and wherever a group ends.
func TestRecordsThatPointToOthersComeBackWhole(t *testing.T) {
	zurich, err := time.LoadLocation("Europe/Zurich")
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(n int) int { return r.IntN(n) }
	dir := t.TempDir()
	l := open(t, decisionlog.Config{Dir: dir, SegmentBytes: 20_000})
	var want []*decisionlog.Entry
	at := noon
	for i := range 500 {
		at = at.Add(time.Duration(pick(20)) * time.Second)
		e := asService("ann", at)
		e.Mask = decisionlog.Clear
		e.Age, e.Stale, e.Decision.Stale = time.Duration(pick(1000)), pick(20) == 0, pick(20) == 0
		e.Call.Platform = []string{"kamailio", "kamailio", "cli", ""}[pick(4)]
		e.Decision.Revision = callas.Token{Revision: int64(42 + i/40), Chain: fmt.Sprint("chain", i/40)}
		if pick(10) == 0 {
			e.Zone = zurich
		}
		if pick(50) == 0 {
			e.Decision.Policy = "sha256:another"
		}
		switch pick(4) {
		case 0:
			e.Decision.Identity = nil
		case 1: // some share a place
			e.Decision.Identity = &callas.Identity{Name: "Anna \"A\" Meier", Number: fmt.Sprintf("+4420794%05d", pick(2000))}
		}
		want = append(want, e)
		require.NoError(t, l.Append(e))
		if pick(30) == 0 {
			require.NoError(t, l.Flush(t.Context()))
		}
	}
	check := func(e *decisionlog.Entry, got *decisionlog.Record) {
		t.Helper()
		require.Equal(t, e.Call, got.Call())
		require.Equal(t, e.Decision, got.Decision())
		require.Equal(t, e.Age, got.Input.Age)
		require.Equal(t, e.Stale, got.Input.Stale)
		local := e.At.In(e.Zone)
		require.Equal(t, decisionlog.Time{Weekday: int(local.Weekday()), Minute: local.Hour()*60 + local.Minute(),
			Date: local.Format(time.DateOnly), Zone: e.Zone.String()}, got.Input.Time)
	}
	page, err := l.Search(t.Context(), decisionlog.Query{Limit: 1000})
	require.NoError(t, err)
	require.Len(t, page.Records, len(want))
	for i := range page.Records {
		check(want[len(want)-1-i], &page.Records[i])
	}
	require.NoError(t, l.Close(t.Context()))
	for i, got := range records(t, dir) {
		check(want[i], &got)
	}
	_, err = decisionlog.Verify(t.Context(), dir)
	require.NoError(t, err)
}

func TestARecordIsSmall(t *testing.T) {
	l := open(t, decisionlog.Config{})
	const n = 1000
	for i := range n {
		require.NoError(t, l.Append(asService(fmt.Sprintf("agent%d", i), noon)))
	}
	require.NoError(t, l.Flush(t.Context()))
	require.Less(t, l.Stats().Written/n, uint64(480))
}
