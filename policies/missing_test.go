package policies_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callas"
	"callas/policies"
)

// TestWhatIsMissingNeverOpensAGate takes one key away from what is known, at
// any depth: a call that went out as the agent still does, and there still is
// an answer, with a reason where it is the agent's own identity.
func TestWhatIsMissingNeverOpensAGate(t *testing.T) {
	law := compile(t)
	data := shipped(t)
	rapid.Check(t, func(rt *rapid.T) {
		facts, settings := drawFacts(rt), data["settings"].(map[string]any)
		known := map[string]any{
			"state":    facts,
			"settings": settings,
			"call": map[string]any{
				"agent":    "anna",
				"target":   drawTarget(rt, facts, settings),
				"modality": rapid.SampledFrom([]string{"audio", "audio", "audio", "im"}).Draw(rt, "modality"),
				"call_as":  rapid.SampledFrom([]string{"s1", "s2", "s3"}).Draw(rt, "service"),
				"stale":    !likely(rt, "fresh"),
			},
		}
		decide := func(known map[string]any) (d decision) {
			asker(rt, law, known)(policies.Decision, known["call"], &d)
			require.Equal(rt, d.As == callas.AsService, len(d.Reasons) == 0, "%v", d)
			return d
		}
		before := decide(known)
		if after := decide(withoutOne(rt, known)); before.As == callas.AsAgent {
			require.Equal(rt, callas.AsAgent, after.As, "was closed by %v", before.Reasons)
		}
	})
}

// withoutOne returns a copy with one key removed, of an object below the first
// level. Left are keys whose absence says something (off_duty: on duty, the
// call's call_as: the selection) and the name, without which the engine takes
// the answer for malformed.
func withoutOne(t *rapid.T, known map[string]any) map[string]any {
	text, err := json.Marshal(known)
	require.NoError(t, err)
	less := map[string]any{}
	require.NoError(t, json.Unmarshal(text, &less))

	var removals []func()
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				if !slices.Contains([]string{"off_duty", "call_as", "name"}, key) {
					removals = append(removals, func() { delete(v, key) })
				}
				walk(v[key])
			}
		case []any:
			for _, element := range v {
				walk(element)
			}
		}
	}
	for _, part := range []string{"call", "settings", "state"} {
		walk(less[part])
	}
	removals[rapid.IntRange(0, len(removals)-1).Draw(t, "removed")]()
	return less
}
