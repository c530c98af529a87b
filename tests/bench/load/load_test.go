package load_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
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
	requests := [][]byte{load.Request(addr, "/x", []byte(`{"a":1}`)), load.Request(addr, "/x", []byte(`{"b":2}`))}
	got, err := load.Run(addr, requests, load.Plan{Conns: 2, For: 200 * time.Millisecond})
	require.NoError(t, err)
	require.Equal(t, asked.Load(), int64(got.Requests))
	require.LessOrEqual(t, got.Percentile(50), got.Percentile(99))
	require.Positive(t, got.PerSecond())
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
			got, err := load.Ask(addr, load.Request(addr, "/", nil))
			require.NoError(t, err)
			require.Equal(t, want, string(got))
			_, err = load.Run(addr, [][]byte{load.Request(addr, "/", nil)}, load.Plan{Conns: 1, For: 50 * time.Millisecond})
			require.NoError(t, err)
		})
	}
}

func TestAnyAnswerButOKEndsTheRun(t *testing.T) {
	addr := serve(t, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "who are you?", http.StatusUnauthorized) })
	_, err := load.Run(addr, [][]byte{load.Request(addr, "/", nil)}, load.Plan{Conns: 1, For: time.Second})
	require.ErrorContains(t, err, "401")
	require.ErrorContains(t, err, "who are you?")
}

func TestNoQuestionIsAskedTwiceWhereOnceIsEnough(t *testing.T) {
	var asked atomic.Int64
	addr := serve(t, func(http.ResponseWriter, *http.Request) { asked.Add(1) })
	requests := make([][]byte, 101)
	for i := range requests {
		requests[i] = load.Request(addr, "/", nil)
	}
	got, err := load.Run(addr, requests, load.Plan{Conns: 8, For: time.Minute, Once: true})
	require.NoError(t, err)
	require.Equal(t, 101, got.Requests)
	require.Equal(t, int64(101), asked.Load())
}

func TestPercentilesOfNothingAreNothing(t *testing.T) {
	require.Zero(t, load.Result{}.Percentile(99))
	r := load.Result{Latencies: []time.Duration{1, 2, 3, 4}}
	require.Equal(t, time.Duration(3), r.Percentile(50))
	require.Equal(t, time.Duration(4), r.Percentile(100))
}
