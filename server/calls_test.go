package server_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/server"
)

func TestWhatAQuestionLacksOrMisnames(t *testing.T) {
	h := newHouse(t)
	for _, tc := range []struct {
		name, path, body, pointer, detail string
	}{
		{"no agent", "/v1/resolve", `{"target":"112"}`, "/agent", "is missing: the id, SIP URI, extension or number of who calls"},
		{"no target", "/v1/explain", `{"agent":"anna"}`, "/target", "is missing: whom the call is for, as it was dialled"},
		{"a modality there is not", "/v1/resolve", `{"agent":"anna","target":"112","modality":"fax"}`, "/modality", `"fax": want audio, video or im`},
		{"no token", "/v1/resolve", `{"agent":"anna","target":"112","min_revision":"latest"}`, "/min_revision",
			`token "latest": want <revision>.<chain>, as an answer's revision field gives it`},
		{"no calls", "/v1/resolve/batch", `{}`, "/calls", "is missing: a list of calls, each as for /v1/resolve"},
		{"calls that are none", "/v1/resolve/batch", `{"calls":{}}`, "/calls", "is an object, want an array"},
		{"a call that is none", "/v1/resolve/batch", `{"calls":[1]}`, "/calls/0", "is a number, want an object"},
		{"the second call's field", "/v1/resolve/batch", `{"calls":[{"agent":"a","target":"1"},{"agent":"a","targte":"1"}]}`, "/calls/1/targte",
			`unknown field "targte" (did you mean "target"?)`},
		{"a call with a revision of its own", "/v1/resolve/batch", `{"calls":[{"agent":"a","target":"1","min_revision":"1"}]}`, "/calls/0/min_revision",
			"belongs beside calls: a batch has one snapshot"},
		{"calls twice", "/v1/resolve/batch", `{"calls":[],"calls":[]}`, "/calls", "is there twice: send it once"},
		{"a batch's misspelt field", "/v1/resolve/batch", `{"call":[]}`, "/call", `unknown field "call" (did you mean "calls"?)`},
		{"one call too many", "/v1/resolve/batch", `{"calls":[` + strings.Repeat(`{"agent":"a","target":"1"},`, server.MaxBatch) + `{}]}`, "/calls/1000",
			"is one too many: at most 1000 calls a batch"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := h.post("kamailio", tc.path, tc.body).problem(400)
			require.Equal(t, []callas.Problem{{Pointer: tc.pointer, Detail: tc.detail}}, p.Errors)
		})
	}
}

func TestACallWaitsForTheChangeThatItsCallerKnowsOf(t *testing.T) {
	h := newHouse(t)
	next := question{"agent": "anna", "target": customer, "min_revision": "2"}
	early := make(chan got)
	go func() { early <- h.post("kamailio", "/v1/resolve", next) }()
	h.patch("lou", "/v1/services/help", `{"call_as_enabled":false}`).is(200)
	switch g := <-early; g.status {
	case 200: // the change came within 200 ms
		var d callas.Decision
		g.into(&d)
		require.Equal(t, []callas.Reason{"service_disabled"}, d.Reasons)
	default:
		require.Equal(t, "urn:callas:problem:stale", g.problem(503).Type)
	}
	require.Equal(t, []callas.Reason{"service_disabled"}, h.resolve(next).Reasons)
	next["min_revision"] = h.state.Snapshot().Token().String()
	h.resolve(next)
}
