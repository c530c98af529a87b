package engine_test

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callas"
	"callas/demo"
	"callas/engine"
)

func TestEveryQuestionOfTheShippedPolicyIsCompiled(t *testing.T) {
	require.Empty(t, newHouse(t).Refused())
}

// A question that cannot be compiled is answered all the same, and the log says why it is not.
func TestAQuestionThatIsNotCompiledIsLeftToTopdown(t *testing.T) {
	var log bytes.Buffer
	h := newHouse(t, under(t, laws["under other facts, which is not compiled"]), func(p *engine.Parts) {
		p.Log = slog.New(slog.NewTextHandler(&log, nil))
	})
	require.Contains(t, log.String(), "data.callas.resolve.decision")
	require.Contains(t, log.String(), "with something instead of data or a function")
	require.Len(t, h.Refused(), 1)
	got, err := h.Resolve(context.Background(), h.call("anna", phone))
	require.NoError(t, err)
	require.Equal(t, asService("help"), outcomeOf(got))
}

// OPA makes paths of numbers and of their text alike.
func TestARowIsFoundByANumberAsByItsText(t *testing.T) {
	h := newHouse(t, under(t, `answer := outcome(data.state.agents[7].direction == "all", "seven")`), func(p *engine.Parts) { p.Memory = -1 })
	h.set(t, h.agent("anna", func(a *callas.Agent) { a.ID, a.Aliases, a.Direction = "7", nil, callas.DirectionAll }))
	require.Empty(t, h.Refused())
	interpreted, err := engine.New(h.Parts)
	require.NoError(t, err)
	interpreted.Interpreted()
	for _, e := range []*engine.Engine{h.Engine, interpreted} {
		got, err := e.Resolve(context.Background(), h.call("anna", phone))
		require.NoError(t, err)
		require.Equal(t, asService("help"), outcomeOf(got))
	}
}

// What a decision stands on is what it was found to need: as much as topdown looks at, and
// for the shipped law no more.
func TestACompiledQuestionLooksAtTheRowsThatTopdownLooksAt(t *testing.T) {
	clock := now
	h := newHouse(t, func(p *engine.Parts) {
		p.Memory, p.Now = -1, func() time.Time { return clock }
	})
	interpreted, err := engine.New(h.Parts)
	require.NoError(t, err)
	interpreted.Interpreted()
	rapid.Check(t, func(rt *rapid.T) {
		h.load(t, demo.Story(now))
		for range 6 {
			h.set(t, randomRow(rt, h, clock))
		}
		call := randomCall(rt, h)
		require.Equal(rt, interpreted.Looked(context.Background(), call), h.Looked(context.Background(), call))
	})
}
