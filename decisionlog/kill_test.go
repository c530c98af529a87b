package decisionlog_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas/decisionlog"
)

// children are what this binary does when a test runs it again.
var children = map[string]func(dir string){"append": appendForever, "slow": appendSlowly, "full": fillDisk}

// child runs this binary again in another part.
func child(t *testing.T, part, dir string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "DECISIONLOG_CHILD="+part, "DECISIONLOG_DIR="+dir)
	cmd.Stderr = os.Stderr
	return cmd
}

// appendForever appends under load, and every millisecond says what is fsynced and
// what it has appended.
func appendForever(dir string) { appendTo(decisionlog.Config{Dir: dir, SegmentBytes: 1 << 20}) }

// slowly is how long an fsync takes on a disk that has other things to do.
const slowly = 3 * time.Second

// appendSlowly is appendForever over such a disk.
func appendSlowly(dir string) {
	appendTo(decisionlog.WithFsync(decisionlog.Config{Dir: dir}, func(f *os.File) error {
		time.Sleep(slowly)
		return f.Sync()
	}))
}

func appendTo(cfg decisionlog.Config) {
	cfg.Log = quiet()
	l, err := decisionlog.Open(cfg)
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); {
		for range 20 {
			l.Append(asService("ann", time.Now()))
		}
		s := l.Stats()
		fmt.Println(s.Synced, s.Seq)
		time.Sleep(time.Millisecond)
	}
}

// killed runs a child, kills it with -9 after a while, and tells how old the oldest
// record is that was appended and is lost, how many are left, and how many of those were
// not fsynced when it died.
func killed(t *testing.T, part, dir string, after time.Duration) (oldest time.Duration, left, unsynced uint64) {
	t.Helper()
	cmd := child(t, part, dir)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	type said struct {
		synced, seq uint64
		at          time.Time
	}
	var all []said
	lines := bufio.NewScanner(out)
	die := time.AfterFunc(after, func() { cmd.Process.Kill() })
	for lines.Scan() {
		var s said
		if _, err := fmt.Sscan(lines.Text(), &s.synced, &s.seq); err != nil {
			break // the line it died in
		}
		s.at = time.Now()
		all = append(all, s)
	}
	died := time.Now()
	cmd.Wait()
	die.Stop()
	l := open(t, decisionlog.Config{Dir: dir})
	left = l.Stats().Synced
	require.NoError(t, l.Close(t.Context()))
	if len(all) == 0 {
		return 0, left, 0 // a slow machine: it died before it began
	}
	last := all[len(all)-1]
	require.GreaterOrEqual(t, left, last.synced, "what was fsynced is there")
	for _, s := range all {
		if s.seq > left {
			oldest = max(oldest, died.Sub(s.at))
		}
	}
	report, err := decisionlog.Verify(t.Context(), dir)
	require.NoError(t, err)
	require.Equal(t, left, report.Last)
	require.Zero(t, report.Torn)
	t.Logf("appended %d, fsynced %d, left %d, the oldest lost is %v old, recovered %+v", last.seq, last.synced, left, oldest, l.Recovered())
	return oldest, left, left - min(left, last.synced)
}

// withinAGroup is what a kill -9 may cost, and what a busy machine may add to it.
const withinAGroup = decisionlog.DefaultSyncEvery + 250*time.Millisecond

func TestKill9LosesNothingButTheLastGroup(t *testing.T) {
	dir := t.TempDir()
	var kept uint64
	for range 3 {
		oldest, left, _ := killed(t, "append", dir, time.Duration(600+rand.IntN(400))*time.Millisecond)
		require.LessOrEqual(t, oldest, withinAGroup)
		require.GreaterOrEqual(t, left, kept)
		kept = left
	}
	require.NotZero(t, kept)
}

func TestKill9LosesNoMoreWhereFsyncTakesSeconds(t *testing.T) {
	dir := t.TempDir()
	oldest, left, unsynced := killed(t, "slow", dir, slowly-time.Second)
	require.LessOrEqual(t, oldest, withinAGroup)
	require.NotZero(t, left)
	require.Equal(t, left, unsynced, "none of them was fsynced")
}

func TestAnFsyncThatFailsIsMadeGood(t *testing.T) {
	dir := t.TempDir()
	var durable int64 // what a disk that throws failed pages away has kept
	fails := 3
	l := open(t, decisionlog.WithFsync(decisionlog.Config{Dir: dir, Buffer: decisionlog.MinBuffer}, func(f *os.File) error {
		info, err := f.Stat()
		require.NoError(t, err)
		if fails--; fails >= 0 {
			require.NoError(t, f.Truncate(durable))
			require.NoError(t, f.Truncate(info.Size())) // zeroes
			return errors.New("input/output error")
		}
		durable = info.Size()
		return f.Sync()
	}))
	require.NoError(t, l.Append(asService("ann", noon)))
	require.ErrorContains(t, l.Flush(t.Context()), "input/output error")
	require.Contains(t, l.Stats().DiskError, "input/output error")
	for range 10 {
		require.NoError(t, l.Append(asService("bob", noon)))
		time.Sleep(60 * time.Millisecond) // groups of their own, behind the one that fails
	}
	require.Eventually(t, func() bool { return l.Stats().DiskError == "" }, 10*time.Second, 10*time.Millisecond)
	require.NoError(t, l.Flush(t.Context()))
	require.NoError(t, l.Close(t.Context()))
	report, err := decisionlog.Verify(t.Context(), dir)
	require.NoError(t, err)
	require.Equal(t, uint64(11), report.Records)
}

