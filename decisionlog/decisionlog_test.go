package decisionlog_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"callas"
	"callas/decisionlog"
)

func TestMain(m *testing.M) {
	if child := os.Getenv("DECISIONLOG_CHILD"); child != "" {
		children[child](os.Getenv("DECISIONLOG_DIR"))
		return
	}
	goleak.VerifyTestMain(m)
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 123456789, time.UTC)

// asService is a call to a customer's phone that went out as help.
func asService(agent string, at time.Time) *decisionlog.Entry {
	target := callas.Target{Class: callas.PSTN, Number: "+41791234567", URI: "tel:+41791234567", Country: "CH"}
	return &decisionlog.Entry{
		At: at, Latency: 18250 * time.Nanosecond, Agent: agent, Age: 400 * time.Millisecond, Zone: time.UTC,
		Call: callas.Call{Agent: "sip:" + agent + "@example.org", Target: target, Modality: callas.Audio,
			CallAs: "help", CallID: "a84b4c76e66710@pc33.example.org", Platform: "kamailio"},
		Decision: callas.Decision{ID: "7QZ3VJ5FJXN3B6R5GQYV4PSDME", As: callas.AsService, Service: "help",
			Identity: &callas.Identity{Name: "Help Call Center", Number: "+41445550100", URI: "sip:help@example.org", Asserted: "+41445550100"},
			Target:   target, Reasons: []callas.Reason{},
			Revision: callas.Token{Revision: 42, Chain: "k3JxQ0dpZ2VzdG9mY2hhaW4"},
			Policy:   "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
	}
}

// asAgent is the same call held back by a gate.
func asAgent(agent string, at time.Time, why ...callas.Reason) *decisionlog.Entry {
	e := asService(agent, at)
	e.Decision.As, e.Decision.Service, e.Decision.Reasons = callas.AsAgent, "", why
	e.Decision.Identity = &callas.Identity{Name: agent, Number: "+41445550111"}
	return e
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func open(t testing.TB, cfg decisionlog.Config) *decisionlog.Log {
	t.Helper()
	if cfg.Dir == "" {
		cfg.Dir = t.TempDir()
	}
	if cfg.Log == nil {
		cfg.Log = quiet()
	}
	l, err := decisionlog.Open(cfg)
	require.NoError(t, err)
	t.Cleanup(func() { l.Close(context.Background()) })
	return l
}

// written appends n calls of ann, a second apart, in groups of the given size, and closes.
func written(t testing.TB, cfg decisionlog.Config, n, group int) {
	t.Helper()
	if cfg.SyncEvery == 0 {
		cfg.SyncEvery = decisionlog.MaxSyncEvery // no group of its own accord
	}
	l := open(t, cfg)
	for i := range n {
		require.NoError(t, l.Append(asService("ann", noon.Add(time.Duration(i)*time.Second))))
		if i%group == group-1 {
			require.NoError(t, l.Flush(t.Context()))
		}
	}
	require.NoError(t, l.Close(t.Context()))
}

func records(t testing.TB, dir string) []decisionlog.Record {
	t.Helper()
	var all []decisionlog.Record
	for r, err := range decisionlog.Records(t.Context(), dir, time.Time{}, time.Time{}) {
		require.NoError(t, err)
		all = append(all, r)
	}
	return all
}

func files(t testing.TB, dir string) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*.log"))
	require.NoError(t, err)
	return all
}

func TestARecordIsEnoughToDecideTheCallAgain(t *testing.T) {
	zurich, err := time.LoadLocation("Europe/Zurich")
	require.NoError(t, err)
	odd := asAgent("ann", noon, "direction", "a policy's \"own\"\n\x01\\ — reason")
	odd.Call.Agent, odd.Call.CallID, odd.Decision.Revision = "ann", "bad\xffutf8 ☎", callas.Token{}
	odd.Decision.Stale = true
	unknown := asAgent("", noon, callas.ReasonUnknownAgent)
	unknown.Decision.Identity, unknown.Call.Agent = nil, "mallory"
	winter := asService("bob", time.Date(2026, 1, 1, 23, 30, 0, 0, time.UTC))
	winter.Zone, winter.Stale, winter.Age = zurich, true, 90*time.Second

	dir := t.TempDir()
	l := open(t, decisionlog.Config{Dir: dir})
	entries := []*decisionlog.Entry{asService("ann", noon), odd, unknown, winter}
	for _, e := range entries {
		e.Mask = decisionlog.Clear
		require.NoError(t, l.Append(e))
	}
	require.NoError(t, l.Close(t.Context()))

	got := records(t, dir)
	require.Len(t, got, len(entries))
	odd.Call.CallID = "bad\ufffdutf8 ☎"
	for i, e := range entries {
		r := got[i]
		require.Equal(t, uint64(i+1), r.Seq)
		require.Equal(t, e.Call, r.Call())
		require.Equal(t, e.Decision, r.Decision())
		require.Equal(t, e.Agent, r.Agent)
		require.True(t, e.At.Equal(r.At))
		require.Equal(t, e.Latency, r.Latency)
		require.Equal(t, e.Age, r.Input.Age)
		require.Equal(t, e.Stale, r.Input.Stale)
		require.Empty(t, r.Masked)
	}
	require.Equal(t, decisionlog.Time{Weekday: 0, Minute: 720, Date: "2026-11-22", Zone: "UTC"}, got[0].Input.Time)
	require.Equal(t, decisionlog.Time{Weekday: 5, Minute: 30, Date: "2026-01-02", Zone: "Europe/Zurich"}, got[3].Input.Time)
}

func TestFilesAreNobodyElsesToRead(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "log")
	written(t, decisionlog.Config{Dir: dir}, 1, 1)
	info, err := os.Stat(dir)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	all, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, f := range all {
		info, err := f.Info()
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), f.Name())
	}
}

