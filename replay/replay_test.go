package replay_test

import (
	"context"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"callas"
	"callas/bundles"
	"callas/decisionlog"
	"callas/demo"
	"callas/dialplan"
	"callas/engine"
	"callas/replay"
	"callas/source"
	"callas/source/sqlstore"
	"callas/state"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	phone   = "tel:+447700900123"
	account = "sip:customer@partner.example"
)

// A past is a callas that has run for a while: its source and its record.
type past struct {
	t     testing.TB
	dir   string
	store *sqlstore.Store
	facts *state.Store
	judge *engine.Engine
	log   *decisionlog.Log
	plan  *dialplan.Plan
	now   time.Time
	mask  decisionlog.Mask
}

func begin(t testing.TB, mask decisionlog.Mask) *past {
	t.Helper()
	p := &past{t: t, dir: t.TempDir(), facts: state.New(), now: time.Date(2026, 11, 22, 8, 0, 0, 123456789, time.UTC), mask: mask}
	clock := func() time.Time { return p.now }
	var err error
	p.store, err = sqlstore.Open(t.Context(), sqlstore.Config{Path: filepath.Join(t.TempDir(), "callas.db"), Now: clock})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.store.Close()) })
	p.log, err = decisionlog.Open(decisionlog.Config{Dir: p.dir, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.log.Close(context.Background())) })
	p.plan, err = dialplan.New(demo.DialPlan())
	require.NoError(t, err)
	zone, err := time.LoadLocation("Europe/Zurich")
	require.NoError(t, err)
	p.judge, err = engine.New(engine.Parts{Bundle: candidate(t, nil), State: p.facts, Log: slog.New(slog.DiscardHandler),
		Deadline: 10 * time.Second, StaleAfter: time.Minute, Zone: zone, Now: clock, Record: p.log, Callee: mask})
	require.NoError(t, err)
	return p
}

// candidate is the shipped bundle with some of its files replaced.
func candidate(t testing.TB, replaced map[string]func(string) string) *bundles.Bundle {
	t.Helper()
	if replaced == nil {
		b, err := bundles.Open(t.Context(), "")
		require.NoError(t, err)
		return b
	}
	dir := t.TempDir()
	files, err := bundles.Files()
	require.NoError(t, err)
	for name, text := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, text, 0o600))
	}
	for name, change := range replaced {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(change(string(files[name]))), 0o600))
	}
	b, err := bundles.Open(t.Context(), dir)
	require.NoError(t, err)
	return b
}

// gate is the shipped bundle with a gate of one's own.
func gate(t *testing.T, rule string) *bundles.Bundle {
	return candidate(t, map[string]func(string) string{
		"callas/own/mine.rego": func(string) string { return "package callas.own\n\n" + rule + "\n" }})
}

func (p *past) commit(rows ...callas.Row) {
	p.t.Helper()
	c := source.Commit{Actor: "test", Origin: "api"}
	for _, row := range rows {
		c.Writes = append(c.Writes, source.Write{Kind: row.Kind(), ID: row.Key(), Row: row})
	}
	_, err := p.store.Commit(p.t.Context(), c)
	require.NoError(p.t, err)
	sets, err := p.store.Since(p.t.Context(), p.facts.Snapshot().Token())
	require.NoError(p.t, err)
	for _, cs := range sets {
		require.NoError(p.t, p.facts.Apply(cs))
	}
	p.facts.Heard(p.now)
}

func (p *past) agent(id string, change func(*callas.Agent)) {
	a := *p.facts.Snapshot().Agent(id)
	change(&a)
	p.commit(&a)
}

func (p *past) call(agent, target string) callas.Decision {
	p.t.Helper()
	d, err := p.judge.Resolve(p.t.Context(), callas.Call{Agent: agent, Target: p.plan.Classify(target), Modality: callas.Audio, Platform: "kamailio"})
	require.NoError(p.t, err)
	p.now = p.now.Add(time.Second)
	return d
}

