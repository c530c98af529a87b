package server_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/settings"
	"callas/source"
)

// liv supervises london as lou does.
var liv = with(tokenRow(callas.Principal{Name: "liv", Role: callas.RoleSupervisor, Units: []string{"london"}}, nil))

// asBefore are all settings in their normal form, whenever they were written.
func (h *house) asBefore() (rows []callas.Row) {
	sn := h.state.Snapshot()
	for _, k := range callas.Kinds {
		for row := range sn.Rows(k) {
			rows = append(rows, settings.Normal(row).WithRevision(0))
		}
	}
	return rows
}

// last is the newest change's number.
func (h *house) last() string {
	rev, _, _ := strings.Cut(h.state.Snapshot().Token().String(), ".")
	return rev
}

func (h *house) undo(by, rev string) got {
	h.t.Helper()
	return h.post(by, "/v1/changes/"+rev+"/undo", `{}`)
}

// The profile day is offered everywhere and emil is in leeds: neither is lou's to edit, and
// help leaves both when it is deleted, which is.
func TestASupervisorTakesBackTheirOwnDeletionWholly(t *testing.T) {
	h := newHouse(t, liv)
	require.Contains(t, h.state.Snapshot().Agent("emil").Responsible["day"], "help")
	before := h.asBefore()
	h.del("lou", "/v1/services/help").is(204)
	deleted, without := h.last(), h.asBefore()
	require.NotContains(t, h.state.Snapshot().Profile("day").Services, "help")
	require.NotContains(t, h.state.Snapshot().Agent("emil").Responsible["day"], "help")

	p := h.undo("liv", deleted)
	require.Equal(t, []callas.Reason{"not_your_unit"}, p.problem(403).Reasons, "it was not liv's deletion")
	require.NotContains(t, string(p.body), "emil")
	require.Equal(t, without, h.asBefore())

	h.undo("lou", deleted).is(200)
	require.Equal(t, before, h.asBefore())

	h.undo("lou", h.last()).is(200)
	require.Equal(t, without, h.asBefore(), "and takes that back too")
}

func TestAnAgentComesBackWithTheirSession(t *testing.T) {
	h := newHouse(t)
	before := h.asBefore()
	h.del("lou", "/v1/agents/ben").is(204)
	h.undo("lou", h.last()).is(200)
	require.Equal(t, before, h.asBefore())

	h.del("lou", "/v1/agents/anna").is(204) // who has a token, which lou could not give her
	require.Equal(t, []callas.Reason{"role"}, h.undo("lou", h.last()).problem(403).Reasons)
	h.undo("root", h.last()).is(200)
	require.Equal(t, before, h.asBefore())
}

func TestWhoMayNotMakeItAgainDoesNotTakeADeletionBack(t *testing.T) {
	for name, now := range map[string]callas.Principal{
		"another unit":  {Name: "lou", Role: callas.RoleSupervisor, Units: []string{"leeds"}},
		"a unit below":  {Name: "lou", Role: callas.RoleSupervisor, Units: []string{"care"}},
		"an auditor":    {Name: "lou", Role: callas.RoleAuditor},
		"a mere agent":  {Name: "lou", Role: callas.RoleAgent, Agent: "clara"},
		"another's now": {Name: "lee", Role: callas.RoleSupervisor, Units: []string{"leeds"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.del("lou", "/v1/services/help").is(204)
			deleted := h.last()
			token := *h.state.Snapshot().Row(callas.KindToken, "lou").(*callas.AccessToken)
			token.Principal = now
			_, err := h.store.Commit(t.Context(), source.Commit{Actor: "root", Origin: "cli", Writes: []source.Write{{Kind: callas.KindToken, ID: "lou", Row: &token}}})
			require.NoError(t, err)
			require.Eventually(t, func() bool { return h.last() == "3" }, 5e9, 1e6)
			h.undo("lou", deleted).problem(403)
			require.Nil(t, h.state.Snapshot().Service("help"))
		})
	}
}

func TestADeletionThatOthersHaveBuiltOnIsNotTakenBack(t *testing.T) {
	h := newHouse(t)
	h.del("lou", "/v1/services/help").is(204)
	deleted := h.last()
	h.patch("root", "/v1/profiles/day", `{"name":"Daytime"}`).is(200)
	require.Equal(t, "/profile/day", h.undo("lou", deleted).problem(409).Errors[0].Pointer)

	// The id has been leeds's since, and is not any more: nothing is left that a revision
	// could tell, but root has decided what is to be there.
	h = newHouse(t)
	h.del("lou", "/v1/services/help").is(204)
	h.put("root", "/v1/services/help", `{"name":"Help","unit":"leeds"}`).is(201)
	h.del("root", "/v1/services/help").is(204)
	require.Equal(t, []callas.Reason{"not_your_unit"}, h.undo("lou", deleted).problem(403).Reasons)
	require.Nil(t, h.state.Snapshot().Service("help"))
	h.undo("root", deleted).is(200)
}

// lee, whose service itdesk is, has asked lou to take itdesk from anna. It must not come back to her
// without lee, whichever way lou took it.
func TestATakenRightOfAnothersServiceDoesNotComeBackByAnUndo(t *testing.T) {
	late := with(&callas.Profile{ID: "late", Name: "Late", Unit: "care", Services: []string{"help", "itdesk"}})
	lent := but("anna", func(a *callas.Agent) {
		a.Profiles = append(a.Profiles, "late")
		a.Responsible = map[string][]string{"late": {"help", "itdesk"}}
	})
	for name, take := range map[string]func(h *house){
		"from the agent":        func(h *house) { h.patch("lou", "/v1/agents/anna", `{"responsible":{"late":["help"]}}`).is(200) },
		"with the duty profile": func(h *house) { h.del("lou", "/v1/profiles/late").is(204) },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, late, lent)
			take(h)
			require.Equal(t, []callas.Reason{"not_your_service"}, h.undo("lou", h.last()).problem(403).Reasons)
			require.NotContains(t, h.state.Snapshot().Agent("anna").Responsible["late"], "itdesk")
		})
	}
}

// An undo writes rows that its asker never named.
func TestAnUndoNamesNoRowBeyondTheAskersSight(t *testing.T) {
	h := newHouse(t, secluded)
	h.post("root", "/v1/agents/bulk", `{"ids":["emil"],"set":{"direction":"all"}}`).is(200)
	h.post("root", "/v1/changes/2/undo", `{}`).is(200)
	h.post("root", "/v1/agents/bulk", `{"ids":["anna","emil"],"set":{"direction":"all"}}`).is(200)
	p := h.post("lou", "/v1/changes/4/undo", `{}`)
	require.Equal(t, []callas.Reason{"not_your_unit"}, p.problem(403).Reasons)
	require.Contains(t, p.problem(403).Detail, "a row that you may not see")
	require.NotContains(t, string(p.body), "emil")

	// What is against it by the rules is not told of such rows either.
	h.put("root", "/v1/units/bath", `{"name":"Bath"}`).is(201)
	h.patch("root", "/v1/agents/emil", `{"unit":"bath"}`).is(200)
	moved := h.post("root", "/v1/agents/bulk", `{"ids":["anna","emil"],"set":{"unit":"leeds"}}`).is(200)
	rev, _, _ := strings.Cut(moved.object()["revision"].(string), ".")
	h.del("root", "/v1/units/bath").is(204)
	require.Contains(t, string(h.post("root", "/v1/changes/"+rev+"/undo", `{}`).is(422).body), "agent emil: ")
}
