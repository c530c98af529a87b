package settings_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"callas"
	"callas/settings"
	"callas/source"
	"callas/state"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Few ids, so that random rows meet.
var (
	anUnit    = rapid.SampledFrom([]string{"nordhang", "london", "care", "leeds", "u1", "u2"})
	aService  = rapid.SampledFrom([]string{"help", "claims", "renewals", "itdesk", "s1"})
	aProfile  = rapid.SampledFrom([]string{"day", "campaign", "off", "p1"})
	anAgent   = rapid.SampledFrom([]string{"anna", "ben", "a1", "a2", "a3"})
	anAlias   = rapid.SampledFrom([]string{"2001", "2002", "sip:Anna@Nordhang.example", "sip:ben@nordhang.example", "9", "10"})
	someNames = rapid.SampledFrom([]string{"Anna", " Müller ", "x"})
)

func several(of *rapid.Generator[string]) *rapid.Generator[[]string] { return rapid.SliceOfN(of, 0, 4) }

// aRow draws a row that mostly keeps the rules.
func aRow(t *rapid.T) callas.Row {
	switch rapid.SampledFrom(callas.Kinds[:5]).Draw(t, "kind") {
	case callas.KindUnit:
		return &callas.Unit{ID: anUnit.Draw(t, "id"), Name: someNames.Draw(t, "name"),
			Parent: rapid.OneOf(rapid.Just(""), anUnit).Draw(t, "parent")}
	case callas.KindService:
		s := service(aService.Draw(t, "id"), anUnit.Draw(t, "unit"), rapid.SampledFrom([]string{"+442079460100", "+44 20 7946 0101"}).Draw(t, "number"))
		s.CallAsEnabled, s.Numbers[0].Countries = rapid.Bool().Draw(t, "on"), several(rapid.SampledFrom([]string{"gb", "GB", "CH"})).Draw(t, "countries")
		return s
	case callas.KindProfile:
		p := profile(aProfile.Draw(t, "id"), several(aService).Draw(t, "services")...)
		if p.OffDuty = p.ID == "off"; p.OffDuty {
			p.Services = nil
		}
		return p
	case callas.KindAgent:
		return &callas.Agent{ID: anAgent.Draw(t, "id"), Name: someNames.Draw(t, "name"), Unit: anUnit.Draw(t, "unit"), Enabled: rapid.Bool().Draw(t, "enabled"),
			Aliases: several(anAlias).Draw(t, "aliases"), Direction: rapid.SampledFrom(callas.Directions).Draw(t, "direction"),
			Profiles:    several(aProfile).Draw(t, "profiles"),
			Responsible: rapid.MapOfN(aProfile, several(aService), 0, 3).Draw(t, "responsible")}
	}
	return session(anAgent.Draw(t, "agent"), rapid.OneOf(rapid.Just(""), aProfile).Draw(t, "profile"), rapid.OneOf(rapid.Just(""), aService).Draw(t, "call_as"))
}

// aBatch draws writes: mostly rows, some deletions.
func aBatch(t *rapid.T) []source.Write {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) source.Write {
		w := put(aRow(t))
		if rapid.IntRange(0, 3).Draw(t, "delete") == 0 {
			w.Row = nil
		}
		return w
	}), 1, 6).Draw(t, "batch")
}

// live makes a few admitted changes.
func (h *house) live(t *rapid.T) {
	for range rapid.IntRange(0, 5).Draw(t, "changes") {
		if full, findings := settings.Admit(h.sn(), british(t), nil, aBatch(t)); len(findings) == 0 {
			h.commit(full...)
		}
	}
}

