package server_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
)

// plan is a bulk plan as it travels.
type plan struct {
	Plan                                          string
	Matched, Changed, Unchanged, Allowed, Blocked int
	Locked                                        []struct{ ID string }
	Refused                                       []struct{ ID string }
	Pairs                                         []struct{ Agent, Service, Becomes string }
	CallingNow                                    []struct{ Agent, Service, Name string } `json:"calling_now"`
	LockedTotal                                   int                                     `json:"locked_total"`
	RefusedTotal                                  int                                     `json:"refused_total"`
	CallingNowTotal                               int                                     `json:"calling_now_total"`
	ExpiresAt                                     time.Time                               `json:"expires_at"`
}

func (h *house) planned(by, body string) plan {
	h.t.Helper()
	var p plan
	h.post(by, "/v1/agents/bulk", body).is(200).into(&p)
	return p
}

func TestABulkEditIsSeenBeforeItIsDone(t *testing.T) {
	h := newHouse(t)
	p := h.planned("lou", `{"filter":{"unit":"london"},"set":{"direction":"none"},"dry_run":true}`)
	require.Equal(t, 4, p.Matched)
	require.Equal(t, 3, p.Changed)
	require.Equal(t, 1, p.Unchanged, "clara's is none already")
	require.Equal(t, 2, p.CallingNowTotal)
	require.Equal(t, "anna", p.CallingNow[0].Agent)
	require.Equal(t, "Anna Meier", p.CallingNow[0].Name)
	require.Equal(t, "external", h.get("root", "/v1/agents/anna").object()["direction"], "nothing was changed")

	done := h.post("lou", "/v1/agents/bulk", map[string]any{"plan": p.Plan, "reason": "quiet day"}).is(200).object()
	require.Equal(t, 3.0, done["changed"])
	require.Equal(t, "none", h.get("root", "/v1/agents/anna").object()["direction"])
	require.Equal(t, []callas.Reason{"direction"}, h.resolve(question{"agent": "anna", "target": customer}).Reasons)

	var page struct{ Items []told }
	h.get("root", "/v1/changes?limit=1").is(200).into(&page)
	require.Equal(t, done["revision"], page.Items[0].Revision, "one change for all")
	require.Equal(t, 3, page.Items[0].EditCount)
	require.Equal(t, "quiet day", page.Items[0].Reason)
}

func TestAPlanIsCarriedOutExactlyOrNotAtAll(t *testing.T) {
	h := newHouse(t)
	p := h.planned("lou", `{"ids":["anna","ben"],"set":{"direction":"internal"},"dry_run":true}`)
	apply := map[string]any{"plan": p.Plan}

	problem := h.post("root", "/v1/agents/bulk", apply).problem(409)
	require.Equal(t, "urn:callas:problem:plan-outdated", problem.Type, "another's plan is none")

	h.patch("root", "/v1/agents/ben", `{"name":"Benjamin"}`).is(200)
	problem = h.post("lou", "/v1/agents/bulk", apply).problem(409)
	require.Equal(t, "urn:callas:problem:plan-outdated", problem.Type)
	require.Equal(t, []callas.Problem{{Pointer: "/agents/ben", Detail: "has been changed since the plan was made"}}, problem.Errors)
	require.Equal(t, "external", h.get("root", "/v1/agents/anna").object()["direction"], "not even half of it")

	// New agents that match are not in a plan.
	p = h.planned("lou", `{"filter":{"unit":"care"},"set":{"direction":"internal"},"dry_run":true}`)
	h.put("root", "/v1/agents/zoe", `{"name":"Zoe","unit":"care"}`).is(201)
	require.Equal(t, 4.0, h.post("lou", "/v1/agents/bulk", map[string]any{"plan": p.Plan}).is(200).object()["changed"])
	require.Equal(t, "none", h.get("root", "/v1/agents/zoe").object()["direction"])
	h.post("lou", "/v1/agents/bulk", map[string]any{"plan": p.Plan}).problem(409)
}

func TestAPlanWhoseRightWasWithdrawnIsRefused(t *testing.T) {
	h := newHouse(t)
	p := h.planned("lou", `{"ids":["anna"],"set":{"direction":"internal"},"dry_run":true}`)
	h.patch("root", "/v1/units/care", `{"parent":"leeds"}`).is(200) // no longer below london
	refused := h.post("lou", "/v1/agents/bulk", map[string]any{"plan": p.Plan}).problem(403)
	require.Equal(t, []callas.Reason{"not_your_unit"}, refused.Reasons)
}

