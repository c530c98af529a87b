package load_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"callas/tests/bench/load"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

func TestEveryAnswerIsCountedOnce(t *testing.T) {
	var asked atomic.Int64
	addr := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		_, _ = io.Copy(w, r.Body)
	})
	requests := [][]byte{load.Request("POST", "/x", []byte(`{"a":1}`)), load.Request("POST", "/x", []byte(`{"b":2}`))}
	got, err := load.Run(addr, load.Questions{Requests: requests}, load.Plan{Conns: 2, For: 200 * time.Millisecond})
	require.NoError(t, err)
	require.Equal(t, asked.Load(), int64(got.Requests))
	require.LessOrEqual(t, got.Latencies.Percentile(50), got.Latencies.Percentile(99))
	require.Positive(t, got.CPU)
	require.Positive(t, got.PerSecond())
}

func TestAQuestionThatWaitsForAConnectionIsLateFromWhenItWasDue(t *testing.T) {
	const rate = 200
	slow := serve(t, func(http.ResponseWriter, *http.Request) { time.Sleep(10 * time.Millisecond) })
	q := load.Questions{Requests: [][]byte{load.Request("POST", "/x", nil)}}
	got, err := load.Run(slow, q, load.Plan{Conns: 4, For: 300 * time.Millisecond, Rate: rate})
	require.NoError(t, err)
	require.Equal(t, rate*3/10+1, got.Requests, "one is due at the start")
	got, err = load.Run(slow, q, load.Plan{Conns: 1, For: 300 * time.Millisecond, Rate: rate})
	require.NoError(t, err)
	require.Equal(t, rate*3/10+1, got.Requests)
	require.Greater(t, got.Latencies.Percentile(99), 200*time.Millisecond, "twice as many as one connection can carry")
}

func TestAnswersAreReadHoweverTheyAreFramed(t *testing.T) {
	want := strings.Repeat("0123456789", 2_000)
	for name, h := range map[string]http.HandlerFunc{
		"with a length": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "20000")
			_, _ = io.WriteString(w, want)
		},
		"in chunks": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, want[:7_000])
			w.(http.Flusher).Flush()
			_, _ = io.WriteString(w, want[7_000:])
		},
	} {
		t.Run(name, func(t *testing.T) {
			addr := serve(t, h)
			got, err := load.Ask(addr, load.Request("POST", "/", nil))
			require.NoError(t, err)
			require.Equal(t, want, string(got))
			_, err = load.Run(addr, questions(load.Request("POST", "/", nil)), load.Plan{Conns: 1, For: 50 * time.Millisecond})
			require.NoError(t, err)
		})
	}
}

func TestAnyAnswerButOKEndsTheRun(t *testing.T) {
	addr := serve(t, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "who are you?", http.StatusUnauthorized) })
	_, err := load.Run(addr, questions(load.Request("POST", "/", nil)), load.Plan{Conns: 1, For: time.Second})
	require.ErrorContains(t, err, "401")
	require.ErrorContains(t, err, "who are you?")
}

func TestNoQuestionIsAskedTwiceWhereOnceIsEnough(t *testing.T) {
	var asked atomic.Int64
	addr := serve(t, func(http.ResponseWriter, *http.Request) { asked.Add(1) })
	requests := make([][]byte, 101)
	for i := range requests {
		requests[i] = load.Request("POST", "/", nil)
	}
	got, err := load.Run(addr, questions(requests...), load.Plan{Conns: 8, For: time.Minute, Once: true})
	require.NoError(t, err)
	require.Equal(t, 101, got.Requests)
	require.Equal(t, 101, got.Next)
	require.Equal(t, int64(101), asked.Load())
}

func TestQuestionsComeInTheirOrderAndGoOnWhereTheyStopped(t *testing.T) {
	var mu sync.Mutex
	var asked []string
	addr := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, r.URL.Path)
	})
	q := questions(load.Request("POST", "/a", nil), load.Request("POST", "/b", nil), load.Request("POST", "/c", nil))
	q.Order = []uint32{2, 0, 2, 1}
	got, err := load.Run(addr, q, load.Plan{Conns: 1, For: time.Minute, From: 1, Once: true})
	require.NoError(t, err)
	mu.Lock()
	defer mu.Unlock()
	require.Equal(t, []string{"/a", "/c", "/b"}, asked)
	require.Equal(t, 4, got.Next)
}

func TestAPathIsAUnixSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "socket")
	l, err := net.Listen("unix", path)
	require.NoError(t, err)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }))
	s.Listener.Close()
	s.Listener = l
	s.Start()
	defer s.Close()
	body, err := load.Ask(path, load.Request("POST", "/", nil))
	require.NoError(t, err)
	require.Equal(t, "hello", string(body))
	got, err := load.Run(path, questions(load.Request("POST", "/", nil)), load.Plan{Conns: 2, For: 50 * time.Millisecond})
	require.NoError(t, err)
	require.Positive(t, got.Requests)
}

func TestAPercentileIsTrueToOneInAHundred(t *testing.T) {
	require.Zero(t, new(load.Histogram).Percentile(99))
	for _, scale := range []time.Duration{1, time.Microsecond, 777 * time.Microsecond, time.Second} {
		var h load.Histogram
		for i := range 1_000 {
			h.Add(time.Duration(i+1) * scale)
		}
		for _, p := range []float64{1, 50, 99, 100} {
			want := float64(min(int(p*10)+1, 1_000)) * float64(scale)
			require.InEpsilon(t, want, float64(h.Percentile(p)), 0.01, "%v of %v", p, scale)
		}
	}
}

func questions(requests ...[]byte) load.Questions { return load.Questions{Requests: requests} }
