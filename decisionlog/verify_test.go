package decisionlog_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas/decisionlog"
)

func TestVerifyFindsEveryByteThatIsFlipped(t *testing.T) {
	dir := t.TempDir()
	written(t, decisionlog.Config{Dir: dir}, 6, 2)
	path := files(t, dir)[0]
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	for i := 0; i < len(text); i += 7 {
		altered := bytes.Clone(text)
		altered[i] ^= 0x10
		require.NoError(t, os.WriteFile(path, altered, 0o600))
		report, err := decisionlog.Verify(t.Context(), dir)
		group := len(text) / 3
		if torn := report.Torn > 0; torn { // a length that points behind the end
			require.Contains(t, []int{8, 9, 10, 11}, i%group)
			continue
		}
		var got *decisionlog.Break
		require.ErrorAs(t, err, &got, "byte %d", i)
		require.Equal(t, int64(i/group*group), got.Offset, "byte %d", i)
		require.Equal(t, uint64(i/group*2+1), got.Seq, "byte %d", i)
		require.Equal(t, uint64(i/group*2), report.Records, "what is before stays proved")
	}
}

func TestVerifyNamesTheBreak(t *testing.T) {
	swap := func(a, b string) {
		os.Rename(a, a+".x")
		os.Rename(b, a)
		os.Rename(a+".x", b)
	}
	edit := func(path string, change func([]byte) []byte) {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(path, change(text), 0o600))
	}
	for name, c := range map[string]struct {
		break_ func(files []string)
		want   string
	}{
		"a group is removed": {func(f []string) {
			edit(f[1], func(b []byte) []byte { n := len(b) / 2; return append(b[:n:n], b[len(b):]...) })
		}, "records 7 to 8 are missing"},
		"the first group of a segment is removed": {func(f []string) {
			edit(f[1], func(b []byte) []byte { return b[len(b)/2:] })
		}, "it is another's"},
		"two groups are swapped": {func(f []string) {
			edit(f[0], func(b []byte) []byte { n := len(b) / 2; return append(bytes.Clone(b[n:]), b[:n]...) })
		}, "it is another's"},
		"two segments are swapped":      {func(f []string) { swap(f[0], f[1]) }, "it is another's"},
		"a segment is removed":          {func(f []string) { os.Remove(f[1]) }, "records 5 to 8 are missing"},
		"the oldest segment is removed": {func(f []string) { os.Remove(f[0]) }, "records 1 to 4 are missing"},
		"a group is doubled": {func(f []string) {
			edit(f[2], func(b []byte) []byte { return append(b, b[bytes.LastIndex(b, []byte("CDLG")):]...) })
		}, "is here again"},
		"a segment ends early": {func(f []string) {
			edit(f[0], func(b []byte) []byte { return b[:len(b)-10] })
		}, "the group ends after"},
		"records of another log take their place": {func(f []string) {
			other := t.TempDir()
			l := open(t, small(other))
			for range 4 {
				require.NoError(t, l.Append(asService("eve", noon)))
				require.NoError(t, l.Append(asService("eve", noon)))
				require.NoError(t, l.Flush(t.Context()))
			}
			require.NoError(t, l.Close(context.Background()))
			text, err := os.ReadFile(files(t, other)[1])
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(f[1], text, 0o600))
		}, "the chain does not go on"},
		"the tail was shipped and is gone": {func(f []string) {
			os.WriteFile(filepath.Join(filepath.Dir(f[0]), "ship.json"), []byte(`{"version":1,"seq":99}`), 0o600)
		}, "records 13 to 99 were shipped and are not here"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			written(t, small(dir), 12, 2)
			all := files(t, dir)
			require.Len(t, all, 3)
			c.break_(all)
			_, err := decisionlog.Verify(t.Context(), dir)
			var got *decisionlog.Break
			require.ErrorAs(t, err, &got)
			require.Contains(t, got.Error(), c.want)
		})
	}
}

// small keeps two groups of two records a segment.
func small(dir string) decisionlog.Config {
	return decisionlog.Config{Dir: dir, SegmentBytes: 3200}
}

func TestASegmentVerifiesAlone(t *testing.T) {
	dir, alone := t.TempDir(), t.TempDir()
	written(t, small(dir), 12, 2)
	path := files(t, dir)[1]
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(alone, filepath.Base(path)), text, 0o600))
	_, err = decisionlog.Verify(t.Context(), alone)
	require.ErrorContains(t, err, "records 1 to 4 are missing", "without a manifest nothing says that this is meant")
	require.Len(t, records(t, alone), 4)
}

