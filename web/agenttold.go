package web

import (
	"slices"
	"strings"
	"time"

	"callas"
)

// A pastChange is a change of an agent as its history tells it.
type pastChange struct {
	Revision int64
	At       time.Time
	Actor    string
	Origin   string
	Reason   string
	Others   int // rows that were changed with it
	Moves    []fieldMove
	Born     bool
	Gone     bool
	CanUndo  bool
}

// A fieldMove is a field that went from one value to another.
type fieldMove struct{ Field, From, To string }

// shownHistory is how many changes a history shows.
const shownHistory = 20

func (v *visit) agentHistory(d *directory, id string) ([]pastChange, error) {
	changes, err := v.changesOf(callas.KindAgent, id, shownHistory)
	if err != nil {
		return nil, err
	}
	var out []pastChange
	for _, c := range changes {
		past := pastChange{Revision: c.Revision.Revision, At: c.At, Actor: c.Actor, Origin: c.Origin, Reason: c.Reason,
			Others: c.EditCount - 1, CanUndo: v.does(callas.Update, callas.KindAgent) && c.Origin != "import" && c.Origin != "demo"}
		for _, e := range c.Edits {
			if e.Kind != callas.KindAgent || e.ID != id {
				continue
			}
			was, _ := e.Before.(*callas.Agent)
			is, _ := e.After.(*callas.Agent)
			past.Born, past.Gone = was == nil, is == nil
			if was != nil && is != nil {
				past.Moves = v.movesOf(d, was, is)
			}
		}
		out = append(out, past)
	}
	return out, nil
}

// movesOf tells what differs between two states of an agent.
func (v *visit) movesOf(d *directory, was, is *callas.Agent) []fieldMove {
	var out []fieldMove
	add := func(field, from, to string) {
		if key := "agent.field_" + field; from != to {
			out = append(out, fieldMove{v.say(key), v.orNothing(from), v.orNothing(to)})
		}
	}
	add("name", was.Name, is.Name)
	add("unit", d.where(was.Unit), d.where(is.Unit))
	add("enabled", v.onOff(was.Enabled), v.onOff(is.Enabled))
	add("direction", v.direction(was.Direction), v.direction(is.Direction))
	add("profiles", d.profileNames(was.Profiles), d.profileNames(is.Profiles))
	for _, id := range slices.Compact(slices.Sorted(slices.Values(append(sortedKeys(was.Responsible), sortedKeys(is.Responsible)...)))) {
		from, to := d.serviceNames(was.Responsible[id]), d.serviceNames(is.Responsible[id])
		if from != to {
			out = append(out, fieldMove{v.say("agent.field_under", d.profile(id).Name), v.orNothing(from), v.orNothing(to)})
		}
	}
	add("number", v.spelled(was.Number), v.spelled(is.Number))
	add("uri", was.URI, is.URI)
	add("aliases", strings.Join(was.Aliases, ", "), strings.Join(is.Aliases, ", "))
	add("locked", strings.Join(was.Locked, ", "), strings.Join(is.Locked, ", "))
	return out
}

// valueOf is what an edit's fields are on an agent, in words.
func (v *visit) valueOf(d *directory, e agentEdit, a *callas.Agent) string {
	switch e.Field {
	case "direction":
		return v.direction(a.Direction)
	case "enabled":
		return v.onOff(a.Enabled)
	case "profiles":
		return v.orNothing(d.profileNames(a.Profiles))
	case "responsible":
		return v.orNothing(d.serviceNames(a.Responsible[e.Under]))
	}
	return strings.Join([]string{a.Name, d.where(a.Unit), v.orNothing(v.spelled(a.Number)), v.orNothing(a.URI), v.orNothing(strings.Join(a.Aliases, ", "))}, " · ")
}

func (v *visit) spelled(number string) string {
	if number == "" {
		return ""
	}
	return v.web.Spell(number)
}

func (v *visit) orNothing(text string) string {
	if text == "" {
		return v.say("agent.nothing")
	}
	return text
}

func (v *visit) onOff(on bool) string {
	if on {
		return v.say("agent.on")
	}
	return v.say("agent.off")
}