func TestABulkEditLeavesAloneWhatItMayNotTouch(t *testing.T) {
	h := newHouse(t, but("ben", func(a *callas.Agent) { a.Source, a.Locked = "ldap", []string{"direction"} }))
	p := h.planned("lou", `{"ids":["anna","ben"],"set":{"direction":"internal"},"dry_run":true}`)
	require.Equal(t, "ben", p.Locked[0].ID)
	require.Equal(t, 1, p.Changed)
	p = h.planned("lou", `{"ids":["anna"],"set":{"responsible":{"day":{"add":["itdesk"]}}},"dry_run":true}`)
	require.Equal(t, "anna", p.Refused[0].ID, "itdesk is not lou's to lend")
	require.Equal(t, []callas.Reason{"not_your_service"},
		h.post("lou", "/v1/agents/bulk", `{"ids":["anna"],"set":{"responsible":{"day":{"add":["itdesk"]}}}}`).problem(403).Reasons)
	done := h.post("lou", "/v1/agents/bulk", `{"ids":["anna","ben"],"set":{"direction":"internal"}}`).is(200).object()
	require.Equal(t, 1.0, done["changed"])
	require.Equal(t, 1.0, done["locked_total"])
}

func TestABulkEditThatCannotBeMeant(t *testing.T) {
	h := newHouse(t)
	for body, pointer := range map[string]string{
		`{"set":{"direction":"all"}}`:                                "",
		`{"ids":["anna"]}`:                                           "/set",
		`{"ids":["anna"],"filter":{},"set":{"direction":"all"}}`:     "/filter",
		`{"plan":"x","set":{"direction":"all"}}`:                     "/plan",
		`{"ids":["anna"],"set":{"dierction":"all"}}`:                 "/set/dierction",
		`{"filter":{"unti":"care"},"set":{"direction":"all"}}`:       "/filter/unti",
		`{"ids":["anna"],"set":{"direction":"up"}}`:                  "/set/direction",
		`{"ids":["anna"],"set":{"direction":"all"},"dry_run":"yes"}`: "/dry_run",
	} {
		require.Equal(t, pointer, h.post("root", "/v1/agents/bulk", body).problem(400).Errors[0].Pointer, body)
	}
	for body, pointer := range map[string]string{
		`{"ids":["emil"],"set":{"direction":"all"}}`:           "/ids/0",
		`{"ids":["anna"],"set":{"unit":"nowhere"}}`:            "/set/unit",
		`{"filter":{"unit":"nowhere"},"set":{"enabled":true}}`: "/filter/unit",
	} {
		require.Equal(t, pointer, h.post("lou", "/v1/agents/bulk", body).problem(422).Errors[0].Pointer, body)
	}
}

func TestWhatASelectionHasIsCounted(t *testing.T) {
	h := newHouse(t)
	all := map[string]any{"matched": 4.0, "owned": 0.0, "enabled": 4.0,
		"directions":           map[string]any{"all": 1.0, "external": 2.0, "none": 1.0},
		"profiles":             map[string]any{"day": 4.0, "campaign": 4.0, "off": 4.0},
		"responsible":          map[string]any{"help": 4.0, "claims": 4.0, "renewals": 4.0},
		"responsible_profiles": map[string]any{"day": map[string]any{"help": 4.0, "claims": 4.0}, "campaign": map[string]any{"renewals": 4.0}}}
	require.Equal(t, all, h.post("lou", "/v1/agents/tally", `{"filter":{}}`).is(200).object(), "within what lou sees")
	require.Equal(t, all, h.post("root", "/v1/agents/tally", `{"ids":["anna","ben","clara","dora","anna"]}`).is(200).object(), "each once")
	require.Equal(t, 5.0, h.post("root", "/v1/agents/tally", `{"filter":{}}`).is(200).object()["matched"])
	require.Equal(t, 2.0, h.post("root", "/v1/agents/tally", `{"filter":{"calling_as":"help"}}`).is(200).object()["matched"])
	p := h.post("lou", "/v1/agents/tally", `{"ids":["emil"]}`).problem(422)
	require.Equal(t, "/ids/0", p.Errors[0].Pointer)
	for body, want := range map[string]string{
		`{}`:                        "names no agents",
		`{"ids":["a"],"filter":{}}`: "beside ids",
		`{"ids":["a"],"set":{}}`:    "unknown field",
		`{"filter":{"untt":"a"}}`:   `did you mean "unit"?`,
		`[]`:                        "wants an object",
	} {
		require.Contains(t, h.post("root", "/v1/agents/tally", body).problem(400).Errors[0].Detail, want, body)
	}
}