// day is one with changes of all kinds between calls.
func (p *past) day() {
	p.call("anna", phone) // nobody is there yet
	p.commit(demo.Rows(p.now)...)
	for range 3 {
		p.call("anna", phone)
		p.call("2001", account)
		p.call("anna", "112")
		p.call("mallory", phone)
		p.call("clara", "2002")
	}
	p.agent("anna", func(a *callas.Agent) { a.Direction = callas.DirectionAll })
	p.call("anna", account)
	soon := p.now.Add(90 * time.Second)
	p.commit(&callas.Session{Agent: "anna", Profile: "day", CallAs: "help", Since: p.now, ExpiresAt: &soon})
	p.call("anna", phone)
	p.now = p.now.Add(2 * time.Minute) // the selection is over, and nobody has heard the source
	p.call("anna", phone)
	p.facts.Heard(p.now)
	p.call("anna", phone)
	p.agent("anna", func(a *callas.Agent) { a.Enabled = false })
	p.call("anna", phone)
	require.NoError(p.t, p.log.Flush(p.t.Context()))
}

func (p *past) records() iter.Seq2[decisionlog.Record, error] {
	require.NoError(p.t, p.log.Flush(p.t.Context()))
	return decisionlog.Records(p.t.Context(), p.dir, time.Time{}, time.Time{})
}

// again replays by a bundle; facts nil: each call's own.
func (p *past) again(b *bundles.Bundle, facts func(callas.Token) (*state.Snapshot, error)) (replay.Report, error) {
	p.t.Helper()
	e, err := engine.New(engine.Parts{Bundle: b, State: state.New(), Log: slog.New(slog.DiscardHandler), Memory: -1})
	require.NoError(p.t, err)
	if facts == nil {
		walk := replay.NewPast(p.store)
		facts = func(t callas.Token) (*state.Snapshot, error) { return walk.At(p.t.Context(), t) }
	}
	return replay.Run(p.t.Context(), replay.Parts{Engine: e, Records: p.records(), Facts: facts})
}

func TestEveryCallIsDecidedAgainAsItWasRecorded(t *testing.T) {
	p := begin(t, decisionlog.Partly)
	p.day()
	got, err := p.again(candidate(t, nil), nil)
	require.NoError(t, err)
	require.Equal(t, 21, got.Calls)
	require.Equal(t, 21, got.Same, "%+v", got.Changes)
	require.Zero(t, got.Differ)
	require.Empty(t, got.Changes)
	require.True(t, got.Whole())
	require.Equal(t, []replay.Policy{{Digest: p.judge.Digest(), Calls: 21}}, got.Policies)
}

func TestAnotherPolicyTellsWhatItWouldChange(t *testing.T) {
	p := begin(t, decisionlog.Partly)
	p.day()
	got, err := p.again(candidate(t, map[string]func(string) string{"data.json": func(text string) string {
		return strings.Replace(text, `"external_includes_federated": false`, `"external_includes_federated": true`, 1)
	}}), nil)
	require.NoError(t, err)
	require.Equal(t, []int{21, 18, 3}, []int{got.Calls, got.Same, got.Differ})
	require.Len(t, got.Changes, 1)
	c := got.Changes[0]
	require.Equal(t, []any{"anna", callas.Federated, 3, 3}, []any{c.Agent, c.Class, c.Calls, len(c.Decisions)})
	require.Equal(t, []callas.Reason{callas.ReasonDirection}, c.Was.Reasons)
	require.Equal(t, []any{callas.AsService, "help"}, []any{c.WouldBe.As, c.WouldBe.Service})
}

func TestTheTimeIsThatOfTheCall(t *testing.T) {
	p := begin(t, decisionlog.Partly)
	p.day() // begins at nine in Zurich
	for rule, differs := range map[string]bool{
		`call contains "early" if input.time.minute < 540`:             false,
		`call contains "early" if input.time.minute < 541`:             true,
		`call contains "abroad" if input.time.zone != "Europe/Zurich"`: false,
	} {
		got, err := p.again(gate(t, rule), nil)
		require.NoError(t, err)
		require.Equal(t, differs, got.Differ > 0, rule)
	}
}

func TestWhatThePolicyReadsAndTheRecordHidesIsNotGuessed(t *testing.T) {
	number := gate(t, `call contains "barred" if input.target.number == "+447700900123"`)
	for mask, differ := range map[decisionlog.Mask]bool{decisionlog.Partly: false, decisionlog.Drop: false, decisionlog.Clear: true} {
		p := begin(t, mask)
		p.day()
		got, err := p.again(number, nil)
		require.NoError(t, err)
		require.Equal(t, !differ, got.Masked > 0)
		require.Equal(t, differ, got.Whole())
		require.Equal(t, differ, got.Differ > 0)
		require.Equal(t, 21, got.Same+got.Differ+got.Masked)
		if !differ {
			require.Equal(t, 3, got.Same, "emergencies are clear")
		}
	}
}

