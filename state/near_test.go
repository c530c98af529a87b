package state_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callas"
	"callas/state"
)

func TestNearFindsWhatTheSnapshotFinds(t *testing.T) {
	id := rapid.StringMatching(`[a-c]{0,3}`)
	rapid.Check(t, func(t *rapid.T) {
		store := state.New()
		var rows []callas.Row
		for _, id := range rapid.SliceOfNDistinct(id.Filter(func(s string) bool { return s != "" }), 0, 120, rapid.ID[string]).Draw(t, "agents") {
			rows = append(rows, &callas.Agent{ID: id})
			if rapid.Bool().Draw(t, "on duty") {
				rows = append(rows, &callas.Session{Agent: id})
			}
		}
		require.NoError(t, store.Load(at(callas.Token{Revision: 1, Chain: "a"}, rows...)))
		sn := store.Snapshot()
		near := sn.Near()
		for _, id := range append(rapid.SliceOfN(id, 1, 50).Draw(t, "asked for"), "\xff", "a\xff", "") {
			require.Same(t, sn.Agent(id), near.Agent(id), "%q", id)
			require.Same(t, sn.Session(id), near.Session(id), "%q", id)
		}
	})
}
