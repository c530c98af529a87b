package server_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/decisionlog"
)

// number is a told decision's callee.
func number(decision any) any { return decision.(map[string]any)["target"].(map[string]any)["number"] }

func TestACalleeIsShownInClearOnlyOnceThatIsOnRecord(t *testing.T) {
	dir := t.TempDir()
	h := newHouse(t, func(b *build) {
		record, err := decisionlog.Open(decisionlog.Config{Dir: dir, Log: b.engine.Log})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, record.Close(context.Background())) })
		b.engine.Record, b.server.Decisions, b.engine.Callee = record, record, decisionlog.Clear
	})
	var d, emergency callas.Decision
	h.post("kamailio", "/v1/resolve", question{"agent": "anna", "target": "+41791234567"}).is(200).into(&d)
	h.post("kamailio", "/v1/resolve", question{"agent": "anna", "target": "112"}).is(200).into(&emergency)

	for _, by := range []string{"root", "aud", "lou", "anna"} {
		told := h.get(by, "/v1/decisions/"+d.ID).is(200).object()
		require.Equal(t, []any{"+41*******67", "mask", true}, []any{number(told), told["masked"], told["revealable"]})
		page := h.get(by, "/v1/decisions").is(200)
		require.NotContains(t, string(page.body), "1234567")
		require.Contains(t, string(page.body), `"number":"112"`, "a public service, never a person")
		require.NotContains(t, string(h.explained(by, map[string]string{"at": d.ID}).is(200).body), "1234567")
		first := h.listen(by, "topic=decisions").next()
		require.NotContains(t, first.data, "1234567")
	}

	p := h.post("aud", "/v1/decisions/"+d.ID+"/reveal", `{}`).problem(400)
	require.Equal(t, "/reason", p.Errors[0].Pointer)
	require.Equal(t, []callas.Reason{"role"}, h.post("lou", "/v1/decisions/"+d.ID+"/reveal", `{"reason":"x"}`).problem(403).Reasons)
	require.Len(t, h.get("root", "/v1/decisions").object()["items"], 2, "nothing was revealed")

	shown := h.post("aud", "/v1/decisions/"+d.ID+"/reveal", `{"reason":"a complaint of the 22nd"}`).is(200).object()
	require.Equal(t, "+41791234567", number(shown))
	require.NotContains(t, shown, "masked")
	told := h.get("root", "/v1/decisions?limit=1").object()["items"].([]any)[0].(map[string]any)
	require.Equal(t, []any{3.0, d.ID, "aud", "a complaint of the 22nd"}, []any{told["seq"], told["revealed"], told["by"], told["reason"]})
	require.Len(t, h.get("lou", "/v1/decisions").object()["items"], 2, "a supervisor is not told who was shown what")
	require.Len(t, h.get("root", "/v1/decisions?agent=anna").object()["items"], 2, "it is no call of anybody's")

	report, err := decisionlog.Verify(t.Context(), dir)
	require.NoError(t, err)
	require.Equal(t, uint64(3), report.Records, "on disk, and in the chain")
	var found []string
	for r, err := range decisionlog.Records(t.Context(), dir, time.Time{}, time.Time{}) {
		require.NoError(t, err)
		found = append(found, r.Revealed)
	}
	require.Equal(t, []string{"", "", d.ID}, found)
	require.Contains(t, h.post("root", "/v1/decisions/"+emergency.ID+"/reveal", `{"reason":"x"}`).problem(409).Detail, "hides nothing")
}

func TestWhatTheRecordHidesCannotBeRevealed(t *testing.T) {
	h := newHouse(t)
	h.decided("HIDDEN", "anna", "help")
	require.Contains(t, h.post("root", "/v1/decisions/HIDDEN/reveal", `{"reason":"x"}`).problem(409).Detail, "record.callee")
	require.NotContains(t, h.get("root", "/v1/decisions/HIDDEN").object(), "revealable")
}

func TestWhatCannotBePutOnRecordIsNotShown(t *testing.T) {
	h := newHouse(t)
	h.decidedAs("CLEAR", "anna", "help", decisionlog.Clear)
	h.get("root", "/v1/decisions/CLEAR").is(200)
	require.NoError(t, h.record.Close(context.Background()))
	g := h.post("root", "/v1/decisions/CLEAR/reveal", `{"reason":"x"}`).is(503)
	require.NotContains(t, string(g.body), "1234567")
	require.Contains(t, h.log.String(), "nothing was shown")
}
