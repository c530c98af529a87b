package state_test

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"

	"callas"
	"callas/state"

	"github.com/stretchr/testify/require"
)

// company is a store at revision 1: two units under one, two services, three agents.
func company(t *testing.T) *state.Store {
	t.Helper()
	s := state.New()
	require.NoError(t, s.Load(at(callas.Token{Revision: 1, Chain: "a"},
		&callas.Unit{ID: "nordhang", Name: "Nordhang"},
		&callas.Unit{ID: "london", Name: "London", Parent: "nordhang"},
		&callas.Unit{ID: "care", Name: "Care", Parent: "london"},
		&callas.Unit{ID: "leeds", Name: "Leeds", Parent: "nordhang"},
		&callas.Service{ID: "help", Name: "Help", Unit: "london"},
		&callas.Service{ID: "itdesk", Name: "IT", Unit: "leeds"},
		&callas.Profile{ID: "day", Name: "Day", Services: []string{"help"}},
		agent("anna", "care", []string{"sip:anna@nordhang.example", "2001"}, "help"),
		agent("ben", "care", []string{"2002"}),
		agent("emil", "leeds", []string{"2003"}, "help", "itdesk"),
		&callas.Session{Agent: "anna", Profile: "day", CallAs: "help"},
		&callas.AccessToken{ID: "k1", Hash: "00"},
	)))
	return s
}

func agent(id, unit string, aliases []string, services ...string) *callas.Agent {
	return &callas.Agent{ID: id, Name: id, Unit: unit, Aliases: aliases, Responsible: map[string][]string{"day": services, "night": services}}
}

// at gives rows that are the facts at a token.
func at(t callas.Token, rows ...callas.Row) func(func(callas.Row) error) (callas.Token, error) {
	return func(add func(callas.Row) error) (callas.Token, error) {
		for _, row := range rows {
			if err := add(row); err != nil {
				return t, err
			}
		}
		return t, nil
	}
}

// set and drop are edits; changeset puts them at a revision.
func set(row callas.Row) callas.Edit {
	return callas.Edit{Kind: row.Kind(), ID: row.Key(), After: row}
}

func drop(k callas.Kind, id string) callas.Edit { return callas.Edit{Kind: k, ID: id} }

func changeset(revision int64, edits ...callas.Edit) callas.Changeset {
	return callas.Changeset{Token: callas.Token{Revision: revision, Chain: "b"}, Edits: edits}
}

// inUnit goes through the agents of one unit.
func inUnit(sn *state.Snapshot, unit string) iter.Seq[callas.Row] {
	return func(yield func(callas.Row) bool) {
		for row := range sn.Rows(callas.KindAgent) {
			if row.(*callas.Agent).Unit == unit && !yield(row) {
				return
			}
		}
	}
}

func ids[R callas.Row](all iter.Seq[R]) []string {
	var out []string
	for row := range all {
		out = append(out, row.Key())
	}
	return out
}

func TestApplyMakesARevisionVisible(t *testing.T) {
	s := company(t)
	ben := agent("ben", "leeds", []string{"2002"})
	require.NoError(t, s.Apply(changeset(2, set(ben), drop(callas.KindSession, "anna"))))

	sn := s.Snapshot()
	require.Equal(t, callas.Token{Revision: 2, Chain: "b"}, sn.Token())
	require.Equal(t, ben, sn.Agent("ben"))
	require.Nil(t, sn.Session("anna"))
	require.Equal(t, []string{"ben", "emil"}, ids(inUnit(sn, "leeds")))
	require.Equal(t, 3, sn.Count(callas.KindAgent))
	require.Equal(t, 0, sn.Count(callas.KindSession))
}

func TestApplyRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		cs   callas.Changeset
		want string
	}{
		"a revision that leaves one out": {changeset(3), "revision 3 after 1: not the next revision"},
		"the revision it has":            {changeset(1), "revision 1 after 1: not the next revision"},
		"an alias that another agent has": {changeset(2, set(agent("zoe", "care", []string{"SIP:Anna@nordhang.example"}))),
			`revision 2.b: agent zoe: alias "anna@nordhang.example" is taken by anna`},
		"an alias that two agents get": {changeset(2, set(agent("yan", "care", []string{"9"})), set(agent("zoe", "care", []string{"9"}))),
			`revision 2.b: agent zoe: alias "9" is taken by yan`},
		"a kind it does not know": {changeset(2, callas.Edit{Kind: "queue", ID: "help"}), "revision 2.b: queue help: unknown kind"},
		"a row under another id": {changeset(2, callas.Edit{Kind: callas.KindAgent, ID: "ben", After: agent("anna", "care", nil)}),
			"revision 2.b: agent ben: the edit holds agent anna"},
		"a row without an id": {changeset(2, set(&callas.Unit{})), "revision 2.b: unit without an id"},
		"one row twice":       {changeset(2, drop(callas.KindAgent, "ben"), set(agent("ben", "care", nil))), "revision 2.b: agent ben: edited twice"},
	} {
		t.Run(name, func(t *testing.T) {
			s := company(t)
			before := s.Snapshot()
			good := set(agent("new", "care", nil))
			tc.cs.Edits = append([]callas.Edit{good}, tc.cs.Edits...)

			err := s.Apply(tc.cs)
			require.EqualError(t, err, tc.want)
			require.Same(t, before, s.Snapshot(), "and changes nothing")
			require.NoError(t, s.Apply(changeset(2, good)), "and takes the right one after it")
		})
	}
	require.ErrorIs(t, company(t).Apply(changeset(3)), state.ErrGap)
}

func TestAliasMovesWithinOneChangeset(t *testing.T) {
	loses, gains := set(agent("anna", "care", []string{"7"})), set(agent("ben", "care", []string{"2001"}))
	for name, tc := range map[string]struct{ edits []callas.Edit }{
		"loser first":            {[]callas.Edit{loses, gains}},
		"winner first":           {[]callas.Edit{gains, loses}},
		"winner before deletion": {[]callas.Edit{gains, drop(callas.KindAgent, "anna")}},
		"deletion before winner": {[]callas.Edit{drop(callas.KindAgent, "anna"), gains}},
		"two that swap":          {[]callas.Edit{gains, set(agent("anna", "care", []string{"2002"}))}},
	} {
		t.Run(name, func(t *testing.T) {
			s := company(t)
			require.NoError(t, s.Apply(changeset(2, tc.edits...)))
			require.Equal(t, "ben", s.Snapshot().AgentByAlias("2001").ID)
			require.Nil(t, s.Snapshot().AgentByAlias("sip:anna@nordhang.example"))
		})
	}
}

func TestLoadReplacesEverything(t *testing.T) {
	s := company(t)
	old := s.Snapshot()
	require.NoError(t, s.Load(at(callas.Token{Revision: 1, Chain: "restored"}, &callas.Unit{ID: "solo"})))

	sn := s.Snapshot()
	require.Equal(t, "restored", sn.Token().Chain)
	require.Nil(t, sn.Unit("nordhang"))
	require.Equal(t, 1, sn.Count(callas.KindUnit))
	require.Equal(t, 0, sn.Count(callas.KindAgent))
	require.NotNil(t, old.Unit("nordhang"), "a snapshot from before stays")
	require.NoError(t, s.Apply(changeset(2, set(&callas.Unit{ID: "two"}))))
	require.Equal(t, []string{"solo", "two"}, ids(s.Snapshot().Rows(callas.KindUnit)))
}

func TestLoadThatFailsChangesNothing(t *testing.T) {
	s := company(t)
	before, broken := s.Snapshot(), errors.New("the line broke")
	err := s.Load(func(add func(callas.Row) error) (callas.Token, error) {
		return callas.Token{Revision: 9}, errors.Join(add(&callas.Unit{ID: "solo"}), broken)
	})
	require.ErrorIs(t, err, broken)
	require.Same(t, before, s.Snapshot())
	require.NoError(t, s.Apply(changeset(2)))
}

