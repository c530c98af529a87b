package server_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/decisionlog"
)

// decided puts a decision on record: of an agent by id, as a service where one is named.
func (h *house) decided(id, agent, service string) {
	h.t.Helper()
	h.decidedAs(id, agent, service, decisionlog.Partly)
}

func (h *house) decidedAs(id, agent, service string, mask decisionlog.Mask) {
	h.t.Helper()
	target := callas.Target{Class: callas.PSTN, Number: "+41791234567", URI: "tel:+41791234567", Country: "CH"}
	e := decisionlog.Entry{
		At: since, Latency: time.Millisecond, Agent: agent, Mask: mask,
		Call: callas.Call{Agent: agent, Target: target, Modality: callas.Audio},
		Decision: callas.Decision{ID: id, As: callas.AsService, Service: service, Identity: &callas.Identity{Name: "Help"},
			Target: target, Reasons: []callas.Reason{}, Policy: h.engine.Digest()},
	}
	if agent == "" {
		e.Call.Agent = "mallory"
	}
	if service == "" {
		e.Decision.As, e.Decision.Reasons = callas.AsAgent, []callas.Reason{callas.ReasonDirection}
	}
	require.NoError(h.t, h.record.Append(&e))
}

// seen lists the decisions of a page by their ids, and what a gap in it has lost.
func seen(g got) (ids []string) {
	for _, item := range g.is(http.StatusOK).object()["items"].([]any) {
		if id, ok := item.(map[string]any)["decision"]; ok {
			ids = append(ids, id.(string))
		} else {
			ids = append(ids, "gap")
		}
	}
	return ids
}

func TestEveryCallIsFoundInTheRecord(t *testing.T) {
	h := newHouse(t)
	first := h.post("kamailio", "/v1/resolve", `{"agent":"2001","target":"+41791234567","call_id":"a84b4c76"}`).is(200).object()
	second := h.post("kamailio", "/v1/resolve", `{"agent":"clara","target":"+41791234567"}`).is(200).object()
	require.Equal(t, []string{second["decision"].(string), first["decision"].(string)}, seen(h.get("aud", "/v1/decisions")))

	got := h.get("aud", "/v1/decisions/"+first["decision"].(string)).is(200).object()
	require.Equal(t, "anna", got["agent"])
	require.Equal(t, "2001", got["asked"])
	require.Equal(t, "a84b4c76", got["call_id"])
	require.Equal(t, "mask", got["masked"])
	require.Equal(t, "+41*******67", got["target"].(map[string]any)["number"], "as it was recorded")
	for _, same := range []string{"as", "service", "identity", "reasons", "revision", "policy", "stale"} {
		require.Equal(t, first[same], got[same], same)
	}
}

func TestDecisionsAreFilteredAndPaged(t *testing.T) {
	h := newHouse(t)
	h.decided("A1", "anna", "help")
	h.decided("A2", "anna", "")
	h.decided("B1", "ben", "help")
	h.decided("B2", "ben", "claims")
	for query, want := range map[string][]string{
		"":                                    {"B2", "B1", "A2", "A1"},
		"?agent=anna":                         {"A2", "A1"},
		"?service=help":                       {"B1", "A1"},
		"?agent=anna&as=service":              {"A1"},
		"?reason=direction":                   {"A2"},
		"?class=pstn&service=claims":          {"B2"},
		"?class=internal":                     nil,
		"?from=2026-11-22T08:00:00Z&limit=4":  {"B2", "B1", "A2", "A1"},
		"?to=2026-11-22T08:00:00Z":            nil,
		"?from=2026-11-22T09:00:01%2B01:00":   nil,
		"?limit=2":                            {"B2", "B1"},
		"?agent=nobody":                       nil,
		"?agent=anna&service=help&as=service": {"A1"},
	} {
		require.Equal(t, want, seen(h.get("root", "/v1/decisions"+query)), query)
	}
	first := h.get("root", "/v1/decisions?limit=3").is(200).object()
	h.decided("C1", "clara", "")
	require.Equal(t, []string{"A1"}, seen(h.get("root", "/v1/decisions?limit=3&cursor="+first["next"].(string))), "new ones move no page")
}

func TestWhoSeesWhoseDecisions(t *testing.T) {
	h := newHouse(t)
	h.decided("ANNA", "anna", "help")
	h.decided("BEN", "ben", "")
	h.decided("EMIL", "emil", "")
	h.decided("EMILASHELP", "emil", "help") // a service of london, where lou is
	h.decided("GONE", "gone", "")
	h.decided("NOBODY", "", "")
	for by, want := range map[string][]string{
		"root": {"NOBODY", "GONE", "EMILASHELP", "EMIL", "BEN", "ANNA"},
		"aud":  {"NOBODY", "GONE", "EMILASHELP", "EMIL", "BEN", "ANNA"},
		"lou":  {"EMILASHELP", "BEN", "ANNA"},
		"lee":  {"EMILASHELP", "EMIL"},
		"anna": {"ANNA"},
	} {
		require.Equal(t, want, seen(h.get(by, "/v1/decisions")), by)
	}
	require.Empty(t, seen(h.get("anna", "/v1/decisions?agent=ben")))
}

func TestAQuestionAboutTheRecordIsReadStrictly(t *testing.T) {
	h := newHouse(t)
	for query, at := range map[string]string{
		"agnet=anna": "/agnet", "as=nobody": "/as", "class=phone": "/class", "from=yesterday": "/from", "to=1": "/to",
		"limit=0": "/limit", "limit=1001": "/limit", "cursor=x": "/cursor", "cursor=0": "/cursor", "agent=a&agent=b": "/agent",
	} {
		problem := h.get("root", "/v1/decisions?"+query).is(400).object()
		require.Equal(t, at, problem["errors"].([]any)[0].(map[string]any)["pointer"], query)
	}
}

func TestWithoutARecordThereIsNothingToSee(t *testing.T) {
	h := newHouse(t, func(b *build) { b.engine.Record, b.server.Decisions = nil, nil })
	h.post("kamailio", "/v1/resolve", `{"agent":"anna","target":"+41791234567"}`).is(200)
	require.Empty(t, seen(h.get("root", "/v1/decisions")))
	h.get("root", "/v1/decisions/FIRST").is(404)
}

// recordedAt puts a decision of anna's on record, made over the facts of a moment.
func (h *house) recordedAt(id string, at callas.Token) {
	h.t.Helper()
	target := callas.Target{Class: callas.Internal, Number: "2002"}
	require.NoError(h.t, h.record.Append(&decisionlog.Entry{At: since, Agent: "anna",
		Call: callas.Call{Agent: "anna", Target: target, Modality: callas.Audio},
		Decision: callas.Decision{ID: id, As: callas.AsAgent, Identity: &callas.Identity{Name: "Anna"}, Target: target,
			Reasons: []callas.Reason{callas.ReasonDirection}, Revision: at, Policy: h.engine.Digest()}}))
}
