package server_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callas"
)

type trail struct {
	Items []told
	Next  string
}

func (h *house) trail(by, query string) trail {
	h.t.Helper()
	var page trail
	h.get(by, "/v1/changes"+query).is(200).into(&page)
	return page
}

func TestAChangeIsTakenBackAsANewOne(t *testing.T) {
	h := newHouse(t)
	h.del("root", "/v1/services/help").is(204)
	require.Equal(t, []callas.Reason{"none_selected"}, h.resolve(question{"agent": "anna", "target": customer}).Reasons)

	done := h.post("root", "/v1/changes/2/undo", `{"reason":"a slip"}`).is(200).object()
	require.Equal(t, "2", done["undone"])
	require.Equal(t, "help", h.resolve(question{"agent": "anna", "target": customer}).Service, "with all that followed from it")

	last := h.trail("root", "?limit=1").Items[0]
	require.Equal(t, "undo", last.Origin)
	require.Equal(t, "a slip", last.Reason)
	require.Equal(t, done["revision"], last.Revision)

	// Undone once more, it is gone again.
	h.post("root", "/v1/changes/3/undo", `{}`).is(200)
	h.get("root", "/v1/services/help").problem(404)
}

func TestWhatOthersHaveBuiltOnIsNotTakenBack(t *testing.T) {
	h := newHouse(t)
	h.post("root", "/v1/agents/bulk", `{"ids":["anna","emil"],"set":{"direction":"all"}}`).is(200)
	h.patch("root", "/v1/agents/emil", `{"name":"Emil F."}`).is(200)
	p := h.post("root", "/v1/changes/2/undo", `{}`).problem(409)
	require.Equal(t, []callas.Problem{{Pointer: "/agent/emil", Detail: "was edited since, at revision 3"}}, p.Errors)
	require.Equal(t, "all", h.get("root", "/v1/agents/anna").object()["direction"])
	require.Empty(t, h.post("lou", "/v1/changes/2/undo", `{}`).problem(409).Errors, "lou does not learn of emil")
}

func TestARevisionThatIsNone(t *testing.T) {
	h := newHouse(t)
	chain := h.trail("root", "").Items[0].Revision
	for _, rev := range []string{"0", "-1", "x", "999", "1.otherchain"} {
		h.post("root", "/v1/changes/"+rev+"/undo", `{}`).problem(404)
	}
	h.post("root", "/v1/changes/"+chain+"/undo", `{"raeson":"x"}`).problem(400)
	h.post("root", "/v1/changes/1/undo", `{"reason":"x","reason":"y"}`).problem(400)
	h.post("root", "/v1/changes/1/undo", `{"reason":5}`).problem(400)
}

func TestTheTrailShowsWhatOneMayRead(t *testing.T) {
	h := newHouse(t)
	h.patch("root", "/v1/agents/anna", `{"direction":"all"}`).is(200)
	h.patch("lee", "/v1/agents/emil", `{"direction":"none"}`).is(200)
	h.post("root", "/v1/agents/bulk", `{"ids":["ben","emil"],"set":{"direction":"internal"}}`).is(200)

	revisions := func(page trail) (out []string) {
		for _, item := range page.Items {
			rev, _, _ := strings.Cut(item.Revision, ".")
			out = append(out, rev)
		}
		return out
	}
	require.Equal(t, []string{"4", "3", "2", "1"}, revisions(h.trail("aud", "")))
	lou := h.trail("lou", "")
	require.Equal(t, []string{"4", "2", "1"}, revisions(lou))
	require.Equal(t, 1, lou.Items[0].EditCount, "emil's half is not lou's")
	require.Equal(t, "all", lou.Items[1].Edits[0].After["direction"])
	require.Equal(t, []string{"4", "3"}, revisions(h.trail("root", "?kind=agent&id=emil&limit=2")))
	require.Equal(t, []string{"4", "2", "1"}, revisions(h.trail("lou", "?kind=agent")))
	require.Empty(t, revisions(h.trail("lou", "?kind=agent&id=emil")), "that a change wrote emil too is not told either")
	require.Empty(t, revisions(h.trail("lou", "?kind=token")))
	require.Equal(t, []string{"3"}, revisions(h.trail("root", "?actor=lee")))
	require.Equal(t, []string{"2", "1"}, revisions(h.trail("anna", "")))

	require.Equal(t, []string{"1"}, revisions(h.trail("root", "?origin=demo")))
	require.Equal(t, []string{"4", "3", "2"}, revisions(h.trail("root", "?origin=api&from=2020-01-01T00:00:00Z")))
	require.Empty(t, revisions(h.trail("root", "?to=2020-01-01T00:00:00Z")))

	first := h.trail("root", "?limit=3")
	require.Equal(t, "2", first.Next)
	require.Equal(t, []string{"1"}, revisions(h.trail("root", "?limit=3&before="+first.Next)))
	for query, pointer := range map[string]string{"?id=anna": "/id", "?kind=agnet": "/kind", "?before=0": "/before", "?limit=0": "/limit", "?from=today": "/from", "?to=1": "/to", "?actr=x": "/actr"} {
		require.Equal(t, pointer, h.get("root", "/v1/changes"+query).problem(400).Errors[0].Pointer)
	}
}

