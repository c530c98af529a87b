package engine_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/engine"
)

// hits are the look-ups that found something.
func (h house) hits() uint64 {
	n, _, _ := h.Remembered()
	return n
}

// resolve answers a call and tells whether it took an evaluation.
func (h house) resolve(t *testing.T, agent, target string) (callas.Decision, bool) {
	t.Helper()
	before := h.hits()
	d, err := h.Resolve(context.Background(), h.call(agent, target))
	require.NoError(t, err)
	return d, h.hits() == before
}

func TestWhoIsAlikeCallsAsTheSameService(t *testing.T) {
	h := newHouse(t)
	h.set(t, &callas.Session{Agent: "dora", Profile: "day", CallAs: "help"})
	anna, asked := h.resolve(t, "anna", phone)
	require.True(t, asked)
	dora, asked := h.resolve(t, "2004", phone)
	require.False(t, asked, "dora is as anna is")
	require.Equal(t, asService("help"), outcomeOf(dora))
	require.Equal(t, anna.Identity, dora.Identity)
	require.NotEqual(t, anna.ID, dora.ID)

	h.set(t, h.agent("anna", func(a *callas.Agent) { a.Direction = callas.DirectionNone }))
	_, asked = h.resolve(t, "dora", phone)
	require.False(t, asked, "that anna has changed is nothing to dora")
	got, _ := h.resolve(t, "anna", phone)
	require.Equal(t, asAgent("direction"), outcomeOf(got))

	h.set(t, h.agent("dora", func(a *callas.Agent) { a.Responsible = nil }))
	got, asked = h.resolve(t, "dora", phone)
	require.True(t, asked)
	require.Equal(t, asAgent("not_responsible"), outcomeOf(got))
	require.Equal(t, "Dora Bennett", got.Identity.Name)

	h.set(t, h.service("help", func(s *callas.Service) { s.CallAsEnabled = false }))
	got, asked = h.resolve(t, "ben", phone)
	require.True(t, asked)
	require.Equal(t, asAgent("service_disabled"), outcomeOf(got))
}

func TestNobodyCallsUnderAnothersName(t *testing.T) {
	h := newHouse(t)
	h.set(t, h.agent("anna", func(a *callas.Agent) { a.Direction = callas.DirectionNone }))
	for id, name := range map[string]string{"anna": "Anna Meier", "clara": "Clara Hughes"} {
		d, asked := h.resolve(t, id, phone)
		require.True(t, asked)
		require.Equal(t, name, d.Identity.Name)
	}
}

func TestWhatIsSharedEndsWithTheAgentsOwnSelection(t *testing.T) {
	clock := now
	h := newHouse(t, func(p *engine.Parts) { p.Now = func() time.Time { return clock } })
	soon := now.Add(time.Minute)
	h.set(t, &callas.Session{Agent: "dora", Profile: "day", CallAs: "help", ExpiresAt: &soon})
	h.resolve(t, "anna", phone)
	d, asked := h.resolve(t, "dora", phone)
	require.False(t, asked)
	require.Equal(t, asService("help"), outcomeOf(d))
	clock = soon
	d, _ = h.resolve(t, "dora", phone)
	require.Equal(t, asAgent("none_selected"), outcomeOf(d))
	d, asked = h.resolve(t, "anna", phone)
	require.False(t, asked)
	require.Equal(t, asService("help"), outcomeOf(d))
}

// A law that looks at who calls shares nothing, and one that looks at a name only what it
// did not look at.
func TestALawThatKnowsPeopleJudgesEach(t *testing.T) {
	for name, law := range map[string]string{
		"who it is":       `answer := outcome(input.agent != "emil", "emil")`,
		"an agent's name": `answer := outcome(data.state.agents[input.agent].name != "Emil Fraser", "emil")`,
		"an agent's name, found among all": `answer := outcome(holds, "emil")
default holds := false
holds if { some who; data.state.agents[who].name != "Emil Fraser"; who == input.agent }`,
		"an agent's place among all": `answer := outcome([count([1 | who == input.agent]) | some who; data.state.agents[who]][0] == 0, "first")`,
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, under(t, law))
			for _, agent := range []string{"anna", "ben", "dora", "clara", "emil"} {
				_, asked := h.resolve(t, agent, phone)
				require.True(t, asked, agent)
			}
		})
	}
}
