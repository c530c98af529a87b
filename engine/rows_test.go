package engine_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callas"
	"callas/engine"
	"callas/state"
)

// The rows are written by hand for speed; this holds them to their JSON, field by field.
func TestAPolicyReadsARowAsItsJSON(t *testing.T) {
	text := rapid.StringMatching(`[a-zé+:@.]{0,8}`)
	texts := rapid.SliceOfN(text, 0, 3)
	moment := rapid.Custom(func(t *rapid.T) time.Time {
		return now.Add(time.Duration(rapid.Int64Range(1, 1e15).Draw(t, "later")))
	})
	meta := rapid.Custom(func(t *rapid.T) callas.Meta {
		return callas.Meta{Rev: rapid.Int64Range(0, 1<<40).Draw(t, "rev"), Source: text.Draw(t, "source"), Locked: texts.Draw(t, "locked")}
	})
	row := rapid.OneOf(
		rapid.Custom(func(t *rapid.T) callas.Row {
			return &callas.Profile{ID: text.Draw(t, "id"), Name: text.Draw(t, "name"), Unit: text.Draw(t, "unit"),
				OffDuty: rapid.Bool().Draw(t, "off"), Services: texts.Draw(t, "services"), Meta: meta.Draw(t, "meta")}
		}),
		rapid.Custom(func(t *rapid.T) callas.Row {
			return &callas.Agent{ID: text.Draw(t, "id"), Name: text.Draw(t, "name"), Unit: text.Draw(t, "unit"), Enabled: rapid.Bool().Draw(t, "on"),
				Aliases: texts.Draw(t, "aliases"), Number: text.Draw(t, "number"), URI: text.Draw(t, "uri"), Direction: callas.DirectionAll,
				Profiles: texts.Draw(t, "profiles"), Responsible: rapid.MapOf(text, texts).Draw(t, "responsible"), Meta: meta.Draw(t, "meta")}
		}),
		rapid.Custom(func(t *rapid.T) callas.Row {
			return &callas.Service{ID: text.Draw(t, "id"), Name: text.Draw(t, "name"), DisplayName: text.Draw(t, "display"), Unit: text.Draw(t, "unit"),
				CallAsEnabled: rapid.Bool().Draw(t, "on"), URI: text.Draw(t, "uri"), Asserted: text.Draw(t, "asserted"), Hue: rapid.IntRange(0, 8).Draw(t, "hue"),
				Numbers: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) callas.Number {
					return callas.Number{E164: text.Draw(t, "e164"), Countries: texts.Draw(t, "countries"), Default: rapid.Bool().Draw(t, "default"),
						RightOfUse: callas.RightOfUse{Status: callas.RightVerified, Evidence: text.Draw(t, "evidence"), Expires: rapid.Ptr(moment, true).Draw(t, "expires")}}
				}), 0, 3).Draw(t, "numbers"), Meta: meta.Draw(t, "meta")}
		}),
		rapid.Custom(func(t *rapid.T) callas.Row {
			return &callas.Session{Agent: text.Draw(t, "agent"), Profile: text.Draw(t, "profile"), CallAs: text.Draw(t, "call_as"), Since: moment.Draw(t, "since"),
				ExpiresAt: rapid.Ptr(moment, true).Draw(t, "expires"), EndedBecause: text.Draw(t, "ended"), Meta: meta.Draw(t, "meta")}
		}),
	)
	sn := state.New().Snapshot()
	rapid.Check(t, func(t *rapid.T) {
		r := row.Draw(t, "row")
		got, err := engine.Shown(sn, now, 0, r)
		require.NoError(t, err)
		gotJSON, err := json.Marshal(got)
		require.NoError(t, err)
		want, err := json.Marshal(r)
		require.NoError(t, err)
		require.JSONEq(t, string(want), string(gotJSON))
	})
}

func TestAUnitIsReadWithItsPath(t *testing.T) {
	sn := newHouse(t).facts.Snapshot()
	got, err := engine.Shown(sn, now, 0, sn.Unit("care"))
	require.NoError(t, err)
	require.Equal(t, []any{"care", "london", "nordhang"}, got.(map[string]any)["path"])
}

func TestTheClockIsReadForThePolicy(t *testing.T) {
	sn := state.New().Snapshot()
	expired := &callas.Session{Agent: "anna", CallAs: "help", Since: now, ExpiresAt: &now}
	got, err := engine.Shown(sn, now, 0, expired)
	require.NoError(t, err)
	require.NotContains(t, got, "call_as")
	require.Equal(t, "expired", got.(map[string]any)["ended_because"])

	bounded := &callas.Service{ID: "help", ServeStale: "10s", Numbers: numberUntil(now)}
	got, err = engine.Shown(sn, now, 11*time.Second, bounded)
	require.NoError(t, err)
	require.Equal(t, true, got.(map[string]any)["stale"])
	right := got.(map[string]any)["numbers"].([]any)[0].(map[string]any)["right_of_use"].(map[string]any)
	require.Equal(t, "expired", right["status"])

	got, err = engine.Shown(sn, now, 10*time.Second, bounded)
	require.NoError(t, err)
	require.NotContains(t, got, "stale")
}
