package server_test

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/decisionlog"
	"callas/server"
)

func TestTheRecordIsProvedAndWhatWasAlteredIsTold(t *testing.T) {
	dir := t.TempDir()
	var h *house
	h = newHouse(t, func(b *build) {
		record, err := decisionlog.Open(decisionlog.Config{Dir: dir, Log: b.engine.Log})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, record.Close(context.Background())) })
		b.engine.Record, b.server.Decisions = record, record
		b.server.Proofs = server.Proofs{
			Decisions: func(ctx context.Context) (decisionlog.Report, error) { return decisionlog.Verify(ctx, dir) },
			Changes:   func(ctx context.Context) (callas.Token, error) { return h.store.Verify(ctx) },
		}
	})
	require.Equal(t, map[string]any{"decisions": nil, "changes": nil}, h.get("root", "/v1/record").object(), "nobody has looked yet")

	h.post("kamailio", "/v1/resolve", question{"agent": "anna", "target": customer}).is(200)
	h.get("root", "/v1/decisions").is(200) // and so it is on disk
	server.ProveOnce(h.server, t.Context())
	state := func(by, of string) map[string]any { return h.get(by, "/v1/record").object()[of].(map[string]any) }
	decisions := state("aud", "decisions")
	require.Equal(t, []any{true, 1.0, 1.0}, []any{decisions["ok"], decisions["segments"], decisions["records"]})
	require.NotEmpty(t, decisions["chain"])
	require.NotNil(t, decisions["from"])
	require.Equal(t, h.state.Snapshot().Token().String(), state("aud", "changes")["revision"])
	require.Equal(t, []string{"ok", "verified_at"}, slices.Sorted(maps.Keys(state("lou", "decisions"))), "whether all is well")

	segment, err := filepath.Glob(filepath.Join(dir, "*.log"))
	require.NoError(t, err)
	text, err := os.ReadFile(segment[0])
	require.NoError(t, err)
	text[len(text)/2] ^= 1
	require.NoError(t, os.WriteFile(segment[0], text, 0o600))
	server.ProveOnce(h.server, t.Context())
	server.ProveOnce(h.server, t.Context())
	require.Equal(t, false, state("aud", "decisions")["ok"])
	require.Contains(t, state("aud", "decisions")["problem"], filepath.Base(segment[0]))
	require.Equal(t, false, state("lou", "decisions")["ok"])
	require.Equal(t, true, state("lou", "changes")["ok"])
	require.Contains(t, h.log.String(), "the record of decisions could not be proved")
}
