package settings_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"callas"
	"callas/bundles"
	"callas/engine"
	"callas/settings"
	"callas/state"

	"github.com/stretchr/testify/require"
)

// shipped is an engine with the shipped law over a house's facts.
func shipped(b *testing.B, h *house) *engine.Engine {
	bundle, err := bundles.Open(context.Background(), "")
	require.NoError(b, err)
	e, err := engine.New(engine.Parts{Bundle: bundle, State: h.store, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return noon }})
	require.NoError(b, err)
	return e
}

// Lists of 10,000 and 100,000 agents by what the law says, and how many they are.
func BenchmarkPageByLaw(b *testing.B) {
	for _, size := range []struct {
		name   string
		agents int
	}{{"10k", 10_000}, {"100k", 100_000}} {
		h := newHouse(b, crowd(size.agents)...)
		e := shipped(b, h)
		for _, raw := range []string{"may_call_as=help", "may_call_as=any", "calling_as=help", "calling_as=any", "unit=london&q=nummer+7&may_call_as=any"} {
			q := query(b, callas.KindAgent, raw)
			b.Run(size.name+" "+raw, func(b *testing.B) {
				for b.Loop() {
					page, err := q.Page(context.Background(), h.sn(), e)
					require.NoError(b, err)
					require.Positive(b, page.Total)
				}
			})
		}
		b.Run(size.name+" summary", func(b *testing.B) {
			for b.Loop() {
				sum, err := query(b, callas.KindAgent, "").Summary(context.Background(), h.sn(), e)
				require.NoError(b, err)
				require.Equal(b, size.agents+2, sum.Calling)
			}
		})
	}
}

// The whole of a bulk edit's plan over 10,000 agents: whom it may change, what breaks a
// rule, and every menu before and after.
func BenchmarkPlanByLaw10k(b *testing.B) {
	h := newHouse(b, crowd(settings.MaxBulk-2)...)
	e := shipped(b, h)
	for name, by := range map[string]callas.Principal{
		"an admin":     {Name: "root", Role: callas.RoleAdmin},
		"a supervisor": {Name: "sue", Role: callas.RoleSupervisor, Units: []string{"london"}},
	} {
		b.Run(name, func(b *testing.B) {
			req := bulk(b, `{"filter":{},"set":{"direction":"none"}}`)
			b.ReportAllocs()
			for b.Loop() {
				p := settings.Planner{Numbers: british(b), Menus: e, Allowed: allowedBy(e, h.sn(), by)}
				plan, err := p.Plan(context.Background(), h.sn(), req)
				require.NoError(b, err)
				require.Equal(b, settings.MaxBulk, plan.Changed)
				require.Equal(b, settings.MaxBulk, plan.CallingNowTotal)
			}
		})
	}
}

func allowedBy(e *engine.Engine, sn *state.Snapshot, by callas.Principal) settings.Allowed {
	may := e.Verdicts(sn)
	return func(ctx context.Context, before, after *callas.Agent) ([]callas.Reason, error) {
		verdict, err := may(ctx, callas.Change{By: by, Action: callas.Update, Kind: callas.KindAgent, ID: after.ID,
			Before: before, After: after, Fields: settings.Fields(before, after)})
		return verdict.Reasons, err
	}
}