func TestCallsOverTheFactsOfAnotherRevision(t *testing.T) {
	p := begin(t, decisionlog.Partly)
	p.day()
	walk := replay.NewPast(p.store)
	newest, err := walk.Newest(t.Context())
	require.NoError(t, err)
	require.Equal(t, p.facts.Snapshot().Token(), newest.Token())
	got, err := p.again(candidate(t, nil), func(callas.Token) (*state.Snapshot, error) { return newest, nil })
	require.NoError(t, err)
	require.Equal(t, 21, got.Calls)
	for _, c := range got.Changes {
		require.Contains(t, []string{"anna"}, c.Agent)
		require.Contains(t, c.WouldBe.Reasons, callas.ReasonAgentDisabled)
	}
	require.NotEmpty(t, got.Changes)
}

func TestWhatIsNotOfThisLogIsLeftOut(t *testing.T) {
	p := begin(t, decisionlog.Partly)
	p.day()
	for _, token := range []callas.Token{{Revision: 99, Chain: "x"}, {Revision: 2, Chain: "restored"}} {
		e := decisionlog.Entry{At: p.now, Agent: "anna", Call: callas.Call{Agent: "anna", Modality: callas.Audio, Target: p.plan.Classify(phone)},
			Decision: callas.Decision{ID: "X", As: callas.AsAgent, Reasons: []callas.Reason{"x"}, Revision: token}}
		require.NoError(t, p.log.Append(&e))
	}
	p.call("anna", phone)
	got, err := p.again(candidate(t, nil), nil)
	require.NoError(t, err)
	require.Equal(t, []int{24, 22, 2}, []int{got.Calls, got.Same, got.Elsewhere})
	require.False(t, got.Whole())
}

func TestACallThatNoPolicyAnsweredIsNotCompared(t *testing.T) {
	p := begin(t, decisionlog.Partly)
	p.commit(demo.Rows(p.now)...)
	e := decisionlog.Entry{At: p.now, Agent: "anna", Call: callas.Call{Agent: "anna", Modality: callas.Audio, Target: p.plan.Classify(phone)},
		Decision: callas.Decision{ID: "X", As: callas.AsAgent, Reasons: []callas.Reason{callas.ReasonTimeout}, Revision: p.facts.Snapshot().Token()}}
	require.NoError(t, p.log.Append(&e))
	got, err := p.again(candidate(t, nil), nil)
	require.NoError(t, err)
	require.Equal(t, []int{1, 0, 1}, []int{got.Calls, got.Same, got.Unanswered})
	require.True(t, got.Whole())
}

func TestAPolicyThatChangesByItselfCannotBeReplayed(t *testing.T) {
	p := begin(t, decisionlog.Partly)
	p.day()
	_, err := p.again(gate(t, `call contains "late" if time.now_ns() > 1`), nil)
	require.ErrorContains(t, err, "whose answer changes by itself")
}

func TestThePastGoesBackAsFarAsItMust(t *testing.T) {
	p := begin(t, decisionlog.Partly)
	p.commit(demo.Rows(p.now)...)
	tokens := []callas.Token{{}, p.facts.Snapshot().Token()}
	for i := range 1100 {
		p.agent("anna", func(a *callas.Agent) { a.Name = "Anna " + strings.Repeat("a", 1+i%60) })
		tokens = append(tokens, p.facts.Snapshot().Token())
	}
	walk := replay.NewPast(p.store)
	for _, i := range []int{5, 1100, 1101, 1099, 400, 2, 0, 1101} {
		sn, err := walk.At(t.Context(), tokens[i])
		require.NoError(t, err)
		require.Equal(t, tokens[i], sn.Token())
		if i > 1 {
			require.Equal(t, "Anna "+strings.Repeat("a", 1+(i-2)%60), sn.Agent("anna").Name)
		}
	}
	_, err := walk.Revision(t.Context(), 2000)
	require.ErrorIs(t, err, replay.ErrElsewhere)
}

// BenchmarkReplay is a thousand calls decided again, on all cores.
func BenchmarkReplay(b *testing.B) {
	p := begin(b, decisionlog.Partly)
	p.commit(demo.Rows(p.now)...)
	for range 500 {
		p.call("anna", phone)
		p.call("clara", account)
	}
	bundle := candidate(b, nil)
	for b.Loop() {
		got, err := p.again(bundle, nil)
		require.NoError(b, err)
		require.Equal(b, 1000, got.Same)
	}
}
