package server_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
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

	"callas"
	"callas/bundles"
	"callas/decisionlog"
	"callas/demo"
	"callas/dialplan"
	"callas/engine"
	"callas/server"
	"callas/server/hatch"
	"callas/source"
	"callas/source/sqlstore"
	"callas/state"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// since is when the company's sessions began.
var since = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)

// A house is the whole program but for its command: a store in a temporary
// directory, the facts that follow it, the default bundle, and both faces on loopback.
type house struct {
	t        testing.TB
	doc      *document
	store    *sqlstore.Store
	state    *state.Store
	engine   *engine.Engine
	record   *decisionlog.Log
	server   *server.Server
	platform *site
	admin    *site
	plan     *dialplan.Plan
	logger   *slog.Logger
	log      *syncBuffer
}

// law is the default bundle, which is a constant: opened once for all tests.
var law = sync.OnceValues(func() (*bundles.Bundle, error) { return bundles.Open(context.Background(), "") })

// dials is how the company dials, which is a constant too.
var dials = sync.OnceValues(func() (*dialplan.Plan, error) { return dialplan.New(demo.DialPlan()) })

// A change to how a house is built.
type change func(*build)

type build struct {
	rows    []callas.Row
	engine  engine.Parts
	server  server.Parts
	follows bool
}

// newHouse builds the demo company's house without its generated agents.
func newHouse(t testing.TB, changes ...change) *house {
	t.Helper()
	h := &house{t: t, doc: readDocument(t), state: state.New(), log: &syncBuffer{}}
	log := slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelWarn}))
	h.logger = log
	b := &build{rows: company(), follows: true}
	b.engine.State, b.engine.Log, b.engine.HomeCountry = h.state, log, "GB"
	b.engine.Deadline = 10 * time.Second // a busy machine is no reason to fail
	record, err := decisionlog.Open(decisionlog.Config{Dir: t.TempDir(), Log: log})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, record.Close(context.Background())) })
	b.engine.Record, b.server.Decisions = record, record
	h.record = record
	for _, c := range changes {
		c(b)
	}
	h.store, err = sqlstore.Open(t.Context(), sqlstore.Config{Path: filepath.Join(t.TempDir(), "callas.db")})
	require.NoError(t, err)
	h.seed(b.rows)

	ctx, stop := context.WithCancel(context.Background())
	var following sync.WaitGroup
	if b.follows {
		following.Go(func() { _ = source.Follow(ctx, h.store, h.state, log) })
		require.Eventually(t, h.state.Loaded, 10*time.Second, time.Millisecond)
	}
	if b.engine.Bundle == nil {
		b.engine.Bundle, err = law()
		require.NoError(t, err)
	}
	h.engine, err = engine.New(b.engine)
	require.NoError(t, err)
	h.plan, err = dials()
	require.NoError(t, err)

	p := &b.server
	p.Engine, p.State, p.Plan, p.Log = h.engine, h.state, h.plan, log
	if p.Source == nil {
		p.Source = h.store
	} else if w, ok := p.Source.(*troubled); ok {
		w.Store = h.store
	}
	h.server, err = server.New(*p)
	require.NoError(t, err)
	l := loopback(t)
	h.platform, h.admin = serve(l, h.server.Hatch(l, h.server.Platform(), log)), served(h.server.Admin())
	t.Cleanup(func() {
		h.platform.close()
		h.admin.close()
		stop()
		following.Wait()
		require.NoError(t, h.store.Close())
	})
	return h
}

// A site is a face on loopback.
type site struct {
	URL    string
	client *http.Client
	close  func()
}

// served is a face that net/http alone answers for.
func served(face http.Handler) *site {
	s := httptest.NewServer(face)
	return &site{s.URL, s.Client(), s.Close}
}

// serve starts the platform's face as it is served to platforms, hatch and all.
func serve(l net.Listener, s *hatch.Server) *site {
	ended := make(chan error)
	go func() { ended <- s.Serve() }()
	transport := &http.Transport{}
	return &site{"http://" + l.Addr().String(), &http.Client{Transport: transport}, func() {
		transport.CloseIdleConnections()
		s.Close()
		<-ended
	}}
}

func loopback(t testing.TB) net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	return l
}

func (h *house) seed(rows []callas.Row) {
	if len(rows) == 0 {
		return
	}
	writes := make([]source.Write, len(rows))
	for i, row := range rows {
		writes[i] = source.Write{Kind: row.Kind(), ID: row.Key(), Row: row}
	}
	_, err := h.store.Commit(h.t.Context(), source.Commit{Actor: "test", Origin: "demo", Writes: writes})
	require.NoError(h.t, err)
}

// company is Nordhang with the five of the story, and a token for every role.
func company() []callas.Row {
	rows := demo.Story(since)
	for _, p := range []callas.Principal{
		{Name: "root", Role: callas.RoleAdmin},
		{Name: "lou", Role: callas.RoleSupervisor, Units: []string{"london"}},
		{Name: "lee", Role: callas.RoleSupervisor, Units: []string{"leeds"}},
		{Name: "aud", Role: callas.RoleAuditor},
		{Name: "anna", Role: callas.RoleAgent, Agent: "anna"},
		{Name: "kamailio", Role: callas.RolePlatform},
	} {
		rows = append(rows, tokenRow(p, nil))
	}
	return rows
}

func tokenRow(p callas.Principal, expires *time.Time) *callas.AccessToken {
	sum := sha256.Sum256([]byte(secretOf(p.Name)))
	return &callas.AccessToken{ID: p.Name, Hash: hex.EncodeToString(sum[:]), Principal: p, CreatedAt: since, ExpiresAt: expires}
}

// secretOf is a token's secret, which never holds an underscore.
func secretOf(name string) string {
	return strings.ToUpper(strings.ReplaceAll(name, "_", "")) + "SECRET"
}

// as is the token of a principal by name; nobody's is empty.
func as(name string) string {
	if name == "" {
		return ""
	}
	return "callas_" + name + "_" + secretOf(name)
}

// syncBuffer takes a log from several goroutines.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// troubled is the real store with errors of the test's choice.
type troubled struct {
	source.Store
	away    atomic.Bool
	commit  func(source.Commit) error       // nil, or nil returned: the store's own
	history func(source.HistoryQuery) error // the same
}

func (s *troubled) trouble(c source.Commit) error {
	if s.away.Load() {
		return fmt.Errorf("disk: %w", source.ErrAway)
	}
	if s.commit != nil {
		return s.commit(c)
	}
	return nil
}

func (s *troubled) Commit(ctx context.Context, c source.Commit) (callas.Token, error) {
	if err := s.trouble(c); err != nil {
		return callas.Token{}, err
	}
	return s.Store.Commit(ctx, c)
}

func (s *troubled) CommitSeries(ctx context.Context, series []source.Commit) ([]callas.Token, error) {
	for _, c := range series {
		if err := s.trouble(c); err != nil {
			return nil, err
		}
	}
	return s.Store.CommitSeries(ctx, series)
}

func (s *troubled) History(ctx context.Context, q source.HistoryQuery) ([]callas.Changeset, error) {
	if err := s.trouble(source.Commit{}); err != nil {
		return nil, err
	}
	if s.history != nil {
		if err := s.history(q); err != nil {
			return nil, err
		}
	}
	return s.Store.History(ctx, q)
}