func TestOneWriterADirectory(t *testing.T) {
	dir := t.TempDir()
	l := open(t, decisionlog.Config{Dir: dir})
	_, err := decisionlog.Open(decisionlog.Config{Dir: dir, Log: quiet()})
	require.ErrorContains(t, err, "another process writes")
	require.NoError(t, l.Close(t.Context()))
	require.NoError(t, l.Close(t.Context()), "twice is once")
	require.ErrorIs(t, l.Append(asService("ann", noon)), decisionlog.ErrClosed)
	require.NoError(t, open(t, decisionlog.Config{Dir: dir}).Close(t.Context()))
}

func TestTheChainGoesOnAfterOpen(t *testing.T) {
	dir := t.TempDir()
	for range 3 {
		written(t, decisionlog.Config{Dir: dir}, 10, 4)
	}
	got, err := decisionlog.Verify(t.Context(), dir)
	require.NoError(t, err)
	require.Equal(t, uint64(30), got.Records)
	require.Equal(t, 9, got.Groups)
	require.Equal(t, 1, got.Segments)
	require.Equal(t, [2]uint64{1, 30}, [2]uint64{got.First, got.Last})
	require.True(t, got.From.Equal(noon))
	require.True(t, got.To.Equal(noon.Add(9*time.Second)))
	require.Len(t, got.Chain, 64)
	require.Nil(t, got.Cut)
}

func TestNoGroupWaitsLongerThanSyncEvery(t *testing.T) {
	l := open(t, decisionlog.Config{SyncEvery: 20 * time.Millisecond})
	for i := range 3 {
		require.NoError(t, l.Append(asService("ann", noon)))
		require.Eventually(t, func() bool { return l.Stats().Synced == uint64(i+1) }, 5*time.Second, time.Millisecond)
	}
	got := l.Stats()
	require.Equal(t, uint64(3), got.Appended)
	require.Equal(t, uint64(3), got.Groups)
	require.Zero(t, got.Dropped)
	require.Zero(t, got.Waiting)
	require.Equal(t, got.Written, uint64(got.Bytes))
}

func TestOpenRefuses(t *testing.T) {
	for name, cfg := range map[string]decisionlog.Config{
		"no directory":               {Log: quiet()},
		"nowhere to tell trouble":    {Dir: t.TempDir()},
		"groups over a tenth second": {Dir: t.TempDir(), Log: quiet(), SyncEvery: time.Second},
		"a buffer of nothing":        {Dir: t.TempDir(), Log: quiet(), Buffer: 1},
		"a short pseudonym key":      {Dir: t.TempDir(), Log: quiet(), PseudonymKey: []byte("short")},
		"shipping to nowhere":        {Dir: t.TempDir(), Log: quiet(), Ship: decisionlog.Ship{URL: "example.org"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := decisionlog.Open(cfg)
			require.ErrorContains(t, err, "decision log: ")
		})
	}
}

func TestManyWritersLeaveOneChain(t *testing.T) {
	dir := t.TempDir()
	l := open(t, decisionlog.Config{Dir: dir, SyncEvery: time.Millisecond, SegmentBytes: 100_000})
	done := make(chan error)
	const writers, each = 8, 250
	for w := range writers {
		go func() {
			var err error
			for i := range each {
				err = errors.Join(err, l.Append(asService(fmt.Sprintf("agent%d", w), noon)))
				if i%50 == 0 { // so that it is many groups on any machine
					err = errors.Join(err, l.Flush(t.Context()))
				}
			}
			done <- err
		}()
	}
	for range writers {
		require.NoError(t, <-done)
	}
	_, err := decisionlog.Verify(t.Context(), dir)
	require.NoError(t, err, "while it is being written")
	require.NoError(t, l.Close(t.Context()))
	got, err := decisionlog.Verify(t.Context(), dir)
	require.NoError(t, err)
	require.Equal(t, uint64(writers*each), got.Records)
	require.Greater(t, got.Segments, 1)
}
