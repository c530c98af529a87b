package decisionlog_test

import (
	"bufio"
	"context"
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
var children = map[string]func(dir string){"append": appendForever, "full": fillDisk}

// child runs this binary again in another part.
func child(t *testing.T, part, dir string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "DECISIONLOG_CHILD="+part, "DECISIONLOG_DIR="+dir)
	cmd.Stderr = os.Stderr
	return cmd
}

// appendForever appends under load, and every millisecond says what is on disk, what
// it has appended, and how long the last fsync took, in ns.
func appendForever(dir string) {
	l, err := decisionlog.Open(decisionlog.Config{Dir: dir, Log: quiet(), SegmentBytes: 1 << 20})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); {
		for range 20 {
			l.Append(asService("ann", time.Now()))
		}
		s := l.Stats()
		fmt.Println(s.Synced, s.Seq, int64(s.Sync))
		time.Sleep(time.Millisecond)
	}
}

func TestKill9LosesNothingButTheLastGroup(t *testing.T) {
	dir := t.TempDir()
	var kept uint64
	for round := range 3 {
		cmd := child(t, "append", dir)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		type said struct {
			synced, seq uint64
			fsync       time.Duration
			at          time.Time
		}
		var all []said
		lines := bufio.NewScanner(out)
		die := time.AfterFunc(time.Duration(600+rand.IntN(400))*time.Millisecond, func() { cmd.Process.Kill() })
		for lines.Scan() {
			var s said
			if _, err := fmt.Sscan(lines.Text(), &s.synced, &s.seq, &s.fsync); err != nil {
				break // the line it died in
			}
			s.at = time.Now()
			all = append(all, s)
		}
		died := time.Now()
		cmd.Wait()
		die.Stop()
		if len(all) == 0 {
			continue // a slow machine: it died before it began
		}
		l := open(t, decisionlog.Config{Dir: dir})
		got := l.Stats().Synced
		require.NoError(t, l.Close(t.Context()))
		require.GreaterOrEqual(t, got, all[len(all)-1].synced, "what was fsynced is there")
		require.GreaterOrEqual(t, got, kept)
		kept = got
		var fsync time.Duration // the longest, that in which the process died with it
		advanced := all[0]
		for _, s := range all {
			if fsync = max(fsync, s.fsync); s.synced > advanced.synced {
				advanced = s
			}
		}
		fsync = max(fsync, died.Sub(advanced.at))
		var oldest time.Duration // of what is lost
		for _, s := range all {
			if s.seq > got {
				oldest = max(oldest, died.Sub(s.at))
			}
		}
		// A record waits for the fsync before its own group's, and no longer.
		require.LessOrEqual(t, oldest, decisionlog.MaxSyncEvery+2*fsync+100*time.Millisecond, "fsync %v", fsync)
		report, err := decisionlog.Verify(t.Context(), dir)
		require.NoError(t, err, "round %d", round)
		require.Equal(t, got, report.Last)
		require.Zero(t, report.Torn)
		t.Logf("appended %d, on disk %d, the oldest lost is %v old, fsync %v, recovered %+v",
			all[len(all)-1].seq, got, oldest, fsync, l.Recovered())
	}
	require.NotZero(t, kept)
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
