package server_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"callas"
)

// together runs do n times at once.
func together(n int, do func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { do(i) })
	}
	all.Wait()
}

func TestOnlyOneOfThoseWhoReadTheSameRowMayWriteIt(t *testing.T) {
	h := newHouse(t)
	tag := h.get("root", "/v1/agents/anna").header.Get("ETag")
	var won atomic.Int32
	together(16, func(i int) {
		g := h.ask(send{method: "PATCH", path: "/v1/agents/anna", by: "root", body: fmt.Sprintf(`{"name":"Anna %d"}`, i), header: ifMatch(tag)})
		if g.status == 200 {
			won.Add(1)
		} else {
			require.Equal(t, 412, g.status, "%s", g.body)
		}
	})
	require.Equal(t, int32(1), won.Load())
}

func TestEditsOfDifferentFieldsAtTheSameMomentAreAllKept(t *testing.T) {
	h := newHouse(t)
	edits := []string{`{"name":"A"}`, `{"direction":"none"}`, `{"enabled":false}`, `{"number":"+442079460299"}`, `{"profiles":["day"]}`, `{"aliases":["2999"]}`}
	together(len(edits), func(i int) { h.patch("root", "/v1/agents/anna", edits[i]).is(200) })
	got := h.get("root", "/v1/agents/anna").object()
	require.Equal(t, "A", got["name"])
	require.Equal(t, "none", got["direction"])
	require.Equal(t, false, got["enabled"])
	require.Equal(t, "+442079460299", got["number"])
	require.Equal(t, []any{"day"}, got["profiles"])
	require.Equal(t, []any{"2999"}, got["aliases"])
}

func TestRowsFitTogetherWhateverHappensAtTheSameMoment(t *testing.T) {
	for range 3 {
		h := newHouse(t)
		h.put("root", "/v1/units/x", `{"name":"X"}`).is(201)
		h.put("root", "/v1/units/y", `{"name":"Y"}`).is(201)
		asks := []func(){
			func() { h.patch("root", "/v1/units/x", `{"parent":"y"}`) },
			func() { h.patch("root", "/v1/units/y", `{"parent":"x"}`) },
			func() { h.del("root", "/v1/units/x") },
			func() { h.put("root", "/v1/agents/zoe", `{"name":"Zoe","unit":"x","aliases":["2888"]}`) },
			func() { h.put("root", "/v1/agents/zac", `{"name":"Zac","unit":"y","aliases":["2888"]}`) },
			func() { h.del("root", "/v1/services/claims") },
			func() { h.put("anna", "/v1/agents/anna/session", `{"call_as":"claims"}`) },
			func() { h.put("root", "/v1/agents/ben/session", `{"call_as":"claims"}`) },
			func() { h.patch("root", "/v1/agents/dora", `{"responsible":{"day":["claims"]}}`) },
			func() { h.del("root", "/v1/agents/ben") },
			func() { h.put("root", "/v1/agents/ben/session", `{"call_as":null}`) },
			func() { h.post("root", "/v1/agents/bulk", `{"filter":{},"set":{"responsible":{"add":["claims"]}}}`) },
		}
		together(len(asks), func(i int) { asks[i]() })

		sn := h.state.Snapshot()
		for _, id := range []string{"x", "y"} {
			seen := map[string]bool{}
			for u := sn.Unit(id); u != nil; u = sn.Unit(u.Parent) {
				require.False(t, seen[u.ID], "a ring of units")
				seen[u.ID] = true
				require.True(t, u.Parent == "" || sn.Unit(u.Parent) != nil)
			}
		}
		for row := range sn.Rows(callas.KindAgent) {
			a := row.(*callas.Agent)
			require.NotNil(t, sn.Unit(a.Unit), a.ID)
			for _, services := range a.Responsible {
				for _, id := range services {
					require.NotNil(t, sn.Service(id), "%s answers for %s, which is gone", a.ID, id)
				}
			}
		}
		for row := range sn.Rows(callas.KindSession) {
			s := row.(*callas.Session)
			require.NotNil(t, sn.Agent(s.Agent))
			require.True(t, s.CallAs == "" || sn.Service(s.CallAs) != nil, "%s selects %s, which is gone", s.Agent, s.CallAs)
		}
		require.False(t, sn.Agent("zoe") != nil && sn.Agent("zac") != nil, "one alias, two agents")
		require.Empty(t, h.log.String())
	}
}

func TestManySessionsAndCallsAtTheSameMoment(t *testing.T) {
	h := newHouse(t)
	together(12, func(i int) {
		for j := range 8 {
			switch i % 4 {
			case 0:
				h.put("anna", "/v1/agents/anna/session", fmt.Sprintf(`{"call_as":%q}`, []string{"help", "claims"}[j%2]))
			case 1:
				h.put("root", "/v1/agents/ben/session", fmt.Sprintf(`{"call_as":%q}`, []string{"help", "claims"}[j%2]))
			case 2:
				h.patch("lou", "/v1/services/claims", fmt.Sprintf(`{"call_as_enabled":%v}`, j%2 == 0))
			case 3:
				d := h.resolve(question{"agent": "anna", "target": customer})
				require.NotContains(t, d.Reasons, callas.ReasonEngineError)
			}
		}
	})
}
