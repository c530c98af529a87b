package settings_test

import (
	"context"
	"testing"

	"callas"
	"callas/settings"

	"github.com/stretchr/testify/require"
)

// callers may call as help or as renewals, or do, or neither.
func callers() []callas.Row {
	idle, gone := agent("idle", "leeds"), agent("gone", "care")
	idle.Responsible, idle.Profiles = nil, []string{"off"}
	gone.Enabled = false
	return []callas.Row{agent("gina", "care"), session("gina", "campaign", "renewals"), agent("hugo", "care"), session("hugo", "day", ""),
		agent("off", "care"), session("off", "off", "help"), agent("never", "london"), idle, gone, session("gone", "day", "help")}
}

func TestASummaryCountsWhatTheFiltersSelect(t *testing.T) {
	h := newHouse(t, callers()...)
	for raw, want := range map[string]settings.Summary{
		"":                            {Total: 8, MayCall: 4, Calling: 3},
		"unit=leeds":                  {Total: 1},
		"unit=care&enabled=true":      {Total: 5, MayCall: 4, Calling: 3},
		"q=GIN":                       {Total: 1, MayCall: 1, Calling: 1},
		"calling_as=any":              {Total: 3, MayCall: 3, Calling: 3},
		"calling_as=help":             {Total: 2, MayCall: 2, Calling: 2},
		"may_call_as=any":             {Total: 4, MayCall: 4, Calling: 3},
		"may_call_as=any&on_duty=day": {Total: 3, MayCall: 3, Calling: 2},
		"may_call_as=renewals":        {Total: 1, MayCall: 1, Calling: 1},
	} {
		want.Revision = h.sn().Token()
		got, err := query(t, callas.KindAgent, raw).Summary(context.Background(), h.sn(), law{})
		require.NoError(t, err)
		require.Equal(t, want, got, raw)
		page, err := query(t, callas.KindAgent, raw).Page(context.Background(), h.sn(), law{})
		require.NoError(t, err)
		require.Equal(t, want.Total, page.Total, "as the list has it")
	}
	q := query(t, callas.KindAgent, "")
	q.Visible = func(row callas.Row) bool { return row.(*callas.Agent).Unit == "london" || row.Key() == "gina" }
	got, err := q.Summary(context.Background(), h.sn(), law{})
	require.NoError(t, err)
	require.Equal(t, settings.Summary{Total: 2, MayCall: 1, Calling: 1, Revision: h.sn().Token()}, got, "of what may be seen")

	_, err = query(t, callas.KindAgent, "unit=lodnon").Summary(context.Background(), h.sn(), law{})
	var invalid *settings.Invalid
	require.ErrorAs(t, err, &invalid)
	_, err = query(t, callas.KindAgent, "").Summary(context.Background(), h.sn(), broken{})
	require.ErrorIs(t, err, errBroken)
}

func TestNoRowIsNamedAsAWordThatStandsForOthers(t *testing.T) {
	h := newHouse(t)
	for _, id := range []string{"any", "none"} {
		require.Equal(t, []string{`0 /id "` + id + `" stands for any service, or for none, where one is named: take another id`},
			h.refusals(put(service(id, "london", "+442079460109"))))
	}
	require.Equal(t, []string{`0 /id "summary" stands for the counts of all agents where one is named: take another id`},
		h.refusals(put(agent("summary", "care"))))
}
