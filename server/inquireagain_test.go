package server_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/bundles"
	"callas/decisionlog"
)

type explanation struct {
	callas.Decision
	Gates    []gate
	Recorded map[string]any
}

type gate struct {
	Gate            callas.Reason
	Passed, Applies bool
	Fact            any
	Path, Who       string
	Row             *struct{ Kind, ID string }
	Withheld, You   bool
}

// explained asks the admin face.
func (h *house) explained(by string, body any) got {
	h.t.Helper()
	return h.askAt(h.admin, send{method: "POST", path: "/v1/explain", by: by, body: body})
}

func (g got) explanation() (e explanation) {
	g.t.Helper()
	g.is(200).into(&e)
	return e
}

func (e explanation) gate(t testing.TB, name callas.Reason) gate {
	t.Helper()
	for _, g := range e.Gates {
		if g.Gate == name {
			return g
		}
	}
	require.Fail(t, "no gate", "%s", name)
	return gate{}
}

func TestAPersonIsToldTheSameAsAPlatform(t *testing.T) {
	h := newHouse(t)
	for _, q := range []string{
		`{"agent":"clara","target":"+41791234567"}`, `{"agent":"2001","target":"+41791234567","call_as":"premium"}`,
		`{"agent":"sip:anna@nordhang.example","target":"112"}`, `{"agent":"mallory","target":"2002"}`, `{"agent":"emil","target":"2002","modality":"im"}`,
	} {
		want := h.post("kamailio", "/v1/explain", q).is(200).object()
		got := h.explained("root", q).is(200).object()
		for _, g := range got["gates"].([]any) {
			delete(g.(map[string]any), "row")
			delete(g.(map[string]any), "you")
		}
		got["decision"] = want["decision"]
		delete(got, "latency_ns")
		require.Equal(t, want, got, q)
	}
}

func TestAGateSaysWhereItsFactStands(t *testing.T) {
	h := newHouse(t)
	e := h.explained("lou", `{"agent":"anna","target":"+447700900123","call_as":"premium"}`).explanation()
	for gate, want := range map[callas.Reason]string{"direction": "agent anna", "service_disabled": "service premium", "off_duty": "session anna", "profile_without_service": "profile day"} {
		row := e.gate(t, gate).Row
		require.NotNil(t, row, gate)
		require.Equal(t, want, row.Kind+" "+row.ID)
	}
	require.Nil(t, e.gate(t, "modality").Row)
}

func TestAnAgentIsToldNoOtherFacts(t *testing.T) {
	h := newHouse(t)
	own := h.explained("anna", `{"agent":"anna","target":"+447700900123"}`)
	require.Contains(t, string(own.body), "+442079460100", "of a service in their menu")
	require.NotContains(t, string(own.body), "Ofcom", "but not why its number may be shown")
	require.Contains(t, string(h.explained("root", `{"agent":"anna","target":"+447700900123"}`).body), "Ofcom")

	e := h.explained("anna", `{"agent":"anna","target":"+447700900123","call_as":"itdesk"}`)
	require.NotContains(t, string(e.body), "leeds")
	require.NotContains(t, string(e.body), "+442079460103")
	other := e.explanation().gate(t, "other_unit")
	require.True(t, other.Withheld)
	require.Nil(t, other.Fact)
	require.False(t, other.Passed)
	require.Equal(t, "external", e.explanation().gate(t, "direction").Fact)

	// lou sees anna, but nothing of leeds.
	far := h.explained("lou", `{"agent":"anna","target":"+447700900123","call_as":"itdesk"}`)
	require.NotContains(t, string(far.body), "leeds")
	require.Equal(t, "leeds", h.explained("root", `{"agent":"anna","target":"+447700900123","call_as":"itdesk"}`).explanation().gate(t, "other_unit").Fact)
}

func TestARecordedDecisionIsExplainedByTheFactsOfItsOwnRevision(t *testing.T) {
	h := newHouse(t)
	var then callas.Decision
	h.post("kamailio", "/v1/resolve", question{"agent": "anna", "target": customer}).is(200).into(&then)
	h.patch("root", "/v1/agents/anna", `{"direction":"none","unit":"leeds","aliases":[]}`).is(200)
	h.del("root", "/v1/services/help").is(204)
	h.put("root", "/v1/agents/zoe", `{"name":"Zoe","unit":"care","aliases":["2001"]}`).is(201)

	now := h.explained("root", `{"agent":"anna","target":"+41791234567"}`).explanation()
	require.Contains(t, now.Reasons, callas.ReasonNoneSelected)
	e := h.explained("root", map[string]string{"at": then.ID}).explanation()
	require.Equal(t, then.ID, e.ID)
	require.Equal(t, then.Revision, e.Revision)
	require.Equal(t, "help", e.Service)
	require.Equal(t, then.Identity, e.Identity)
	require.Empty(t, e.Reasons)
	require.Equal(t, "external", e.gate(t, "direction").Fact)
	require.Equal(t, "help", e.Recorded["service"])
	require.Equal(t, h.get("root", "/v1/decisions/"+then.ID).object(), e.Recorded)
	require.Equal(t, "none", h.get("root", "/v1/agents/anna").object()["direction"], "and nothing was changed")
}

