package engine_test

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callas"
	"callas/engine"
	"callas/state"
)

// Two values are spelt alike if and only if a policy sees them alike.
func TestAFieldIsSpeltAsAPolicySeesIt(t *testing.T) {
	text := rapid.SampledFrom([]string{"", "a", "b", "ab", "\x01a"})
	texts := rapid.SliceOfN(text, 0, 2)
	meta := rapid.Custom(func(t *rapid.T) callas.Meta {
		return callas.Meta{Source: text.Draw(t, "source"), Locked: texts.Draw(t, "locked")}
	})
	agent := rapid.Custom(func(t *rapid.T) *callas.Agent {
		return &callas.Agent{Name: text.Draw(t, "name"), Unit: text.Draw(t, "unit"), Enabled: rapid.Bool().Draw(t, "on"),
			Number: text.Draw(t, "number"), URI: text.Draw(t, "uri"), Direction: callas.Direction(text.Draw(t, "direction")),
			Profiles: texts.Draw(t, "profiles"), Responsible: rapid.MapOfN(text, texts, 0, 2).Draw(t, "responsible"), Meta: meta.Draw(t, "meta")}
	})
	session := rapid.Custom(func(t *rapid.T) *callas.Session {
		end := now.Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "end")) * time.Hour)
		return &callas.Session{Profile: text.Draw(t, "profile"), CallAs: text.Draw(t, "call as"), EndedBecause: text.Draw(t, "ended"),
			ExpiresAt: rapid.SampledFrom([]*time.Time{nil, &end}).Draw(t, "expires"), Meta: meta.Draw(t, "meta")}
	})
	rapid.Check(t, func(t *rapid.T) {
		sn := state.New().Snapshot()
		alike(t, sn, engine.AgentSpelling(), agent.Draw(t, "one"), agent.Draw(t, "other"))
		alike(t, sn, engine.SessionSpelling(), session.Draw(t, "one"), session.Draw(t, "other"))
	})
}

func alike[R callas.Row](t *rapid.T, sn *state.Snapshot, spelling map[string]func([]byte, R, time.Time) []byte, one, other R) {
	shown := func(row R) map[string]any {
		v, err := engine.Shown(sn, now, 0, row)
		require.NoError(t, err)
		return v.(map[string]any)
	}
	a, b := shown(one), shown(other)
	for name, spell := range spelling {
		x, y := spell(nil, one, now), spell(nil, other, now)
		require.Equal(t, reflect.DeepEqual(a[name], b[name]), bytes.Equal(x, y), "%s: %v and %v, as %q and %q", name, a[name], b[name], x, y)
	}
}

func TestNoAgentHasAStrangeField(t *testing.T) {
	v, err := engine.Shown(state.New().Snapshot(), now, 0, &callas.Agent{ID: "a", Name: "a", Unit: "a", Enabled: true, Aliases: []string{"a"}, Number: "a",
		URI: "a", Direction: "all", Profiles: []string{"a"}, Responsible: map[string][]string{"a": {"a"}}, Meta: callas.Meta{Rev: 1, Source: "a", Locked: []string{"a"}}})
	require.NoError(t, err)
	for _, name := range engine.Strange() {
		require.NotContains(t, v, name)
	}
}
