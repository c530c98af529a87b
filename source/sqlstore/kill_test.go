package sqlstore_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"callas"
	"callas/source"
	"callas/source/sqlstore"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// writeUntilKilled names the file that a child process writes to until it is killed.
const writeUntilKilled = "CALLAS_TEST_WRITE_UNTIL_KILLED"

func TestMain(m *testing.M) {
	if path := os.Getenv(writeUntilKilled); path != "" {
		if err := writeAndTell(path, os.Args[1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}

// writeAndTell commits from many goroutines and tells each commit on stdout once it
// is acknowledged: "<request> <token>". A pair is two rows that must never part.
func writeAndTell(path, round string) error {
	s, err := sqlstore.Open(context.Background(), sqlstore.Config{Path: path})
	if err != nil {
		return err
	}
	errs := make(chan error)
	for w := range 16 {
		go func() {
			for i := 0; ; i++ {
				request := fmt.Sprintf("r%s-w%d-i%d", round, w, i)
				token, err := s.Commit(context.Background(), pair(request))
				if err != nil {
					errs <- err
					return
				}
				fmt.Fprintf(os.Stdout, "%s %s\n", request, token)
			}
		}()
	}
	return <-errs
}

func pair(request string) source.Commit {
	c := units(request+".left", request+".right")
	c.RequestID, c.Actor = request, "child"
	return c
}

// No write that was acknowledged before a kill -9 is missing after it, no commit is
// there by half, the chain holds, and a request made again gets its first answer.
func TestKilledProcessLosesNothingAcknowledged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "callas.db")
	acknowledged := map[string]string{}
	for round := range 6 {
		before := len(acknowledged)
		killWhileWriting(t, path, fmt.Sprint(round), acknowledged)
		require.Greater(t, len(acknowledged), before, "the child was killed before it wrote anything")
		requireAll(t, path, acknowledged)
	}
	t.Logf("%d acknowledged commits over six kills", len(acknowledged))
}

func killWhileWriting(t *testing.T, path, round string, acknowledged map[string]string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], round)
	cmd.Env = append(os.Environ(), writeUntilKilled+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	var once sync.Once
	kill := func() { once.Do(func() { cmd.Process.Kill() }) } // SIGKILL, to this one process
	defer kill()
	deadline := time.AfterFunc(30*time.Second, kill)
	defer deadline.Stop()

	var killed atomic.Bool
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		request, token, ok := strings.Cut(lines.Text(), " ")
		require.True(t, ok, lines.Text())
		acknowledged[request] = token
		if killed.CompareAndSwap(false, true) {
			time.AfterFunc(time.Duration(rand.IntN(300))*time.Millisecond, kill)
		}
	}
	require.Error(t, cmd.Wait())
	require.Equal(t, "signal: killed", cmd.ProcessState.String())
}

func requireAll(t *testing.T, path string, acknowledged map[string]string) {
	t.Helper()
	s := open(t, path)
	defer s.Close()
	at, err := s.Verify(t.Context())
	require.NoError(t, err)
	rows := map[string]callas.Row{}
	got, err := s.Snapshot(t.Context(), func(row callas.Row) error { rows[row.Key()] = row; return nil })
	require.NoError(t, err)
	require.Equal(t, at, got)
	require.Len(t, rows, 2*int(at.Revision), "a commit is there by half")
	again := 0
	for request, want := range acknowledged {
		token, err := callas.ParseToken(want)
		require.NoError(t, err)
		for _, side := range []string{".left", ".right"} {
			row := rows[request+side]
			require.NotNil(t, row, "%s was acknowledged as %s and is gone", request, want)
			require.Equal(t, token.Revision, row.Revision())
		}
		if again++; again <= 20 {
			got, err := s.Commit(t.Context(), pair(request))
			require.NoError(t, err)
			require.Equal(t, want, got.String(), "%s made again", request)
		}
	}
}

// A clock that a test sets, in hours.
type clock struct{ hour atomic.Int64 }

func (c *clock) set(hour int) { c.hour.Store(int64(hour)) }

func (c *clock) now() time.Time { return time.Unix(c.hour.Load()*3600, 0) }
