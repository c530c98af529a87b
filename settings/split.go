package settings

import (
	"encoding/json"
	"slices"

	"callas"
	"callas/source"
	"callas/state"
)

// editFrame is what an edit takes in a changeset besides its rows, at most: kind, id,
// braces, the digits of a larger revision.
const editFrame = 96 + callas.MaxID

// Split orders admitted writes and divides them into changesets of at most
// source.MaxWrites rows and source.MaxBody bytes, such that after each of them the rows
// fit together. It is one changeset where that is enough, and none for no writes.
func Split(sn *state.Snapshot, writes []source.Write) [][]source.Write {
	var out [][]source.Write
	var body int
	for _, group := range inOrder(sn, writes) {
		size := 0
		for _, w := range group {
			size += sizeOf(sn, w)
		}
		last := len(out) - 1
		if last < 0 || len(out[last])+len(group) > source.MaxWrites || body+size > source.MaxBody {
			out, body = append(out, nil), 0
			last++
		}
		out[last] = append(out[last], group...)
		body += size
	}
	return out
}

// sizeOf is about how much of a changeset a write takes: its row before and after.
func sizeOf(sn *state.Snapshot, w source.Write) int {
	size := editFrame
	for _, row := range []callas.Row{sn.Row(w.Kind, w.ID), w.Row} {
		if row == nil {
			continue
		}
		body, err := json.Marshal(row)
		if err != nil {
			continue // the source will say so
		}
		size += len(body)
	}
	return size
}

// inOrder puts writes into an order in which each can be made: first what goes and is
// referred to by nothing (tokens, sessions, agents), then what is set, each row after
// those it refers to, then what went out of use (profiles, services, units). Writes that
// only fit together at once are one group.
func inOrder(sn *state.Snapshot, writes []source.Write) [][]source.Write {
	set, deleted := map[callas.Kind][]source.Write{}, map[callas.Kind][]source.Write{}
	for _, w := range writes {
		if w.Row == nil {
			deleted[w.Kind] = append(deleted[w.Kind], w)
		} else {
			set[w.Kind] = append(set[w.Kind], w)
		}
	}
	var out [][]source.Write
	singly := func(writes []source.Write) {
		for i := range writes {
			out = append(out, writes[i:i+1])
		}
	}
	singly(deleted[callas.KindToken])
	singly(deleted[callas.KindSession])
	singly(deleted[callas.KindAgent])
	singly(topDown(sn, set[callas.KindUnit]))
	singly(set[callas.KindService])
	singly(set[callas.KindProfile])
	out = append(out, byHandover(sn, set[callas.KindAgent])...)
	singly(set[callas.KindSession])
	singly(set[callas.KindToken])
	singly(deleted[callas.KindProfile])
	singly(deleted[callas.KindService])
	singly(bottomUp(sn, deleted[callas.KindUnit]))
	return out
}

// topDown orders units that are set so that whatever lies above one of them comes
// before it, also where units that are not set lie between: all that is above a unit is
// in its place when the unit gets there, so that no piece of a series closes a ring.
func topDown(sn *state.Snapshot, units []source.Write) []source.Write {
	at := indexed(units)
	return visited(len(units), func(i int) []int {
		for above := units[i].Row.(*callas.Unit).Parent; above != ""; {
			if j, ok := at[above]; ok {
				return []int{j}
			}
			unit := sn.Unit(above)
			if unit == nil {
				break
			}
			above = unit.Parent
		}
		return nil
	}, units)
}

// bottomUp orders units that are deleted so that a parent comes after those below it.
func bottomUp(sn *state.Snapshot, units []source.Write) []source.Write {
	at := indexed(units)
	out := visited(len(units), func(i int) []int {
		if unit := sn.Unit(units[i].ID); unit != nil {
			return lookedUp(at, unit.Parent)
		}
		return nil
	}, units)
	slices.Reverse(out)
	return out
}

// byHandover orders agents so that one who gives up an alias comes before the one who
// takes it over. Agents along a chain of handovers, which may close to a ring, are a group.
func byHandover(sn *state.Snapshot, agents []source.Write) [][]source.Write {
	at := indexed(agents)
	done := make([]bool, len(agents))
	var out [][]source.Write
	for i := range agents {
		var group []source.Write
		walk(i, done, func(i int) []int {
			var givers []int
			for _, alias := range agents[i].Row.(*callas.Agent).Aliases {
				if owner := sn.AgentByAlias(alias); owner != nil && owner.ID != agents[i].ID {
					givers = append(givers, lookedUp(at, owner.ID)...)
				}
			}
			return givers
		}, func(i int) { group = append(group, agents[i]) })
		if group != nil {
			out = append(out, group)
		}
	}
	return out
}

func indexed(writes []source.Write) map[string]int {
	at := make(map[string]int, len(writes))
	for i, w := range writes {
		at[w.ID] = i
	}
	return at
}

func lookedUp(at map[string]int, id string) []int {
	if i, ok := at[id]; ok {
		return []int{i}
	}
	return nil
}

// visited orders writes so that each comes after those it needs.
func visited(n int, needs func(int) []int, writes []source.Write) []source.Write {
	out := make([]source.Write, 0, n)
	done := make([]bool, n)
	for i := range n {
		walk(i, done, needs, func(i int) { out = append(out, writes[i]) })
	}
	return out
}

// walk visits what i needs, and what that needs, and then i: each once, over all calls.
func walk(i int, done []bool, needs func(int) []int, visit func(int)) {
	if done[i] {
		return
	}
	done[i] = true
	for _, j := range needs(i) {
		walk(j, done, needs, visit)
	}
	visit(i)
}