func TestADiskThatHangsFillsTheBufferAndNoMore(t *testing.T) {
	dir := t.TempDir()
	hang := make(chan struct{})
	l := open(t, decisionlog.WithFsync(decisionlog.Config{Dir: dir, Strict: true, Buffer: decisionlog.MinBuffer, SyncEvery: time.Millisecond, SegmentBytes: 5000},
		func(f *os.File) error { <-hang; return f.Sync() }))
	kept, refused := 0, 0
	for end := time.Now().Add(10 * time.Second); refused == 0 && time.Now().Before(end); time.Sleep(time.Millisecond) {
		if err := l.Append(asService("ann", noon)); err == nil {
			kept++
		} else {
			require.ErrorIs(t, err, decisionlog.ErrFull)
			refused++
		}
	}
	require.Equal(t, 1, refused)
	close(hang)
	require.NoError(t, l.Close(t.Context()))
	report, err := decisionlog.Verify(t.Context(), dir)
	require.NoError(t, err)
	require.Equal(t, uint64(kept), report.Records-countLost(t, dir))
}

func TestWhatIsNeverFsyncedIsToldAtTheEnd(t *testing.T) {
	l := open(t, decisionlog.WithFsync(decisionlog.Config{}, func(*os.File) error { return errors.New("input/output error") }))
	for range 5 {
		require.NoError(t, l.Append(asService("ann", noon)))
	}
	require.Error(t, l.Flush(t.Context()))
	require.NoError(t, l.Append(asService("bob", noon)))
	require.ErrorContains(t, l.Close(t.Context()), "6 decisions were not recorded: input/output error")
	require.Equal(t, uint64(6), l.Stats().Dropped)
}

func TestATornTailIsCutAndTold(t *testing.T) {
	whole := t.TempDir()
	written(t, decisionlog.Config{Dir: whole}, 9, 3)
	path := files(t, whole)[0]
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	third := len(text) / 3
	for _, cut := range []int{1, 3, 50, 111, 112, 113, third - 1} {
		t.Run("after "+strconv.Itoa(cut), func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, filepath.Base(path)), text[:2*third+cut], 0o600))
			before, err := decisionlog.Verify(t.Context(), dir)
			require.NoError(t, err, "a group that is being written is no break")
			require.Equal(t, int64(cut), before.Torn)

			l := open(t, decisionlog.Config{Dir: dir})
			require.Equal(t, &decisionlog.Recovered{Last: 6, File: filepath.Base(path), Offset: int64(2 * third), Bytes: int64(cut)}, l.Recovered())
			require.NoError(t, l.Append(asService("ann", noon)))
			require.NoError(t, l.Close(context.Background()))
			after, err := decisionlog.Verify(t.Context(), dir)
			require.NoError(t, err)
			require.Equal(t, uint64(7), after.Last)
			require.Zero(t, after.Torn)
		})
	}
}

func TestAWriterThatDiedInItsFirstGroupLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	for _, text := range []string{"", "CD", "CDLG\x01\x00\x00\x00"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "00000000000000000001.log"), []byte(text), 0o600))
		l := open(t, decisionlog.Config{Dir: dir})
		require.NoError(t, l.Close(t.Context()))
		require.Empty(t, files(t, dir))
	}
	written(t, decisionlog.Config{Dir: dir}, 1, 1)
	_, err := decisionlog.Verify(t.Context(), dir)
	require.NoError(t, err)
}

func TestDamageIsNeverCut(t *testing.T) {
	at := func(text []byte, part float64) int { return int(float64(len(text)) * part) }
	for name, c := range map[string]struct {
		alter   func([]byte) []byte
		kept    bool
		damaged int
		last    uint64
	}{
		"in the middle: the chain goes on behind it": {func(b []byte) []byte { b[at(b, .5)] ^= 1; return b }, false, 1, 9},
		"in the last group: it is kept beside":       {func(b []byte) []byte { b[at(b, .9)] ^= 1; return b }, true, 0, 6},
		"a foreign tail is kept beside":              {func(b []byte) []byte { return append(b, make([]byte, 500)...) }, true, 0, 9},
		"in both":                                    {func(b []byte) []byte { b[at(b, .5)] ^= 1; return append(b, make([]byte, 500)...) }, true, 1, 9},
		"everywhere: the file is set aside":          {func(b []byte) []byte { clear(b); return b }, true, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			written(t, decisionlog.Config{Dir: dir}, 9, 3)
			path := files(t, dir)[0]
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(path, c.alter(text), 0o600))
			altered, err := os.ReadFile(path)
			require.NoError(t, err)

			l := open(t, decisionlog.Config{Dir: dir})
			got := l.Recovered()
			require.Equal(t, c.last, got.Last)
			require.Len(t, got.Damaged, c.damaged)
			require.Equal(t, c.kept, got.Kept != "")
			var bytes int64
			for _, f := range append(files(t, dir), filepath.Join(dir, got.Kept)) {
				if info, err := os.Stat(f); err == nil && !info.IsDir() {
					bytes += info.Size()
				}
			}
			require.Equal(t, int64(len(altered)), bytes, "not a byte is gone")
			require.NoError(t, l.Append(asService("ann", noon)))
			require.NoError(t, l.Flush(t.Context()))
			page, err := l.Search(t.Context(), decisionlog.Query{Limit: 1})
			require.NoError(t, err)
			require.Equal(t, c.last+1, page.Records[0].Seq)
		})
	}
}