func TestAChangeIsReadWholePageByPage(t *testing.T) {
	h := newHouse(t)
	h.post("root", "/v1/agents/bulk", `{"ids":["anna","ben","clara","emil"],"set":{"direction":"internal"}}`).is(200)
	var page struct {
		told
		Next string
	}
	read := func(by, query string) (ids []string, next string) {
		page.Edits, page.Next = nil, ""
		h.get(by, "/v1/changes/2"+query).is(200).into(&page)
		for _, e := range page.Edits {
			ids = append(ids, e.ID)
		}
		return ids, page.Next
	}
	ids, next := read("root", "?limit=3")
	require.Equal(t, []string{"anna", "ben", "clara"}, ids)
	require.Equal(t, "3", next)
	ids, next = read("root", "?limit=3&cursor="+next)
	require.Equal(t, []string{"emil"}, ids)
	require.Empty(t, next)
	require.Equal(t, 4, page.EditCount)
	ids, _ = read("lou", "")
	require.Equal(t, []string{"anna", "ben", "clara"}, ids, "emil's part is not lou's")
	h.get("root", "/v1/changes/2?cursor=0").problem(400)
	h.get("root", "/v1/changes/2?limit=1001").problem(400)
	for _, rev := range []string{"0", "x", "999", "2.otherchain"} {
		h.get("root", "/v1/changes/"+rev).problem(404)
	}
}

// A change of thousands tells its first hundred edits, and always that of the row which is
// asked for: a history without it would be none.
func TestTheHistoryOfARowTellsThatRowsEdit(t *testing.T) {
	h := newHouse(t)
	h.post("root", "/v1/agents/bulk", `{"ids":["anna","ben","clara","dora"],"set":{"direction":"internal"}}`).is(200)
	var page struct{ Items []told }
	h.get("root", "/v1/changes?kind=agent&id=clara&limit=1").is(200).into(&page)
	require.Equal(t, 4, page.Items[0].EditCount)
	var ids []string
	for _, e := range page.Items[0].Edits {
		ids = append(ids, e.ID)
	}
	require.Equal(t, []string{"clara", "anna", "ben", "dora"}, ids)
}

func TestNoHashOfATokenIsEverShown(t *testing.T) {
	h := newHouse(t)
	h.del("root", "/v1/agents/anna").is(204) // and her token
	for _, by := range []string{"root", "aud", "lou", "anna"} {
		body := string(h.ask(send{method: "GET", path: "/v1/changes", token: as(by)}).body)
		require.NotContains(t, body, tokenRow(callas.Principal{Name: "anna"}, nil).Hash)
		require.NotContains(t, body, tokenRow(callas.Principal{Name: "root"}, nil).Hash)
	}
	require.Contains(t, string(h.get("root", "/v1/changes?kind=token").body), `"kind":"token"`)
}
