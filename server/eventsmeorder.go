package server

import (
	"context"
	"slices"

	"callas"
	"callas/giveway"
	"callas/state"
)

// A menuLook is one agent's menu as it is now.
type menuLook struct {
	menu    callas.Menu
	streams []*stream
	rank    int
}

// Who is told first.
const (
	hasLost = iota // what they had selected: their next call goes out otherwise
	hasSelected
	hasCome
	hasTime
)

// inOrder looks up menus, and puts those first who must not wait for the others. Menus are
// quick to come by, even of all; what a page shows beside them, and telling it, is not.
func (m *menus) inOrder(ctx context.Context, sn *state.Snapshot, listening map[string][]*stream, all bool, work *giveway.Worker) []menuLook {
	menus := m.Engine.Menus(sn) // many are alike: a change of a service is worked out for a few
	var looks []menuLook
	for agent, streams := range listening {
		rank, told := hasTime, m.told[agent]
		come := told == nil || slices.ContainsFunc(streams, func(st *stream) bool { return !st.greeted })
		switch {
		case told != nil && told.Selection != nil:
			rank = hasSelected
		case come:
			rank = hasCome
		}
		if rank == hasTime && !all {
			continue
		}
		work.Step()
		menu, err := menus(ctx, agent)
		if err != nil {
			m.untold(ctx, agent, err)
			continue
		}
		if rank == hasSelected && lost(told.Selection, menu.Selection) {
			rank = hasLost
		}
		if all || come || rank == hasLost {
			looks = append(looks, menuLook{menu, streams, rank})
		}
	}
	slices.SortStableFunc(looks, func(a, b menuLook) int { return a.rank - b.rank })
	return looks
}