func TestRetentionDropsWholeSegmentsAndTheRestStaysProved(t *testing.T) {
	now := noon.Add(10 * time.Minute)
	for name, c := range map[string]struct {
		cfg  decisionlog.Config
		left int
		cut  uint64
	}{
		"by size":         {decisionlog.Config{MaxBytes: 7000}, 2, 32},
		"by age":          {decisionlog.Config{MaxAge: now.Sub(noon) - 20*time.Second + time.Millisecond}, 5, 20},
		"of everything":   {decisionlog.Config{MaxAge: time.Minute}, 1, 39},
		"nothing is over": {decisionlog.Config{MaxAge: time.Hour, MaxBytes: 1 << 30}, 10, 0},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			written(t, small(dir), 39, 2)
			c.cfg.Dir, c.cfg.SegmentBytes = dir, 3200
			c.cfg.Now = func() time.Time { return now }
			l := open(t, c.cfg)
			late := asService("ann", now)
			for range 4 { // enough for one more segment: that is when retention looks
				require.NoError(t, l.Append(late))
				require.NoError(t, l.Flush(t.Context()))
			}
			require.NoError(t, l.Close(t.Context()))
			report, err := decisionlog.Verify(t.Context(), dir)
			require.NoError(t, err)
			require.Equal(t, uint64(43), report.Last)
			if c.cut == 0 {
				require.Nil(t, report.Cut)
				require.Equal(t, uint64(1), report.First)
				return
			}
			t.Log(report.First, report.Segments, report.Cut.Seq)
			require.Equal(t, report.First-1, report.Cut.Seq)
			require.Less(t, report.Bytes, int64(39*800))

			again := open(t, c.cfg)
			require.Nil(t, again.Recovered())
			require.NoError(t, again.Append(late))
			require.NoError(t, again.Close(t.Context()))
			report, err = decisionlog.Verify(t.Context(), dir)
			require.NoError(t, err)
			require.Equal(t, uint64(44), report.Last)

			require.NoError(t, os.Remove(filepath.Join(dir, "manifest.json")))
			_, err = decisionlog.Verify(t.Context(), dir)
			require.ErrorContains(t, err, fmt.Sprintf("records 1 to %d are missing", report.First-1))
		})
	}
}

func TestVerifyRunsBesideAWriterThatDropsSegments(t *testing.T) {
	dir := t.TempDir()
	l := open(t, decisionlog.Config{Dir: dir, SegmentBytes: 20_000, MaxBytes: 100_000, SyncEvery: time.Millisecond})
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			case <-time.After(100 * time.Microsecond):
				l.Append(asService("ann", time.Now()))
			}
		}
	}()
	for end := time.Now().Add(time.Second); time.Now().Before(end); {
		_, err := decisionlog.Verify(t.Context(), dir)
		require.NoError(t, err)
	}
	close(stop)
	<-done
	require.NoError(t, l.Close(t.Context()))
}

// FuzzSegment holds every reader of a segment against any bytes: none panics or hangs,
// nothing is cut that could be read, and the log can be written afterwards.
func FuzzSegment(f *testing.F) {
	dir := f.TempDir()
	written(f, decisionlog.Config{Dir: dir}, 4, 2)
	text, err := os.ReadFile(files(f, dir)[0])
	require.NoError(f, err)
	f.Add(text)
	f.Add(text[:len(text)-1])
	f.Add(append(bytes.Clone(text[:200]), text...))
	f.Add([]byte("CDLG"))
	f.Fuzz(func(t *testing.T, text []byte) {
		dir := t.TempDir()
		path := filepath.Join(dir, "00000000000000000001.log")
		require.NoError(t, os.WriteFile(path, text, 0o600))
		before := readable(dir)
		decisionlog.Verify(t.Context(), dir)
		l, err := decisionlog.Open(decisionlog.Config{Dir: dir, Log: quiet(), Buffer: decisionlog.MinBuffer})
		require.NoError(t, err)
		require.NoError(t, l.Append(asService("ann", noon)))
		_, err = l.Search(t.Context(), decisionlog.Query{Agent: "ann"})
		require.NoError(t, err)
		require.NoError(t, l.Close(t.Context()))
		require.Equal(t, before+1, readable(dir))
	})
}

func readable(dir string) (n int) {
	for _, err := range decisionlog.Records(context.Background(), dir, time.Time{}, time.Time{}) {
		if err == nil {
			n++
		}
	}
	return n
}
