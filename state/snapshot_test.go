package state_test

import (
	"testing"

	"callas"

	"github.com/stretchr/testify/require"
)

func TestSnapshotFindsEachRowByItsKey(t *testing.T) {
	sn := company(t).Snapshot()
	require.Equal(t, "London", sn.Unit("london").Name)
	require.Equal(t, "Help", sn.Service("help").Name)
	require.Equal(t, "Day", sn.Profile("day").Name)
	require.Equal(t, "care", sn.Agent("anna").Unit)
	require.Equal(t, "help", sn.Session("anna").CallAs)
	require.Equal(t, "00", sn.AccessToken("k1").Hash)
	for kind, id := range map[callas.Kind]string{
		callas.KindUnit: "london", callas.KindService: "help", callas.KindProfile: "day",
		callas.KindAgent: "anna", callas.KindSession: "anna", callas.KindToken: "k1",
	} {
		require.Equal(t, id, sn.Row(kind, id).Key())
		require.Positive(t, sn.Count(kind))
	}
}

func TestSnapshotTellsWhatIsNotThere(t *testing.T) {
	sn := company(t).Snapshot()
	for _, id := range []string{"", "nobody", "ann", "annaa"} {
		require.Nil(t, sn.Unit(id))
		require.Nil(t, sn.Service(id))
		require.Nil(t, sn.Profile(id))
		require.Nil(t, sn.Agent(id))
		require.Nil(t, sn.AgentByAlias(id))
		require.Nil(t, sn.Session(id))
		require.Nil(t, sn.AccessToken(id))
		require.Empty(t, sn.Below(id))
		require.Empty(t, ids(inUnit(sn, id)))
		require.True(t, sn.Row(callas.KindAgent, id) == nil, "a nil interface, not one that holds nil")
	}
	require.True(t, sn.Row("queue", "help") == nil)
	require.Empty(t, ids(sn.Rows("queue")))
	require.Zero(t, sn.Count("queue"))
}

func TestAgentByAliasTakesAnyForm(t *testing.T) {
	sn := company(t).Snapshot()
	for _, alias := range []string{"2001", "tel:2001", "sip:anna@nordhang.example", "sips:ANNA@nordhang.example:5061;transport=tls"} {
		require.Equal(t, "anna", sn.AgentByAlias(alias).ID, alias)
	}
}

func TestSnapshotGoesThroughRowsInOrder(t *testing.T) {
	sn := company(t).Snapshot()
	require.Equal(t, []string{"anna", "ben", "emil"}, ids(sn.Rows(callas.KindAgent)))
	require.Equal(t, []string{"ben", "emil"}, ids(sn.From(callas.KindAgent, "ben")))
	require.Equal(t, []string{"ben", "emil"}, ids(sn.From(callas.KindAgent, "annab")), "from an id that is not there")
	require.Empty(t, ids(sn.From(callas.KindAgent, "zoe")))
	for row := range sn.Rows(callas.KindAgent) {
		require.Equal(t, "anna", row.Key())
		break
	}
}

func TestSnapshotFollowsRelations(t *testing.T) {
	sn := company(t).Snapshot()
	require.Equal(t, []string{"anna", "ben"}, ids(inUnit(sn, "care")))
	require.Equal(t, []string{"help"}, ids(sn.ServicesInUnit("london")))
	require.Equal(t, []string{"anna", "emil"}, ids(sn.AgentsResponsible("help")), "each once, under whichever profiles")
	require.Equal(t, []string{"anna"}, ids(sn.SessionsSelecting("help")))
	require.Equal(t, []string{"leeds", "london"}, ids(sn.Children("nordhang")))
	require.Equal(t, []string{"nordhang", "leeds", "london", "care"}, sn.Below("nordhang"))
	require.Equal(t, []string{"care"}, sn.Below("care"))
}

func TestBelowEndsInARing(t *testing.T) {
	s := company(t)
	require.NoError(t, s.Apply(changeset(2, set(&callas.Unit{ID: "nordhang", Parent: "care"}))))
	require.Equal(t, []string{"care", "nordhang", "leeds", "london"}, s.Snapshot().Below("care"))
}

func TestWithLeavesTheStoreAsItIs(t *testing.T) {
	s := company(t)
	before, changed := s.Snapshot(), s.Watch()
	would, err := before.With([]callas.Edit{
		set(agent("ben", "leeds", []string{"2002"}, "help")), drop(callas.KindAgent, "emil"), set(agent("zoe", "care", []string{"2003"})),
	})
	require.NoError(t, err)

	require.Equal(t, before.Token(), would.Token())
	require.Equal(t, []string{"anna", "ben", "zoe"}, ids(would.Rows(callas.KindAgent)))
	require.Equal(t, []string{"anna", "ben"}, ids(would.AgentsResponsible("help")))
	require.Equal(t, "zoe", would.AgentByAlias("2003").ID)
	require.Equal(t, 3, would.Count(callas.KindAgent))

	require.Same(t, before, s.Snapshot())
	require.Equal(t, []string{"anna", "ben", "emil"}, ids(before.Rows(callas.KindAgent)))
	require.Equal(t, []string{"anna", "emil"}, ids(before.AgentsResponsible("help")))
	require.Equal(t, "emil", before.AgentByAlias("2003").ID)
	requireOpen(t, changed)

	require.NoError(t, s.Apply(changeset(2, drop(callas.KindAgent, "anna"))), "the store goes on from where it was")
	require.Equal(t, []string{"ben", "emil"}, ids(s.Snapshot().Rows(callas.KindAgent)))
	require.NotNil(t, would.Agent("anna"))

	further, err := would.With([]callas.Edit{drop(callas.KindAgent, "zoe")})
	require.NoError(t, err)
	require.Equal(t, 2, further.Count(callas.KindAgent), "with upon with")
	require.Equal(t, 3, would.Count(callas.KindAgent))
}

func TestWithRefusesWhatApplyWould(t *testing.T) {
	_, err := company(t).Snapshot().With([]callas.Edit{set(agent("zoe", "care", []string{"2001"}))})
	require.EqualError(t, err, `agent zoe: alias "2001" is taken by anna`)
}

func requireOpen(t *testing.T, ch <-chan struct{}) {
	t.Helper()
	select {
	case <-ch:
		t.Fatal("the channel is closed: something was published")
	default:
	}
}
