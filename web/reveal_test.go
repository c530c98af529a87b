package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"callas"
)

func TestWhomACallWasForIsShownForAReasonThatIsPutOnRecord(t *testing.T) {
	h := newHouse(t)
	var d callas.Decision
	h.call("anna", "+41791234567", &d)
	v := h.visitor("demo-auditor")
	asked := v.get("/decisions/" + d.ID)
	require.Contains(t, asked.body, `action="/decisions/`+d.ID+`/reveal"`)
	require.NotContains(t, asked.body, "791234567")

	mute := v.post("/decisions/"+d.ID+"/reveal", url.Values{"reason": {" "}})
	require.Equal(t, http.StatusUnprocessableEntity, mute.status)
	require.Contains(t, mute.words(), "Say why, for the record.")
	_, words := lines(v.get("/decisions").body)
	require.Len(t, words, 1)
	require.NotContains(t, v.get("/decisions").words(), "was shown whom", "and nothing was")

	told := v.post("/decisions/"+d.ID+"/reveal", url.Values{"reason": {"a complaint"}})
	require.Equal(t, http.StatusOK, told.status)
	require.Contains(t, told.words(), "The call was for +41 79 123 45 67. That you were shown this is on record.")
	require.Contains(t, v.get("/decisions").words(), "Owen Price was shown whom this call was for a complaint")
	require.Contains(t, v.get("/decisions/export?format=csv").body, ",Owen Price,a complaint\n")
	require.NotContains(t, v.get("/decisions/export?format=csv").body, "791234567")
	require.NotContains(t, v.get("/decisions/"+d.ID).body, "791234567", "the next time it is asked again")
}

func TestWhoMayNotAskIsNotOfferedTo(t *testing.T) {
	h := newHouse(t)
	var d callas.Decision
	h.call("anna", "+41791234567", &d)
	for _, by := range []string{"demo-supervisor", "demo-agent-anna"} {
		v := h.visitor(by)
		require.NotContains(t, v.get("/decisions/"+d.ID).body, "/reveal")
		got := v.post("/decisions/"+d.ID+"/reveal", url.Values{"reason": {"I am curious"}})
		require.Equal(t, http.StatusForbidden, got.status)
		require.NotContains(t, got.body, "12345")
	}
	require.NotContains(t, h.visitor("demo-auditor").get("/decisions").words(), "was shown whom")
}
