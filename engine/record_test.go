package engine_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/decisionlog"
	"callas/engine"
)

// A book keeps entries in memory, or refuses them.
type book struct {
	entries []decisionlog.Entry
	full    error
}

func (b *book) Append(e *decisionlog.Entry) error {
	b.entries = append(b.entries, *e)
	return b.full
}

func TestEveryDecisionAboutACallIsRecorded(t *testing.T) {
	record := &book{}
	h := newHouse(t, func(p *engine.Parts) { p.Record = record })
	calls := []callas.Call{h.call("2001", phone), h.call("2001", phone), h.call("anna", "112"), h.call("nobody", phone)}
	var want []callas.Decision
	for _, c := range calls {
		d, err := h.Resolve(context.Background(), c)
		require.NoError(t, err)
		want = append(want, d)
	}
	batch, err := h.ResolveAll(context.Background(), calls)
	require.NoError(t, err)
	want = append(want, batch...)

	var got []callas.Decision
	var agents []string
	for _, e := range record.entries {
		got, agents = append(got, e.Decision), append(agents, e.Agent)
		require.Equal(t, now, e.At)
	}
	require.Equal(t, want, got)
	require.Equal(t, []string{"anna", "anna", "anna", "", "anna", "anna", "anna", ""}, agents)

	_, err = h.Explain(context.Background(), calls[0])
	require.NoError(t, err)
	require.NoError(t, h.Preview(context.Background(), h.facts.Snapshot(), &callas.Menu{Agent: "anna"}))
	require.Len(t, record.entries, len(want), "a question about a call is no call")
}

func TestWhatCannotBeRecordedGoesOutAsTheAgent(t *testing.T) {
	h := newHouse(t, func(p *engine.Parts) { p.Record = &book{full: errors.New("disk full")} })
	for range 2 { // judged, then remembered
		got, err := h.Resolve(context.Background(), h.call("anna", phone))
		require.NoError(t, err)
		require.Equal(t, asAgent("unrecorded"), outcomeOf(got))
		require.Equal(t, "Anna Meier", got.Identity.Name)
	}
	got, err := h.Resolve(context.Background(), h.call("clara", phone))
	require.NoError(t, err)
	require.Equal(t, asAgent("direction"), outcomeOf(got), "as the agent it is anyway")
}
