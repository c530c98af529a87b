package server_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/server"
	"callas/source"
)

// ago makes a decision and then changes settings, so that it is one over other facts.
func (h *house) ago() (id string) {
	h.t.Helper()
	var d callas.Decision
	h.post("kamailio", "/v1/resolve", question{"agent": "anna", "target": customer}).is(200).into(&d)
	h.patch("root", "/v1/agents/ben", `{"direction":"none"}`).is(200)
	return d.ID
}

func TestFactsOfAnEarlierMomentAreRebuiltForOneAtATime(t *testing.T) {
	trouble := &troubled{}
	h := newHouse(t, func(b *build) { b.server.Source = trouble })
	id := h.ago()
	var working, most atomic.Int32
	began, goOn := make(chan struct{}, 3), make(chan struct{})
	trouble.history = func(q source.HistoryQuery) error {
		if q.Before != 3 { // whether there is such a moment, which all may ask at once
			return nil
		}
		now := working.Add(1)
		defer working.Add(-1)
		for old := most.Load(); now > old && !most.CompareAndSwap(old, now); old = most.Load() {
		}
		began <- struct{}{}
		<-goOn
		return nil
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		together(3, func(int) { h.explained("root", map[string]string{"at": id}).is(200) })
	}()
	<-began
	time.Sleep(100 * time.Millisecond) // the others would have come by now
	require.Empty(t, began)
	close(goOn)
	<-done
	require.Equal(t, int32(1), most.Load())
}

func TestWhoWaitsTooLongForADeskIsToldToComeAgain(t *testing.T) {
	h := newHouse(t)
	id := h.ago()
	var now callas.Decision
	h.post("kamailio", "/v1/resolve", question{"agent": "anna", "target": customer}).is(200).into(&now)
	server.Impatient(h.server, 50*time.Millisecond)
	leave := server.KeepDesks(h.server)

	plan := send{method: "POST", path: "/v1/agents/bulk", by: "lou", body: `{"ids":["anna"],"set":{"direction":"all"},"dry_run":true}`}
	again := send{method: "POST", path: "/v1/explain", by: "root", body: map[string]string{"at": id}}
	outlook := send{method: "POST", path: "/v1/services/help/plan", by: "lou", body: `null`}
	for _, s := range []send{plan, again, outlook} {
		g := h.askAdmin(s)
		require.Equal(t, "urn:callas:problem:busy", g.problem(503).Type)
		require.Equal(t, "1", g.header.Get("Retry-After"))
	}
	h.explained("root", map[string]string{"at": now.ID}).is(200) // over the facts as they are
	h.explained("root", `{"agent":"anna","target":"112"}`).is(200)
	h.post("lou", "/v1/agents/tally", `{"ids":["anna"]}`).is(200)
	h.post("lou", "/v1/agents/bulk", `{"ids":["anna"],"set":{"direction":"all"}}`).is(200)

	leave()
	for _, s := range []send{plan, again, outlook} {
		h.askAdmin(s).is(200)
	}
}

// Of the newest changes lou sees none, so that a page of them looks further back.
func TestAPageThatWouldLookFarBackEndsEarlyWhileOthersDo(t *testing.T) {
	h := newHouse(t)
	h.patch("lou", "/v1/agents/anna", `{"direction":"all"}`).is(200)
	h.patch("root", "/v1/agents/emil", `{"direction":"none"}`).is(200)
	server.Impatient(h.server, 50*time.Millisecond)
	leave := server.KeepDesks(h.server)
	early := h.trail("lou", "?limit=1")
	require.Empty(t, early.Items)
	require.Equal(t, "3", early.Next)
	require.Equal(t, "2", revisionOf(h.trail("lou", "?limit=1&before="+early.Next)), "and is gone on with")
	leave()
	require.Equal(t, "2", revisionOf(h.trail("lou", "?limit=1")))
}

// revisionOf is the number of the first change of a page.
func revisionOf(page trail) string {
	if len(page.Items) == 0 {
		return ""
	}
	rev, _, _ := strings.Cut(page.Items[0].Revision, ".")
	return rev
}