func TestLoadRefusesARowWithoutAnID(t *testing.T) {
	s := company(t)
	require.Error(t, s.Load(at(callas.Token{Revision: 9}, &callas.Unit{})))
	require.NoError(t, s.Apply(changeset(2)))
}

// A change that takes memdb several transactions is still one for whoever reads.
func TestLargeChangesetIsSeenWhole(t *testing.T) {
	const agents = 2_500
	s := company(t)
	var arrive, leave []callas.Edit
	for i := range agents {
		id := fmt.Sprint("agent-", i)
		arrive = append(arrive, set(agent(id, "leeds", []string{fmt.Sprint(9000 + i)})))
		leave = append(leave, drop(callas.KindAgent, id))
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for last := int64(1); last < 7; {
			sn := s.Snapshot()
			last = sn.Token().Revision
			want := 1 // emil
			if last%2 == 0 {
				want += agents
			}
			if got := len(ids(inUnit(sn, "leeds"))); got != want || sn.Count(callas.KindAgent) != want+2 {
				t.Errorf("revision %d shows %d agents in leeds of %d in all, want %d", last, got, sn.Count(callas.KindAgent), want)
			}
		}
	}()
	for revision := int64(2); revision <= 7; revision += 2 {
		require.NoError(t, s.Apply(changeset(revision, arrive...)))
		require.NoError(t, s.Apply(changeset(revision+1, leave...)))
	}
	<-done
}

func TestLoadedTellsEmptyFromUnknown(t *testing.T) {
	s := state.New()
	require.False(t, s.Loaded())
	require.Equal(t, callas.Token{}, s.Snapshot().Token())
	require.NoError(t, s.Load(at(callas.Token{})))
	require.True(t, s.Loaded())
}

func manyAgents(n int) []callas.Row {
	out := make([]callas.Row, n)
	for i := range out {
		out[i] = &callas.Agent{
			ID: fmt.Sprintf("agent-%06d", i), Name: fmt.Sprintf("Agent %d", i), Unit: fmt.Sprintf("unit-%d", i%200), Enabled: true,
			Aliases:   []string{fmt.Sprintf("sip:agent-%06d@nordhang.example", i), fmt.Sprint(100000 + i)},
			Direction: callas.DirectionExternal, Profiles: []string{"day", "off"},
			Responsible: map[string][]string{"day": {fmt.Sprintf("service-%d", i%500), fmt.Sprintf("service-%d", (i+1)%500)}},
		}
	}
	return out
}

func BenchmarkLoad100k(b *testing.B) {
	all := manyAgents(100_000)
	for b.Loop() {
		require.NoError(b, state.New().Load(at(callas.Token{Revision: 1}, all...)))
	}
}

func BenchmarkApply(b *testing.B) {
	for _, n := range []int{1, 10_000} {
		b.Run(fmt.Sprintf("%d of 100k agents", n), func(b *testing.B) {
			s, all := state.New(), manyAgents(100_000)
			require.NoError(b, s.Load(at(callas.Token{}, all...)))
			var edits []callas.Edit
			for _, row := range slices.Backward(all[50_000 : 50_000+n]) {
				edits = append(edits, set(row.WithRevision(1)))
			}
			revision := int64(0)
			for b.Loop() {
				revision++
				require.NoError(b, s.Apply(changeset(revision, edits...)))
			}
		})
	}
}

func BenchmarkAgent(b *testing.B) {
	s := state.New()
	require.NoError(b, s.Load(at(callas.Token{}, manyAgents(100_000)...)))
	b.ReportAllocs()
	for b.Loop() {
		if s.Snapshot().Agent("agent-054321") == nil {
			b.Fatal("agent-054321 is gone")
		}
	}
}
