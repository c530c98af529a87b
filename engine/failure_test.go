package engine_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/engine"
)

// judgedBy puts a house under a law that gives the answer given.
func judgedBy(t testing.TB, resolve string) func(*engine.Parts) {
	return func(p *engine.Parts) { p.Bundle = bundleOf(t, resolve) }
}

func TestAFailingPolicyLeavesTheCallAsTheAgents(t *testing.T) {
	own := &callas.Identity{Name: "Anna Meier", Number: "+442079460201", URI: "sip:anna@nordhang.example", Asserted: "+442079460201"}
	for name, tc := range map[string]struct {
		resolve string
		err     string
		reason  callas.Reason
	}{
		"undefined":                        {`answer := "x" if false`, "undefined for this input", callas.ReasonEngineError},
		"no object":                        {`answer := 7`, "no object", callas.ReasonEngineError},
		"as something else":                {`answer := {"as": "boss"}`, `want "agent" or "service"`, callas.ReasonEngineError},
		"as the agent without a reason":    {`answer := {"as": "agent", "reasons": []}`, "without a reason", callas.ReasonEngineError},
		"as a service despite a reason":    {`answer := {"as": "service", "service": "help", "reasons": ["direction"], "identity": {"name": "H"}}`, "although", callas.ReasonEngineError},
		"as a service that does not exist": {`answer := {"as": "service", "service": "nope", "reasons": [], "identity": {"name": "H"}}`, "does not exist", callas.ReasonEngineError},
		"as a service without identity":    {`answer := {"as": "service", "service": "help", "reasons": []}`, "without an identity", callas.ReasonEngineError},
		"a name that breaks the header":    {`answer := {"as": "service", "service": "help", "reasons": [], "identity": {"name": "H\r\nX: y"}}`, "control character", callas.ReasonEngineError},
		"a number that is none":            {`answer := {"as": "service", "service": "help", "reasons": [], "identity": {"name": "H", "number": "+44;x"}}`, "not digits", callas.ReasonEngineError},
		"reasons that are no strings":      {`answer := {"as": "agent", "reasons": [1]}`, "want strings", callas.ReasonEngineError},
		"conflicting answers":              {"answer := {\"as\": x} if some x in [\"agent\", \"service\"]", "conflict", callas.ReasonEngineError},
		"an endless loop": {`answer := {"as": "agent", "reasons": ["slow"]} if count([1 |
			some a in digits; some b in digits; some c in digits; some d in digits; some e in digits; some f in digits; some g in digits
			a + b + c + d + e + f + g < 0]) == 0
			digits := [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]`, "in time", callas.ReasonTimeout},
		"an endless loop beside a builtin of any length": {`answer := {"as": "agent", "reasons": ["slow"]} if count([1 |
			some a in numbers.range(1, 3000); some b in numbers.range(1, 3000); a * b == -1]) == 0`, "in time", callas.ReasonTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, judgedBy(t, tc.resolve), func(p *engine.Parts) { p.Deadline = 100 * time.Millisecond })
			got, err := h.Resolve(context.Background(), h.call("anna", phone))
			require.ErrorContains(t, err, tc.err)
			require.Equal(t, callas.AsAgent, got.As)
			require.Equal(t, []callas.Reason{tc.reason}, got.Reasons)
			require.Equal(t, own, got.Identity)
			require.NotEmpty(t, got.ID)
		})
	}
}

// A table whose reading was given up half way looks like a small one.
func TestNothingIsDecidedFromATableThatWasNotReadToItsEnd(t *testing.T) {
	for name, answer := range map[string]string{
		"counted":  `answer := outcome(count(data.state.agents) < 100, "many")`,
		"and used": "answer := outcome(few(data.state.agents), \"many\")\ndefault few(_) := false\nfew(all) if all == all\n",
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, under(t, answer), func(p *engine.Parts) { p.Memory = -1 })
			h.load(t, crowd(1000))
			interpreted, err := engine.New(h.Parts)
			require.NoError(t, err)
			interpreted.Interpreted()
			gone, cancel := context.WithCancel(context.Background())
			cancel()
			for _, e := range []*engine.Engine{h.Engine, interpreted} {
				got, err := e.Resolve(gone, h.call("agent1", phone))
				require.ErrorIs(t, err, engine.ErrTimeout)
				require.Equal(t, asAgent("timeout"), outcomeOf(got))
			}
		})
	}
}

func TestNoPolicyOverridesAnEmergency(t *testing.T) {
	h := newHouse(t, judgedBy(t, `answer := {"as": "service", "service": "help", "reasons": [], "identity": {"name": "Help"}}`))
	got, err := h.Resolve(context.Background(), h.call("anna", "sip:112@elsewhere.example;user=phone"))
	require.NoError(t, err)
	require.Equal(t, asAgent("emergency"), outcomeOf(got))
	require.Equal(t, "Anna Meier", got.Identity.Name)
}

func TestNoPolicyCallsAsAServiceForAnUnknownAgent(t *testing.T) {
	h := newHouse(t, judgedBy(t, `answer := {"as": "service", "service": "help", "reasons": [], "identity": {"name": "Help"}}`))
	got, err := h.Resolve(context.Background(), h.call("nobody", phone))
	require.ErrorContains(t, err, "unknown agent")
	require.Equal(t, asAgent("engine_error"), outcomeOf(got))
	require.Nil(t, got.Identity)
}

func TestStaleFactsCloseTheGate(t *testing.T) {
	late := now.Add(time.Minute)
	for name, tc := range map[string]struct {
		after time.Duration
		want  outcome
	}{
		"served for ever by default, and told": {0, asService("help")},
		"past the bound as the agent":          {30 * time.Second, asAgent("stale")},
		"within the bound":                     {2 * time.Minute, asService("help")},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, func(p *engine.Parts) { p.StaleAfter = tc.after; p.Now = func() time.Time { return late } })
			got, err := h.Resolve(context.Background(), h.call("anna", phone))
			require.NoError(t, err)
			require.Equal(t, tc.want, outcomeOf(got))
			require.True(t, got.Stale)
		})
	}
	t.Run("a service may set a bound of its own", func(t *testing.T) {
		h := newHouse(t, func(p *engine.Parts) { p.Now = func() time.Time { return late } })
		h.set(t, h.service("help", func(s *callas.Service) { s.ServeStale = "30s" }))
		got, err := h.Resolve(context.Background(), h.call("anna", phone))
		require.NoError(t, err)
		require.Equal(t, asAgent("stale"), outcomeOf(got))
	})
}
