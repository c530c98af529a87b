package server_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"callas"
)

type outlook struct {
	Follow, Allowed, Blocked int
	Pairs                    []struct {
		Agent, Service, Becomes string
		Reasons                 []callas.Reason
	}
	CallingNow []struct{ Agent, Service, Name string } `json:"calling_now"`
	Total      int                                     `json:"calling_now_total"`
	Refused    []callas.Reason
}

func (h *house) outlook(by, path string, body any) (o outlook) {
	h.t.Helper()
	h.post(by, path+"/plan", body).is(200).into(&o)
	return o
}

func TestSwitchingAServiceOffShowsWhoDropsNow(t *testing.T) {
	h := newHouse(t)
	before := h.state.Snapshot().Token()
	o := h.outlook("lou", "/v1/services/help", `{"call_as_enabled":false}`)
	require.Equal(t, before, h.state.Snapshot().Token(), "nothing is changed")
	require.Empty(t, o.Refused)
	require.Equal(t, []int{0, 2, 2}, []int{o.Allowed, o.Blocked, o.Total})
	require.Equal(t, "anna", o.CallingNow[0].Agent)
	require.Equal(t, "Anna Meier", o.CallingNow[0].Name)
	require.Equal(t, []callas.Reason{"service_disabled"}, o.Pairs[0].Reasons)
	require.Equal(t, []callas.Reason{"role"}, h.outlook("aud", "/v1/services/help", `{"call_as_enabled":false}`).Refused)

	gone := h.outlook("root", "/v1/services/help", " null ")
	require.Equal(t, 2, gone.Blocked)
	require.Equal(t, 2, gone.Total)
	require.Positive(t, gone.Follow, "profiles, responsibilities and selections")
	require.Equal(t, "/numbers/0/e164", h.post("root", "/v1/services/help/plan", `{"numbers":[{"e164":"+449098790000"}]}`).problem(422).Errors[0].Pointer)
	require.Equal(t, "urn:callas:problem:conflict", h.post("root", "/v1/units/london/plan", "null").problem(409).Type)
}

// What is foreseen is what the lists show once it is done.
func TestWhatIsForeseenComesTrue(t *testing.T) {
	for _, tc := range []struct{ path, body string }{
		{"/v1/services/help", `{"call_as_enabled":false}`},
		{"/v1/services/premium", `{"call_as_enabled":true}`},
		{"/v1/services/help", `{"unit":"leeds"}`},
		{"/v1/services/help", `null`},
		{"/v1/profiles/day", `{"services":["claims"]}`},
		{"/v1/profiles/day", `null`},
		{"/v1/units/care", `{"parent":"leeds"}`},
		{"/v1/agents/anna", `{"direction":"none"}`},
		{"/v1/agents/clara", `{"direction":"all"}`},
		{"/v1/agents/anna", `null`},
	} {
		t.Run(tc.path+" "+tc.body, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			was, calling := h.pairs()
			o := h.outlook("root", tc.path, tc.body)
			if tc.body == "null" {
				h.del("root", tc.path).is(204)
			} else {
				h.patch("root", tc.path, tc.body).is(200)
			}
			is, still := h.pairs()
			var allowed, blocked, drops []string
			for _, pair := range o.Pairs {
				if pair.Becomes == "allowed" {
					allowed = append(allowed, pair.Agent+" "+pair.Service)
				} else {
					blocked = append(blocked, pair.Agent+" "+pair.Service)
				}
			}
			for _, c := range o.CallingNow {
				drops = append(drops, c.Agent+" "+c.Service)
			}
			require.ElementsMatch(t, without(is, was), allowed)
			require.ElementsMatch(t, without(was, is), blocked)
			require.ElementsMatch(t, without(calling, still), drops)
			require.Equal(t, []int{len(allowed), len(blocked), len(drops)}, []int{o.Allowed, o.Blocked, o.Total})
		})
	}
}

// pairs are who may call as what now, and who does.
func (h *house) pairs() (may, calling []string) {
	for id := range h.listed("root", "/v1/services") {
		for agent := range h.listed("root", "/v1/agents?may_call_as="+id) {
			may = append(may, fmt.Sprint(agent, " ", id))
		}
		for agent := range h.listed("root", "/v1/agents?calling_as="+id) {
			calling = append(calling, fmt.Sprint(agent, " ", id))
		}
	}
	return may, calling
}

func without(all, some []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return slices.Contains(some, s) })
}
