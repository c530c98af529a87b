package state_test

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"callas"
	"callas/state"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A changeset moves all twenty agents, with their alias and session, from one unit
// to the other. Whoever sees some of them here and some there has seen half an edit.
func TestReadersNeverSeeHalfAnEdit(t *testing.T) {
	const agents, revisions, readers = 20, 300, 4
	s := state.New()
	move := func(revision int64) []callas.Edit {
		var edits []callas.Edit
		for i := range agents {
			id, unit := fmt.Sprintf("agent-%02d", i), fmt.Sprintf("unit-%d", revision%2)
			edits = append(edits, set(agent(id, unit, []string{fmt.Sprint(revision*100 + int64(i))})),
				set(&callas.Session{Agent: id, CallAs: unit}))
		}
		return edits
	}
	require.NoError(t, s.Apply(changeset(1, move(1)...)))

	var wg sync.WaitGroup
	for range readers {
		wg.Go(func() {
			last := int64(0)
			for last < revisions {
				sn := s.Snapshot()
				at := sn.Token().Revision
				here, there := fmt.Sprintf("unit-%d", at%2), fmt.Sprintf("unit-%d", (at+1)%2)
				ok := at >= last && len(ids(inUnit(sn, here))) == agents && len(ids(inUnit(sn, there))) == 0 &&
					len(ids(sn.SessionsSelecting(here))) == agents && len(ids(sn.SessionsSelecting(there))) == 0 &&
					sn.AgentByAlias(fmt.Sprint(at*100)) != nil && sn.AgentByAlias(fmt.Sprint((at-1)*100)) == nil
				if !ok {
					t.Errorf("revision %d is torn, or older than %d", at, last)
					return
				}
				last = at
			}
		})
	}
	for revision := int64(2); revision <= revisions; revision++ {
		require.NoError(t, s.Apply(changeset(revision, move(revision)...)))
	}
	wg.Wait()
}

// One snapshot is kept and read on by several goroutines while the store moves.
func TestSnapshotStaysWhileTheStoreMoves(t *testing.T) {
	s := company(t)
	sn := s.Snapshot()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				if got := ids(sn.Rows(callas.KindAgent)); !slices.Equal(got, []string{"anna", "ben", "emil"}) || sn.AgentByAlias("2001") == nil {
					t.Errorf("the snapshot of revision 1 now shows %v", got)
				}
			}
		})
	}
	for revision := int64(2); revision < 200; revision++ {
		require.NoError(t, s.Apply(changeset(revision, set(agent("anna", "leeds", nil)), set(agent(fmt.Sprint("x", revision), "care", nil)))))
	}
	wg.Wait()
}

// Whatever is applied, the store shows what a map would.
func TestStoreIsAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, model := state.New(), map[string]*callas.Agent{}
		revision := int64(0)
		for range 12 {
			next := maps.Clone(model)
			var edits []callas.Edit
			for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c", "d", "e"}), 0, 4, rapid.ID[string]).Draw(t, "ids") {
				if rapid.Bool().Draw(t, "drop") {
					delete(next, id)
					edits = append(edits, drop(callas.KindAgent, id))
					continue
				}
				next[id] = agent(id, rapid.SampledFrom([]string{"north", "south"}).Draw(t, "unit"),
					rapid.SliceOfN(rapid.SampledFrom([]string{"1", "2", "3", "4", "sip:5@x", "5@X"}), 0, 3).Draw(t, "aliases"),
					rapid.SliceOfN(rapid.SampledFrom([]string{"help", "claims"}), 0, 3).Draw(t, "services")...)
				edits = append(edits, set(next[id]))
			}
			holders := map[string][]string{}
			for _, id := range slices.Sorted(maps.Keys(next)) {
				for _, alias := range next[id].Aliases {
					if n := state.NormalAlias(alias); !slices.Contains(holders[n], id) {
						holders[n] = append(holders[n], id)
					}
				}
			}
			clash := false
			for _, h := range holders {
				clash = clash || len(h) > 1
			}
			err := s.Apply(changeset(revision+1, edits...))
			require.Equal(t, clash, err != nil, "%v", err)
			if clash {
				continue
			}
			revision, model = revision+1, next
			sn := s.Snapshot()
			require.Equal(t, slices.Sorted(maps.Keys(model)), ids(sn.Rows(callas.KindAgent)))
			require.Equal(t, len(model), sn.Count(callas.KindAgent))
			for _, alias := range []string{"1", "2", "3", "4", "5@x"} {
				var got []string
				if a := sn.AgentByAlias(alias); a != nil {
					got = []string{a.ID}
				}
				require.Equal(t, holders[alias], got, "alias %s", alias)
			}
			for _, unit := range []string{"north", "south"} {
				var want []string
				for _, id := range slices.Sorted(maps.Keys(model)) {
					if model[id].Unit == unit {
						want = append(want, id)
					}
				}
				require.Equal(t, want, ids(inUnit(sn, unit)))
			}
			for _, service := range []string{"help", "claims"} {
				var want []string
				for _, id := range slices.Sorted(maps.Keys(model)) {
					if slices.Contains(model[id].Responsible["day"], service) {
						want = append(want, id)
					}
				}
				require.Equal(t, want, ids(sn.AgentsResponsible(service)))
			}
		}
	})
}
