package decisionlog_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas/decisionlog"
)

// told is a log that can be read while it is written.
type told struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *told) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(b)
}

func (o *told) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// fillDisk runs under a limit on the size of files, which writes in part and then
// fails as a full disk does, and takes the limit away in the end.
func fillDisk(dir string) {
	signal.Ignore(syscall.SIGXFSZ)
	const limit = 50_000
	var was syscall.Rlimit
	must(syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was))
	must(syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: was.Max}))
	out := new(told)
	l, err := decisionlog.Open(decisionlog.Config{Dir: dir, Log: slog.New(slog.NewTextHandler(out, nil)),
		Buffer: decisionlog.MinBuffer, SyncEvery: 5 * time.Millisecond, Strict: strings.HasSuffix(dir, "strict")})
	must(err)
	asked, refused := 0, 0
	ask := func() {
		asked++
		if err := l.Append(asService("ann", noon)); err == decisionlog.ErrFull {
			refused++
		}
	}
	for end := time.Now().Add(20 * time.Second); l.Stats().DiskError == "" && time.Now().Before(end); {
		ask()
		time.Sleep(200 * time.Microsecond)
	}
	for range 150 { // more than there is room for in memory
		ask()
	}
	full := l.Stats()
	must(syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was))
	for end := time.Now().Add(5 * time.Second); l.Stats().DiskError != "" && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	must(l.Flush(context.Background()))
	must(l.Append(asService("zoe", noon)))
	must(l.Close(context.Background()))
	fmt.Println(asked, refused, full.Dropped, full.DiskError != "", l.Stats().Dropped,
		strings.Count(out.String(), "does not take records"), strings.Count(out.String(), "takes records again"),
		strings.Count(out.String(), "decisions are not recorded"))
}

func must(err error) {
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
}

func TestADiskThatIsFull(t *testing.T) {
	for _, mode := range []string{"lenient", "strict"} {
		t.Run(mode, func(t *testing.T) {
			dir := t.TempDir() + "/" + mode
			text, err := child(t, "full", dir).Output()
			require.NoError(t, err, string(text))
			var asked, refused, dropped, after, failed, again, lost int
			var disk bool
			_, err = fmt.Sscan(string(text), &asked, &refused, &dropped, &disk, &after, &failed, &again, &lost)
			require.NoError(t, err, string(text))
			require.True(t, disk, "the disk was full")
			require.NotZero(t, dropped)
			require.Equal(t, dropped, after, "nothing is dropped when there is room again")
			require.Equal(t, []int{1, 1}, []int{failed, again}, "told once a change")
			require.NotZero(t, lost, "told")
			require.Less(t, lost, 10, "not for each")
			if mode == "strict" {
				require.Equal(t, dropped, refused, "each refusal was answered")
			} else {
				require.Zero(t, refused, "nobody was refused")
			}
			report, err := decisionlog.Verify(t.Context(), dir)
			require.NoError(t, err)
			var gap uint64
			for _, r := range records(t, dir) {
				gap += r.Lost
			}
			require.Equal(t, uint64(dropped), gap, "the record says what is missing from it")
			require.Equal(t, uint64(asked-dropped+1), report.Records-countLost(t, dir))
		})
	}
}

func countLost(t *testing.T, dir string) (n uint64) {
	for _, r := range records(t, dir) {
		if r.Lost > 0 {
			n++
		}
	}
	return n
}

func TestADiskThatIsGoneCostsTheCallerNothing(t *testing.T) {
	dir := t.TempDir() + "/log"
	l := open(t, decisionlog.Config{Dir: dir, Buffer: decisionlog.MinBuffer})
	require.NoError(t, os.RemoveAll(dir))
	for range 200 {
		require.NoError(t, l.Append(asService("ann", noon)))
	}
	require.Error(t, l.Flush(t.Context()))
	require.NotEmpty(t, l.Stats().DiskError)
	require.ErrorContains(t, l.Close(t.Context()), "were not recorded")
	got := l.Stats()
	require.Equal(t, uint64(200), got.Dropped, "all are counted, those in memory too")
}
