package state_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"callas"
	"callas/state"

	"github.com/stretchr/testify/require"
)

// What an agent may cost: with two aliases, responsibilities such as its team has, and a
// session. A million of them must leave room for the rest in 1.2 GB, and the fewer
// objects there are, the sooner a collection is over.
const (
	bytesAnAgent   = 720
	objectsAnAgent = 8
)

// rowsOf draws agents as a company has them, with sessions. Nothing is shared between rows.
func rowsOf(agents int, service string) []callas.Row {
	var rows []callas.Row
	for i := range agents {
		team := fmt.Sprint("team-", i/25)
		id := fmt.Sprintf("agent-%06d", i)
		rows = append(rows, &callas.Agent{
			ID: id, Name: "Agent " + id, Unit: team, Enabled: true, Direction: callas.DirectionExternal,
			Aliases: []string{"sip:" + id + "@nordhang.example", fmt.Sprintf("7%06d", i)},
			Number:  fmt.Sprintf("+4420794%06d", i), URI: "sip:" + id + "@nordhang.example",
			Profiles:    []string{"day-" + team, "late-" + team, "off"},
			Responsible: map[string][]string{"day-" + team: {service, "desk-" + team}, "late-" + team: {"desk-" + team}},
			Meta:        callas.Meta{Source: "ldap:" + fmt.Sprint(i%2)},
		})
	}
	for i := range agents {
		rows = append(rows, &callas.Session{
			Agent: fmt.Sprintf("agent-%06d", i), Profile: fmt.Sprint("day-team-", i/25), CallAs: service, Since: time.Now().UTC(),
		})
	}
	return rows
}

func TestAnAgentWithItsSessionCostsLittle(t *testing.T) {
	const agents = 20_000
	s := state.New()
	bytes, objects := heap()
	hold := func(when string) {
		b, o := heap()
		t.Logf("%d bytes and %.1f objects an agent, %s", (b-bytes)/agents, float64(o-objects)/agents, when)
		require.Less(t, (b-bytes)/agents, int64(bytesAnAgent), "bytes an agent, %s", when)
		require.Less(t, (o-objects)/agents, int64(objectsAnAgent), "objects an agent, %s", when)
	}
	require.NoError(t, s.Load(at(callas.Token{Revision: 1}, rowsOf(agents, "help")...)))
	hold("loaded")
	for revision, service := range []string{"sales", "claims", "help"} {
		var edits []callas.Edit
		for _, row := range rowsOf(agents, service) {
			edits = append(edits, set(row))
		}
		require.NoError(t, s.Apply(changeset(int64(revision+2), edits...)))
	}
	hold("and still when all rows have been written anew three times")
	require.Equal(t, "agent-012345", s.Snapshot().AgentByAlias("tel:7012345").ID)
	require.Equal(t, "agent-012345", s.Snapshot().AgentByAlias("agent-012345@nordhang.example").ID)
	require.Equal(t, "help", s.Snapshot().Session("agent-012345").CallAs)
	runtime.KeepAlive(s)
}

func heap() (bytes, objects int64) {
	runtime.GC()
	runtime.GC() // what the first one left to be swept
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc), int64(m.HeapObjects)
}
