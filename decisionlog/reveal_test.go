package decisionlog_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/decisionlog"
)

func TestARevealIsInTheChainAndNoDecision(t *testing.T) {
	dir := t.TempDir()
	l, err := decisionlog.Open(decisionlog.Config{Dir: dir, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	call := decisionlog.Entry{At: at, Agent: "anna", Mask: decisionlog.Clear,
		Call:     callas.Call{Agent: "anna", Modality: callas.Audio, Target: callas.Target{Class: callas.PSTN, Number: "+41791234567", URI: "sip:o\"neill@partner.example"}},
		Decision: callas.Decision{ID: "FIRST", As: callas.AsAgent, Identity: &callas.Identity{Name: "Anna"}, Reasons: []callas.Reason{"direction"}}}
	require.NoError(t, l.Append(&call))
	reveal := decisionlog.Reveal{At: at, Decision: "FIRST", By: "aud", Reason: "a \"complaint\"\nof two lines"}
	require.NoError(t, l.Reveal(t.Context(), reveal))
	call.Decision.ID = "SECOND"
	require.NoError(t, l.Append(&call))
	for _, missing := range []decisionlog.Reveal{{By: "aud", Reason: "x"}, {Decision: "FIRST", Reason: "x"}, {Decision: "FIRST", By: "aud"}} {
		require.Error(t, l.Reveal(t.Context(), missing))
	}

	page, err := l.Search(t.Context(), decisionlog.Query{})
	require.NoError(t, err)
	require.Len(t, page.Records, 3)
	second, told, first := page.Records[0], page.Records[1], page.Records[2]
	require.Equal(t, decisionlog.Record{Seq: 2, At: at, Revealed: "FIRST", By: "aud", Why: reveal.Reason}, told)
	require.False(t, told.Decided())
	require.True(t, second.Decided())
	require.Equal(t, first.Identity, second.Identity, "what is after it points past it")
	found, err := l.Find(t.Context(), "FIRST", nil)
	require.NoError(t, err)
	require.Equal(t, uint64(1), found.Seq)
	only, err := l.Search(t.Context(), decisionlog.Query{Agent: "anna"})
	require.NoError(t, err)
	require.Len(t, only.Records, 2)

	hidden, was := found.Hidden()
	require.True(t, was)
	require.Equal(t, callas.Target{Class: callas.PSTN, Number: "+41*******67", URI: "sip:***@partner.example"}, hidden.Target)
	require.Equal(t, "+41791234567", found.Target.Number, "the record itself stays")
	_, was = hidden.Hidden()
	require.False(t, was)

	require.NoError(t, l.Close(context.Background()))
	report, err := decisionlog.Verify(t.Context(), dir)
	require.NoError(t, err)
	require.Equal(t, uint64(3), report.Records)
	require.ErrorIs(t, l.Reveal(t.Context(), reveal), decisionlog.ErrClosed)
}