func TestWhatCannotBeExplainedAgainIsSaid(t *testing.T) {
	h := newHouse(t)
	h.explained("root", `{"at":"NOSUCH"}`).problem(404)
	require.Equal(t, "/at", h.explained("root", `{"at":"X","agent":"anna"}`).problem(400).Errors[0].Pointer)
	require.Equal(t, "/at", h.explained("root", `{"at":""}`).problem(400).Errors[0].Pointer)
	require.Equal(t, "/at", h.post("kamailio", "/v1/explain", `{"at":"X"}`).problem(400).Errors[0].Pointer, "platforms ask about calls")

	h.recordedAt("ELSEWHERE", callas.Token{Revision: 1, Chain: "restored"})
	h.recordedAt("FUTURE", callas.Token{Revision: 99, Chain: "x"})
	for _, id := range []string{"ELSEWHERE", "FUTURE"} {
		require.Contains(t, h.explained("root", `{"at":"`+id+`"}`).problem(409).Detail, "is not of this log")
	}
	h.recordedAt("FIRST", callas.Token{})
	e := h.explained("root", `{"at":"FIRST"}`).explanation()
	require.Equal(t, []callas.Reason{callas.ReasonUnknownAgent}, e.Reasons, "nobody was there yet")
}

// A decision may be read by who looks after the service that it was made as. Where it
// would not be made as that today, it must not tell more of the agent than it did.
func TestAnotherUnitsAgentIsNotNamedByExplainingAgain(t *testing.T) {
	h := newHouse(t)
	target := callas.Target{Class: callas.Internal, Number: "2002"}
	require.NoError(t, h.record.Append(&decisionlog.Entry{At: since, Agent: "emil",
		Call: callas.Call{Agent: "emil", Target: target, Modality: callas.Audio},
		Decision: callas.Decision{ID: "EMIL", As: callas.AsService, Service: "help", Identity: &callas.Identity{Name: "Help Call Center"}, Target: target,
			Reasons: []callas.Reason{}, Revision: h.engine.State.Snapshot().Token(), Policy: "sha256:" + strings.Repeat("0", 64)}}))
	require.Equal(t, "Emil Fraser", h.explained("root", `{"at":"EMIL"}`).explanation().Identity.Name)
	e := h.explained("lou", `{"at":"EMIL"}`)
	require.Equal(t, callas.AsAgent, e.explanation().As)
	require.NotContains(t, string(e.body), "Fraser")
	require.NotContains(t, string(e.body), "+441134960205")
}

// An installation's own gate may look at whom a call is for. What the record hides is told
// by no gate's fact either.
func TestAGateDoesNotTellWhomTheRecordHides(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("../policies")))
	require.NoError(t, os.CopyFS(dir, os.DirFS("../bundles/default")))
	for name, rules := range map[string]string{
		"own/own.rego":             `call contains "mobile" if startswith(input.target.number, "+4179")`,
		"resolve/explanation.rego": "_fact[\"mobile\"] := [\"asked about\", input.target.number]\n_path[\"mobile\"] := \"input.target.number\"",
	} {
		file := filepath.Join(dir, "callas", name)
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(file, append(text, "\n"+rules+"\n"...), 0o600))
	}
	bundle, err := bundles.Open(t.Context(), dir)
	require.NoError(t, err)
	h := newHouse(t, func(b *build) { b.engine.Bundle, b.engine.Callee = bundle, decisionlog.Clear })
	var d callas.Decision
	h.post("kamailio", "/v1/resolve", question{"agent": "anna", "target": "+41791234567"}).is(200).into(&d)
	require.Contains(t, d.Reasons, callas.Reason("mobile"))
	asked := h.explained("root", `{"agent":"anna","target":"+41791234567"}`).explanation()
	require.Equal(t, []any{"asked about", "+41791234567"}, asked.gate(t, "mobile").Fact, "it was said in the question")

	e := h.explained("root", map[string]string{"at": d.ID})
	require.True(t, e.explanation().gate(t, "mobile").Withheld)
	require.Equal(t, "pstn", e.explanation().gate(t, "emergency").Fact, "of what kind it was is no secret")
	require.NotContains(t, string(e.body), "+41791234567")
}

func TestAnIDWithDotsNamesNoOtherRow(t *testing.T) {
	h := newHouse(t, with(&callas.Agent{ID: "anna.direction", Name: "Anna D.", Unit: "leeds"}))
	g := h.explained("lou", `{"agent":"anna","target":"+447700900123"}`).explanation().gate(t, "direction")
	require.True(t, g.Withheld, "it could be a row that lou does not see")
	require.False(t, h.explained("root", `{"agent":"anna","target":"+447700900123"}`).explanation().gate(t, "direction").Withheld)
}
