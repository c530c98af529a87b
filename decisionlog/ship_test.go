package decisionlog_test

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/decisionlog"
)

// A service takes decision logs as OPA sends them, when it is well.
type service struct {
	mu       sync.Mutex
	status   []int // of the next answers; then 200
	largest  int   // events of a request that it takes; 0: any
	requests int
	seqs     []uint64
	events   []map[string]any
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	if r.URL.Path != "/opa/logs" || r.Method != http.MethodPost || r.Header.Get("Authorization") != "Bearer hush" ||
		r.Header.Get("Content-Encoding") != "gzip" || r.Header.Get("Content-Type") != "application/json" {
		http.Error(w, "no", http.StatusNotFound)
		return
	}
	status := http.StatusOK
	if len(s.status) > 0 {
		status, s.status = s.status[0], s.status[1:]
	}
	z, err := gzip.NewReader(r.Body)
	var events []map[string]any
	if err == nil {
		err = json.NewDecoder(z).Decode(&events)
	}
	switch {
	case err != nil:
		status = http.StatusBadRequest
	case s.largest > 0 && len(events) > s.largest:
		status = http.StatusRequestEntityTooLarge
	}
	if status == -1 { // taken, but the answer is lost
		s.take(events)
		panic(http.ErrAbortHandler)
	}
	if status == http.StatusOK {
		s.take(events)
	}
	w.WriteHeader(status)
}

func (s *service) take(events []map[string]any) {
	s.events = append(s.events, events...)
	for _, e := range events {
		s.seqs = append(s.seqs, uint64(e["custom"].(map[string]any)["seq"].(float64)))
	}
}

func serve(t *testing.T, s *service) decisionlog.Ship {
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return decisionlog.Ship{URL: server.URL + "/opa/", Token: "hush", Batch: 7,
		Every: time.Millisecond, MinDelay: time.Millisecond, MaxDelay: 10 * time.Millisecond}
}

func count(from, to uint64) (all []uint64) {
	for n := from; n <= to; n++ {
		all = append(all, n)
	}
	return all
}

func shipped(t *testing.T, l *decisionlog.Log, n uint64) {
	t.Helper()
	require.Eventually(t, func() bool { return l.Stats().Shipped == n }, 20*time.Second, 2*time.Millisecond)
}

func TestEachRecordIsShippedInOrderAcrossRestartsAndFailures(t *testing.T) {
	s := &service{status: []int{503, 200, 429, 500, 302}}
	cfg := small(t.TempDir())
	cfg.Ship = serve(t, s)
	for part := range uint64(3) {
		l := open(t, cfg)
		for range 20 {
			require.NoError(t, l.Append(asService("ann", noon)))
		}
		shipped(t, l, part*20+20)
		require.Empty(t, l.Stats().ShipError)
		require.NoError(t, l.Close(t.Context()))
	}
	require.Equal(t, count(1, 60), s.seqs)
	_, err := decisionlog.Verify(t.Context(), cfg.Dir)
	require.NoError(t, err)
}

func TestAnAnswerThatIsLostMakesEventsTwiceNotNever(t *testing.T) {
	s := &service{status: []int{-1}}
	cfg := decisionlog.Config{Dir: t.TempDir(), Ship: serve(t, s)}
	l := open(t, cfg)
	require.NoError(t, l.Append(asService("ann", noon)))
	shipped(t, l, 1)
	require.NoError(t, l.Close(t.Context()))
	require.Equal(t, []uint64{1, 1}, s.seqs)
	require.Equal(t, s.events[0]["decision_id"], s.events[1]["decision_id"])
}

func TestABatchThatIsTooLargeIsHalved(t *testing.T) {
	s := &service{largest: 2}
	cfg := decisionlog.Config{Dir: t.TempDir(), Ship: serve(t, s)}
	l := open(t, cfg)
	for range 20 {
		require.NoError(t, l.Append(asService("ann", noon)))
	}
	shipped(t, l, 20)
	require.NoError(t, l.Close(t.Context()))
	require.Equal(t, count(1, 20), s.seqs)
}

func TestWhatWasRecordedBeforeShippingIsShippedToo(t *testing.T) {
	cfg := small(t.TempDir())
	written(t, cfg, 30, 3)
	s := &service{}
	cfg.Ship = serve(t, s)
	l := open(t, cfg)
	shipped(t, l, 30)
	require.NoError(t, l.Close(t.Context()))
	require.Equal(t, count(1, 30), s.seqs)
}

func TestAServiceThatIsAwayHoldsNothingUp(t *testing.T) {
	cfg := decisionlog.Config{Dir: t.TempDir(), Ship: decisionlog.Ship{URL: "http://127.0.0.1:1", Every: time.Millisecond}}
	l := open(t, cfg)
	for range 10 {
		require.NoError(t, l.Append(asService("ann", noon)))
	}
	require.Eventually(t, func() bool { return l.Stats().ShipError != "" }, 20*time.Second, time.Millisecond)
	require.NoError(t, l.Close(t.Context()), "it does not wait for the service")
	require.Len(t, records(t, cfg.Dir), 10)
}

func TestAnEventIsWhatOPAsServicesRead(t *testing.T) {
	s := &service{}
	cfg := decisionlog.Config{Dir: t.TempDir(), Name: "site-7", Ship: serve(t, s)}
	l := open(t, cfg)
	require.NoError(t, l.Append(asService("ann", noon)))
	unknown := asAgent("", noon, callas.ReasonUnknownAgent)
	unknown.Call.Agent, unknown.Decision.Identity, unknown.Mask = "mallory", nil, decisionlog.Drop
	require.NoError(t, l.Append(unknown))
	shipped(t, l, 2)
	require.NoError(t, l.Close(t.Context()))

	got, err := json.MarshalIndent(s.events[0], "", "  ")
	require.NoError(t, err)
	require.JSONEq(t, fmt.Sprintf(`{
		"labels": {"app": "callas", "id": "site-7"},
		"decision_id": "7QZ3VJ5FJXN3B6R5GQYV4PSDME",
		"bundles": {"callas": {"revision": %q}},
		"path": "callas/resolve/decision",
		"input": {
			"agent": "ann", "modality": "audio", "call_as": "help", "stale": false,
			"target": {"class": "pstn", "number": "+41*******67", "uri": "tel:+41*******67", "country": "CH"},
			"time": {"weekday": 0, "minute": 720, "date": "2026-11-22", "zone": "UTC"}
		},
		"result": {
			"as": "service", "service": "help", "reasons": [],
			"identity": {"name": "Help Call Center", "number": "+41445550100", "uri": "sip:help@example.org", "asserted": "+41445550100"}
		},
		"masked": ["/input/target/number", "/input/target/uri"],
		"requested_by": "kamailio",
		"timestamp": "2026-11-22T12:00:00.123456789Z",
		"metrics": {"timer_server_handler_ns": 18250},
		"custom": {"seq": 1, "revision": "42.k3JxQ0dpZ2VzdG9mY2hhaW4", "age_ns": 400000000,
			"asked": "sip:ann@example.org", "call_id": "a84b4c76e66710@pc33.example.org"}
	}`, asService("ann", noon).Decision.Policy), string(got))

	second := s.events[1]
	require.Equal(t, []any{"/input/target/number", "/input/target/uri"}, second["erased"])
	require.Equal(t, "mallory", second["input"].(map[string]any)["agent"])
	require.Equal(t, map[string]any{"as": "agent", "service": nil, "identity": nil, "reasons": []any{"unknown_agent"}}, second["result"])
}
