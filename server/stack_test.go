package server_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"callas"
	"callas/bundles"
	"callas/demo"
	"callas/dialplan"
	"callas/engine"
	"callas/server"
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
	t        *testing.T
	doc      *document
	store    *sqlstore.Store
	state    *state.Store
	engine   *engine.Engine
	server   *server.Server
	platform *httptest.Server
	admin    *httptest.Server
	log      *syncBuffer
}

// law is the default bundle, which is a constant: opened once for all tests.
var law = sync.OnceValues(func() (*bundles.Bundle, error) { return bundles.Open(context.Background(), "") })

// A change to how a house is built.
type change func(*build)

type build struct {
	rows    []callas.Row
	engine  engine.Parts
	server  server.Parts
	follows bool
}

// newHouse builds the demo company's house without its generated agents.
func newHouse(t *testing.T, changes ...change) *house {
	t.Helper()
	h := &house{t: t, doc: readDocument(t), state: state.New(), log: &syncBuffer{}}
	log := slog.New(slog.NewTextHandler(h.log, nil))
	b := &build{rows: company(), follows: true}
	b.engine.State, b.engine.Log, b.engine.HomeCountry = h.state, log, "GB"
	for _, c := range changes {
		c(b)
	}
	var err error
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
	plan, err := dialplan.New(demo.DialPlan())
	require.NoError(t, err)

	p := &b.server
	p.Engine, p.State, p.Plan, p.Log = h.engine, h.state, plan, log
	if p.Source == nil {
		p.Source = h.store
	} else if w, ok := p.Source.(*troubled); ok {
		w.Store = h.store
	}
	h.server, err = server.New(*p)
	require.NoError(t, err)
	h.platform, h.admin = httptest.NewServer(h.server.Platform()), httptest.NewServer(h.server.Admin())
	t.Cleanup(func() {
		h.platform.Close()
		h.admin.Close()
		stop()
		following.Wait()
		require.NoError(t, h.store.Close())
	})
	return h
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
	five := []string{"anna", "ben", "clara", "dora", "emil"}
	rows := slices.DeleteFunc(demo.Rows(since), func(row callas.Row) bool {
		return row.Kind() == callas.KindAgent && !slices.Contains(five, row.Key())
	})
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

func secretOf(name string) string { return strings.ToUpper(name) + "SECRET" }

// as is the token of a principal by name; nobody's is empty.
func as(name string) string {
	if name == "" {
		return ""
	}
	return "callas_" + name + "_" + secretOf(name)
}

// A send is one request.
type send struct {
	method, path string
	by           string // whose token; empty: none
	token        string // instead of by
	body         any    // a string as it is, anything else as JSON; nil: none
	media        string // application/json where empty and there is a body
	header       map[string]string
}

// A got is its answer, which has been held against the document.
type got struct {
	t      *testing.T
	status int
	header http.Header
	body   []byte
}

// ask sends to a face and holds the answer against the document.
func (h *house) ask(s send) got {
	h.t.Helper()
	to := h.admin
	if strings.HasPrefix(s.path, "/v1/resolve") || strings.HasPrefix(s.path, "/v1/explain") {
		to = h.platform
	}
	return h.askAt(to, s)
}

func (h *house) askAt(to *httptest.Server, s send) got {
	h.t.Helper()
	var body io.Reader
	switch b := s.body.(type) {
	case nil:
	case string:
		body = strings.NewReader(b)
	default:
		text, err := json.Marshal(b)
		require.NoError(h.t, err)
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(h.t.Context(), s.method, to.URL+s.path, body)
	require.NoError(h.t, err)
	if s.media == "" && body != nil {
		s.media = "application/json"
	}
	if s.media != "" {
		req.Header.Set("Content-Type", s.media)
	}
	token := s.token
	if token == "" {
		token = as(s.by)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for k, v := range s.header {
		req.Header.Set(k, v)
	}
	res, err := to.Client().Do(req)
	require.NoError(h.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(h.t, err)
	g := got{h.t, res.StatusCode, res.Header, text}
	h.doc.hold(h.t, s.method, req.URL.Path, g)
	return g
}

func (h *house) get(by, path string) got {
	h.t.Helper()
	return h.ask(send{method: "GET", path: path, by: by})
}

func (h *house) put(by, path string, body any) got {
	h.t.Helper()
	return h.ask(send{method: "PUT", path: path, by: by, body: body})
}

func (h *house) patch(by, path string, body any) got {
	h.t.Helper()
	return h.ask(send{method: "PATCH", path: path, by: by, body: body, media: "application/merge-patch+json"})
}

func (h *house) post(by, path string, body any) got {
	h.t.Helper()
	return h.ask(send{method: "POST", path: path, by: by, body: body})
}

func (h *house) del(by, path string) got {
	h.t.Helper()
	return h.ask(send{method: "DELETE", path: path, by: by})
}

// is asserts the status and hands the answer on.
func (g got) is(status int) got {
	g.t.Helper()
	require.Equal(g.t, status, g.status, "%s", g.body)
	return g
}

// into decodes the answer.
func (g got) into(v any) got {
	g.t.Helper()
	require.NoError(g.t, json.Unmarshal(g.body, v), "%s", g.body)
	return g
}

// problem decodes a problem.
func (g got) problem(status int) server.Problem {
	g.t.Helper()
	var p struct {
		server.Problem
		Current json.RawMessage `json:"current"`
	}
	g.is(status).into(&p)
	require.Equal(g.t, "application/problem+json", g.header.Get("Content-Type"))
	return p.Problem
}

// object decodes an answer that is an object.
func (g got) object() map[string]any {
	g.t.Helper()
	var o map[string]any
	g.into(&o)
	return o
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
	away   atomic.Bool
	commit func(source.Commit) error // nil, or nil returned: the store's own
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
	return s.Store.History(ctx, q)
}