// whole fails where rows do not fit together: what Admit promises of every state.
func whole(t tester, sn *state.Snapshot) {
	t.Helper()
	need := func(by callas.Row, k callas.Kind, id string) {
		require.True(t, id == "" || sn.Row(k, id) != nil, "%s %s refers to %s %q", by.Kind(), by.Key(), k, id)
	}
	for _, row := range rowsOf(sn) {
		require.True(t, settings.Same(row, settings.Normal(row)))
		switch r := row.(type) {
		case *callas.Unit:
			for at, n := r.Parent, 0; at != ""; at, n = sn.Unit(at).Parent, n+1 {
				need(r, callas.KindUnit, at)
				require.Less(t, n, settings.MaxDepth)
			}
		case *callas.Service:
			need(r, callas.KindUnit, r.Unit)
		case *callas.Profile:
			for _, id := range r.Services {
				need(r, callas.KindService, id)
			}
		case *callas.Agent:
			need(r, callas.KindUnit, r.Unit)
			for _, id := range r.Profiles {
				need(r, callas.KindProfile, id)
			}
			for p, ids := range r.Responsible {
				need(r, callas.KindProfile, p)
				for _, id := range ids {
					need(r, callas.KindService, id)
				}
			}
			for _, alias := range r.Aliases {
				require.Equal(t, r.ID, sn.AgentByAlias(alias).ID)
				require.Contains(t, []*callas.Agent{nil, sn.Agent(r.ID)}, sn.Agent(state.NormalAlias(alias)))
			}
		case *callas.Session:
			need(r, callas.KindAgent, r.Agent)
			need(r, callas.KindProfile, r.Profile)
			need(r, callas.KindService, r.CallAs)
		}
	}
}

func TestWhatIsAdmittedFitsTogetherAndStaysAdmitted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHouse(t)
		h.live(t)
		full, findings := settings.Admit(h.sn(), british(t), nil, aBatch(t))
		if len(findings) > 0 {
			return
		}
		again, findings := settings.Admit(h.sn(), british(t), nil, full)
		require.Empty(t, told(findings))
		require.Equal(t, full, again, "nothing follows from what follows")
		h.commit(full...)
		whole(t, h.sn())
	})
}

func TestUndoRestores(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHouse(t)
		h.live(t)
		before := h.everything()
		full, findings := settings.Admit(h.sn(), british(t), nil, aBatch(t))
		if len(findings) > 0 {
			return
		}
		cs := h.commit(full...)
		if len(cs.Edits) == 0 {
			return
		}
		h.undo(cs)
		require.Equal(t, before, h.everything())
	})
}

func TestAPatchBackRestores(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		was, is := settings.Normal(aRow(t)), settings.Normal(aRow(t))
		if was.Kind() != is.Kind() || was.Key() != is.Key() {
			return
		}
		to := func(from, to callas.Row) callas.Row {
			patch, err := json.Marshal(to)
			require.NoError(t, err)
			var fields map[string]any
			require.NoError(t, json.Unmarshal(patch, &fields))
			for _, f := range settings.Fields(from, to) {
				if _, said := fields[f]; !said {
					fields[f] = nil
				}
			}
			if a, ok := from.(*callas.Agent); ok {
				for p := range a.Responsible {
					if r := fields["responsible"].(map[string]any); r[p] == nil {
						r[p] = nil
					}
				}
			}
			patch, err = json.Marshal(fields)
			require.NoError(t, err)
			row, problems := settings.Patch(from, patch)
			require.Empty(t, problems)
			return row
		}
		there := to(was, is)
		require.Equal(t, is, there)
		require.Equal(t, was, to(there, was))
	})
}

func TestAPlanDoesWhatItSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHouse(t)
		h.live(t)
		set := fmt.Sprintf(`{"filter":{},"set":{"direction":%q,"profiles":{"add":[%q]},"responsible":{"add":["help"],"remove":["claims"]}}}`,
			rapid.SampledFrom(callas.Directions).Draw(t, "direction"), aProfile.Draw(t, "profile"))
		before := h.sn()
		p, err := planner(t).Plan(context.Background(), before, bulk(t, set))
		if err != nil {
			return // a service or profile has gone
		}
		require.Equal(t, before.Count(callas.KindAgent), p.Matched)
		require.Equal(t, p.Matched, p.Changed+p.Unchanged)
		cs := h.commit(p.Writes()...)
		require.Len(t, cs.Edits, p.Changed)
		whole(t, h.sn())

		allowed, blocked, losing := 0, 0, 0
		for row := range h.sn().Rows(callas.KindAgent) {
			was, now := available(t, before, row.Key()), available(t, h.sn(), row.Key())
			for id := range now {
				if !was[id] {
					allowed++
				}
			}
			for id := range was {
				if !now[id] {
					blocked++
				}
			}
			if s := before.Session(row.Key()); s != nil && was[s.CallAs] && !now[s.CallAs] {
				losing++
			}
		}
		require.Equal(t, []int{allowed, blocked, losing}, []int{p.Allowed, p.Blocked, p.CallingNowTotal})
		again, err := planner(t).Plan(context.Background(), h.sn(), bulk(t, set))
		require.NoError(t, err)
		require.Zero(t, again.Changed, "a second time nothing is left to do")
	})
}

func available(t tester, sn *state.Snapshot, agent string) map[string]bool {
	t.Helper()
	menu, err := lawful(sn, agent)
	require.NoError(t, err)
	out := map[string]bool{}
	for _, item := range menu.Items {
		if item.Available {
			out[item.Service] = true
		}
	}
	return out
}

func TestAnImportComesToTheSameInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from, to := newHouse(t), newHouse(t)
		from.live(t)
		to.live(t)
		batch := puts(to.everything()...)
		for _, row := range from.everything() {
			if to.sn().Row(row.Kind(), row.Key()) == nil {
				batch = append(batch, del(row.Kind(), row.Key()))
			}
		}
		batch = rapid.Permutation(batch).Draw(t, "order")
		im := from.take(batch)
		require.Equal(t, len(batch), im.Created+im.Changed+im.Unchanged+im.Deleted)
		require.Equal(t, to.everything(), from.everything())
		again := from.take(puts(from.everything()...))
		require.Empty(t, again.Series)
	})
}

func TestEveryPieceOfASeriesFitsTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHouse(t)
		h.live(t)
		full, findings := settings.Admit(h.sn(), british(t), nil, aBatch(t))
		if len(findings) > 0 {
			return
		}
		var all []source.Write
		for _, writes := range settings.Split(h.sn(), full) {
			all = append(all, writes...)
		}
		require.ElementsMatch(t, full, all)
		for _, w := range pieces(all) {
			h.commit(w...)
			whole(t, h.sn())
		}
	})
}

// pieces cuts a series as finely as it may be cut: agents stay together, for they may
// hand aliases on in a ring.
func pieces(all []source.Write) [][]source.Write {
	var out [][]source.Write
	for i, w := range all {
		if i > 0 && w.Row != nil && all[i-1].Row != nil && w.Kind == callas.KindAgent && all[i-1].Kind == callas.KindAgent {
			out[len(out)-1] = append(out[len(out)-1], w)
			continue
		}
		out = append(out, []source.Write{w})
	}
	return out
}

func TestAChoiceIsWhatTheMenuOffers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHouse(t)
		h.live(t)
		agent, service := anAgent.Draw(t, "agent"), aService.Draw(t, "service")
		if h.sn().Agent(agent) == nil {
			return
		}
		before, offered := h.everything(), available(t, h.sn(), agent)[service]
		err := h.choose(agent, `{"call_as":"`+service+`"}`)
		require.Equal(t, offered, err == nil, "%v", err)
		if err != nil {
			require.Equal(t, before, h.everything())
			return
		}
		require.Equal(t, service, h.sn().Session(agent).CallAs)
		profile := aProfile.Draw(t, "profile")
		if slices.Contains(h.sn().Agent(agent).Profiles, profile) {
			require.NoError(t, h.choose(agent, `{"profile":"`+profile+`"}`))
			require.Equal(t, available(t, h.sn(), agent)[service], h.sn().Session(agent).CallAs == service)
		}
	})
}
