package web_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"callas"
	"callas/bundles"
	"callas/client"
	"callas/decisionlog"
	"callas/demo"
	"callas/dialplan"
	"callas/engine"
	"callas/server"
	"callas/source"
	"callas/source/sqlstore"
	"callas/state"
	"callas/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// law is the default bundle, which is a constant: opened once for all tests.
var law = sync.OnceValues(func() (*bundles.Bundle, error) { return bundles.Open(context.Background(), "") })

// A house is the demo company with its pages, on loopback.
type house struct {
	t        testing.TB
	store    *sqlstore.Store
	pages    *httptest.Server
	platform *httptest.Server
	api      *client.Client // asks as an administrator
}

// demoTokens lets in whom the demo lets in, who is signed in, and a supervisor of one unit
// as leeds-supervisor.
type demoTokens struct{ real server.Tokens }

func (a demoTokens) Authenticate(token string) (callas.Principal, bool) {
	if unit, ok := strings.CutSuffix(token, "-supervisor"); ok && unit != "demo" {
		return callas.Principal{Name: token, Role: callas.RoleSupervisor, Units: []string{unit}}, true
	}
	if by, ok := demo.Principal(token); ok {
		return by, true
	}
	return a.real.Authenticate(token)
}

// newHouse builds the demo company's house, with rows beside or in place of its own.
func newHouse(t testing.TB, more ...callas.Row) *house {
	t.Helper()
	return build(t, nil, more...)
}

// build does the same with the pages changed, which will be at an address; over TLS where
// change says so.
func build(t testing.TB, change func(p *web.Parts, at string) (secure bool), more ...callas.Row) *house {
	t.Helper()
	return over(t, change, nil, more)
}

// company is the demo company as a store's file, written once: most of what a test would
// wait for.
var company = sync.OnceValues(func() (file []byte, err error) {
	dir, err := os.MkdirTemp("", "callas-web")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "callas.db")
	store, err := sqlstore.Open(context.Background(), sqlstore.Config{Path: path})
	if err != nil {
		return nil, err
	}
	err = errors.Join(fill(context.Background(), store, early(time.Now().Add(-time.Hour))), store.Close())
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// fill commits rows, in as many changesets as they take.
func fill(ctx context.Context, store *sqlstore.Store, rows []callas.Row) error {
	for part := range slices.Chunk(rows, source.MaxWrites) {
		writes := make([]source.Write, len(part))
		for i, row := range part {
			writes[i] = source.Write{Kind: row.Kind(), ID: row.Key(), Row: row}
		}
		if _, err := store.Commit(ctx, source.Commit{Actor: "test", Origin: "demo", Writes: writes}); err != nil {
			return err
		}
	}
	return nil
}

// dials is how the company dials, which is a constant too.
var dials = sync.OnceValues(func() (*dialplan.Plan, error) { return dialplan.New(demo.DialPlan()) })

// over builds a house over rows that are committed one batch after the other; a nil batch
// that comes first is the demo company.
func over(t testing.TB, change func(p *web.Parts, at string) (secure bool), batches ...[]callas.Row) *house {
	t.Helper()
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	path := filepath.Join(t.TempDir(), "callas.db")
	if len(batches) > 0 && batches[0] == nil {
		file, err := company()
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(path, file, 0o600))
	}
	store, err := sqlstore.Open(t.Context(), sqlstore.Config{Path: path})
	require.NoError(t, err)
	for _, rows := range batches {
		require.NoError(t, fill(t.Context(), store, rows))
	}
	facts := state.New()
	ctx, stop := context.WithCancel(context.Background())
	var following sync.WaitGroup
	following.Go(func() { _ = source.Follow(ctx, store, facts, log) })
	require.Eventually(t, facts.Loaded, 10*time.Second, time.Millisecond)
	record, err := decisionlog.Open(decisionlog.Config{Dir: t.TempDir(), Log: log})
	require.NoError(t, err)
	bundle, err := law()
	require.NoError(t, err)
	judge, err := engine.New(engine.Parts{Bundle: bundle, State: facts, Log: log, HomeCountry: "GB", Record: record, Callee: decisionlog.Clear,
		Deadline: 10 * time.Second}) // a busy machine is no reason to fail
	require.NoError(t, err)
	plan, err := dials()
	require.NoError(t, err)
	door, err := server.New(server.Parts{Engine: judge, State: facts, Source: store, Plan: plan, Log: log,
		Auth: demoTokens{server.Tokens{State: facts, Now: time.Now}}, Record: record.Stats, Decisions: record, OpenPlatform: true,
		Proofs: server.Proofs{Changes: store.Verify}})
	require.NoError(t, err)
	following.Go(func() { door.Prove(ctx) })
	pages := httptest.NewUnstartedServer(nil)
	parts := web.Parts{API: door.Admin(), Log: log, Spell: dialplan.Spell, Region: "CH", Zone: time.UTC, Demo: true, Door: door}
	secure := change != nil && change(&parts, pages.Listener.Addr().String())
	hall, err := web.New(parts)
	require.NoError(t, err)
	if pages.Config.Handler = hall; secure {
		pages.StartTLS()
	} else {
		pages.Start()
	}
	h := &house{t: t, store: store, pages: pages, platform: httptest.NewServer(door.Platform()),
		api: client.Within(door.Admin()).As("demo-admin")}
	t.Cleanup(func() {
		h.platform.Close()
		h.pages.CloseClientConnections()
		h.pages.Close()
		stop()
		following.Wait()
		require.NoError(t, record.Close(context.Background()))
		require.NoError(t, store.Close())
	})
	return h
}

// A visitor is a browser without a screen.
type visitor struct {
	*house
	http *http.Client
}

// visitor signs in with a demo token; with an empty one nobody is signed in.
func (h *house) visitor(token string) *visitor {
	h.t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(h.t, err)
	v := &visitor{h, &http.Client{Jar: jar, Transport: h.pages.Client().Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if token != "" {
		require.Equal(h.t, http.StatusSeeOther, v.post("/signin", url.Values{"token": {token}}).status)
	}
	return v
}

// A shown is an answer as a test looks at it.
type shown struct {
	status int
	header http.Header
	body   string
}

func (v *visitor) get(path string, header ...string) shown {
	v.t.Helper()
	return v.do(http.MethodGet, path, nil, header)
}

func (v *visitor) post(path string, form url.Values, header ...string) shown {
	v.t.Helper()
	return v.do(http.MethodPost, path, strings.NewReader(form.Encode()), append(header, "Content-Type", "application/x-www-form-urlencoded"))
}

// do asks; header is names and values in turn.
func (v *visitor) do(method, path string, body io.Reader, header []string) shown {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), method, v.pages.URL+path, body)
	require.NoError(v.t, err)
	req.Header.Set("Accept-Language", "en")
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := v.http.Do(req)
	require.NoError(v.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(v.t, err)
	return shown{res.StatusCode, res.Header, string(text)}
}

// early is the demo company before its crowd has come to work, so that who calls as whom can
// be told by hand.
func early(since time.Time) []callas.Row {
	of := map[string]bool{}
	for _, row := range demo.Story(since) {
		of[row.Key()] = true
	}
	return slices.DeleteFunc(demo.Rows(since), func(row callas.Row) bool {
		return row.Kind() == callas.KindSession && !of[row.Key()]
	})
}
