package decisionlog_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/decisionlog"
)

func beside(t *testing.T, dir string) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*.idx"))
	require.NoError(t, err)
	return all
}

// register holds decisions of many agents, a few each, in segments of some blocks.
func register(t testing.TB, dir string, decisions, agents int) {
	t.Helper()
	l := open(t, decisionlog.Config{Dir: dir, SegmentBytes: 1 << 20})
	for i := range decisions {
		e := asService(fmt.Sprintf("agent%d", i%agents), noon.Add(time.Duration(i)*time.Second))
		e.Decision.ID = fmt.Sprintf("D%d", i+1)
		require.NoError(t, l.Append(e))
		if i%100 == 99 {
			require.NoError(t, l.Flush(t.Context()))
		}
	}
	require.NoError(t, l.Close(t.Context()))
}

func TestWhatIsBesideASegmentNeverChangesWhatIsFound(t *testing.T) {
	dir := t.TempDir()
	register(t, dir, 6000, 1500)
	written := beside(t, dir)
	require.Len(t, written, len(files(t, dir))-1, "one for each segment that is finished")
	sound, err := os.ReadFile(written[0])
	require.NoError(t, err)
	other, err := os.ReadFile(written[1])
	require.NoError(t, err)
	bent := append([]byte{}, sound...)
	bent[len(bent)/2] ^= 1

	for name, text := range map[string][]byte{
		"as it was written": sound, "missing": nil, "cut": sound[:len(sound)/2], "altered": bent, "another segment's": other, "empty": {},
	} {
		t.Run(name, func(t *testing.T) {
			if text == nil {
				require.NoError(t, os.Remove(written[0]))
			} else {
				require.NoError(t, os.WriteFile(written[0], text, 0o600))
			}
			l := open(t, decisionlog.Config{Dir: dir, SegmentBytes: 1 << 20})
			defer l.Close(t.Context())
			got, _ := pages(t, l, decisionlog.Query{Agent: "agent77"})
			require.Equal(t, []uint64{4578, 3078, 1578, 78}, got)
			for _, seq := range []uint64{1, 2, 2000, 5999, 6000} {
				r, err := l.Find(t.Context(), fmt.Sprintf("D%d", seq), nil)
				require.NoError(t, err)
				require.Equal(t, seq, r.Seq)
			}
			r, err := l.Find(t.Context(), "D6001", nil)
			require.NoError(t, err)
			require.Nil(t, r)
			again, err := os.ReadFile(written[0])
			require.NoError(t, err)
			require.Equal(t, sound, again, "it is made anew")
		})
	}
}

func TestASegmentThatGrewAgainIsFoundWhole(t *testing.T) {
	dir := t.TempDir()
	register(t, dir, 6000, 1500)
	all := files(t, dir)
	require.NoError(t, os.Remove(all[len(all)-1])) // the writer died before anything was in it
	cfg := decisionlog.Config{Dir: dir, SegmentBytes: 4 << 20}
	l := open(t, cfg)
	e := asAgent("latecomer", noon, "an \"odd\" reason", callas.ReasonStale)
	require.NoError(t, l.Append(e))
	require.NoError(t, l.Close(t.Context()))

	cfg.SegmentBytes = 1
	l = open(t, cfg) // and now it is finished, and the file beside it is of before
	require.NoError(t, l.Append(asService("ann", noon)))
	require.NoError(t, l.Flush(t.Context()))
	for _, q := range []decisionlog.Query{{Agent: "latecomer"}, {Reason: "an \"odd\" reason"}, {Reason: callas.ReasonStale}, {Agent: "sip:latecomer@example.org"}} {
		got, _ := pages(t, l, q)
		require.Len(t, got, 1)
	}
}

func TestRetentionTakesWhatIsBesideASegmentToo(t *testing.T) {
	dir := t.TempDir()
	l := open(t, decisionlog.Config{Dir: dir, SegmentBytes: 2000, MaxBytes: 5000})
	for range 30 {
		require.NoError(t, l.Append(asService("ann", noon)))
		require.NoError(t, l.Flush(t.Context()))
	}
	require.NoError(t, l.Close(t.Context()))
	require.Len(t, beside(t, dir), len(files(t, dir))-1)
}
