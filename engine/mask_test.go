package engine_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/bundles"
	"callas/decisionlog"
	"callas/engine"
	"callas/state"
)

// masking is the shipped bundle with another callas.mask; empty: with none.
func masking(t *testing.T, rules string) *bundles.Bundle {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("../policies")))
	require.NoError(t, os.CopyFS(dir, os.DirFS("../bundles/default")))
	own := filepath.Join(dir, "callas", "mask")
	require.NoError(t, os.RemoveAll(own))
	if rules != "" {
		require.NoError(t, os.Mkdir(own, 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(own, "mask.rego"), []byte("package callas.mask\n\n"+rules+"\n"), 0o600))
	}
	b, err := bundles.Open(context.Background(), dir)
	require.NoError(t, err)
	return b
}

func maskHouse(t *testing.T, rules string, change ...func(*engine.Parts)) (house, *book) {
	record := &book{}
	return newHouse(t, append(change, func(p *engine.Parts) {
		p.Bundle, p.Record, p.Callee = masking(t, rules), record, decisionlog.Partly
	})...), record
}

// masks makes calls and tells how each was recorded, twice: judged, and remembered.
func (b *book) masks(t *testing.T, h house, calls ...callas.Call) []string {
	t.Helper()
	var first, again []string
	for _, into := range []*[]string{&first, &again} {
		b.entries = nil
		for _, c := range calls {
			_, err := h.Resolve(context.Background(), c)
			require.NoError(t, err)
		}
		for _, e := range b.entries {
			*into = append(*into, e.Mask.String())
		}
	}
	require.Equal(t, first, again)
	return first
}

func TestAsShippedTheMaskIsTheSetting(t *testing.T) {
	for _, rules := range []string{"callee := input.setting", ""} {
		for _, setting := range []decisionlog.Mask{decisionlog.Partly, decisionlog.Clear, decisionlog.Pseudonym, decisionlog.Drop} {
			record := &book{}
			h := newHouse(t, func(p *engine.Parts) { p.Bundle, p.Record, p.Callee = masking(t, rules), record, setting })
			require.Equal(t, []string{setting.String(), setting.String()}, record.masks(t, h, h.call("anna", phone), h.call("clara", phone)))
		}
	}
}

func TestPolicySaysHowACalleeIsRecorded(t *testing.T) {
	h, record := maskHouse(t, `callee := "clear" if input.target.class == "internal"

else := "drop" if input.service == "help"

else := "pseudonym" if "care" in data.state.units[data.state.agents[input.agent].unit].path

else := "drop" if "unknown_agent" in input.reasons

else := input.setting`)
	calls := []callas.Call{h.call("anna", phone), h.call("anna", "2002"), h.call("clara", phone), h.call("emil", phone), h.call("mallory", phone)}
	require.Equal(t, []string{"drop", "clear", "pseudonym", "mask", "drop"}, record.masks(t, h, calls...))

	// What the mask was made from has changed, though nothing of the decision has.
	h.set(t, h.agent("clara", func(a *callas.Agent) { a.Unit = h.facts.Snapshot().Agent("emil").Unit }))
	require.Equal(t, []string{"drop", "clear", "mask", "mask", "drop"}, record.masks(t, h, calls...))
	hits, _, _ := h.Remembered()
	require.NotZero(t, hits)
	require.Zero(t, h.MaskFailures())
}

func TestWhatTheMaskReadsIsInTheKey(t *testing.T) {
	h, record := maskHouse(t, `callee := "clear" if input.target.number == "+447700900123"

else := "drop" if input.time.minute < 720

else := "mask"`)
	require.Contains(t, h.KeyParts(), "target.number")
	require.Contains(t, h.KeyParts(), "time.minute")
	require.Equal(t, []string{"clear", "mask"}, record.masks(t, h, h.call("anna", phone), h.call("anna", "tel:+447700900124")))

	plain, _ := maskHouse(t, `callee := "pseudonym" if input.as == "service"

else := input.setting`)
	require.Equal(t, newHouse(t).KeyParts(), plain.KeyParts(), "the answer follows from what is in the key")
}

func TestAMaskThatFailsHidesAndChangesNoDecision(t *testing.T) {
	for name, rules := range map[string]string{
		"undefined for a call": `callee := "clear" if input.agent == "clara"`,
		"another word":         `callee := sprintf("%s!", [input.agent])`,
		"no string":            `callee := count(input.agent)`,
		"two answers":          "callee := \"clear\" if input.agent != \"\"\n\ncallee := \"drop\" if input.agent != \"x\"",
	} {
		t.Run(name, func(t *testing.T) {
			h, record := maskHouse(t, rules)
			got, err := h.Resolve(context.Background(), h.call("anna", phone))
			require.NoError(t, err)
			require.Equal(t, asService("help"), outcomeOf(got))
			require.Equal(t, "drop", record.entries[0].Mask.String())
			require.Equal(t, uint64(1), h.MaskFailures())
		})
	}
	for name, rules := range map[string]string{"a word": `callee := "hide"`, "nothing": `callee := "drop" if input.setting == "clear"`} {
		t.Run("always: "+name, func(t *testing.T) {
			_, err := engine.New(engine.Parts{Bundle: masking(t, rules), State: state.New(), Log: slog.New(slog.DiscardHandler)})
			require.ErrorContains(t, err, "data.callas.mask.callee")
		})
	}
}

func TestAMaskThatIsSlowHidesAndTheAnswerIsInTime(t *testing.T) {
	h, record := maskHouse(t, `callee := "clear" if {
	input.agent != ""
	count([x | some x in numbers.range(1, 3000); some y in numbers.range(1, 3000)]) > 0
}`, func(p *engine.Parts) { p.Deadline, p.Now = 500*time.Millisecond, time.Now })
	began := time.Now()
	got, err := h.Resolve(context.Background(), h.call("anna", phone))
	require.NoError(t, err)
	require.Less(t, time.Since(began), 3*time.Second)
	require.Equal(t, asService("help"), outcomeOf(got))
	require.Equal(t, "drop", record.entries[0].Mask.String())
}

func TestAMaskByChanceIsNotRemembered(t *testing.T) {
	h, record := maskHouse(t, `callee := ["clear", "drop"][time.now_ns() % 2]`)
	for range 3 {
		_, err := h.Resolve(context.Background(), h.call("anna", phone))
		require.NoError(t, err)
	}
	hits, misses, _ := h.Remembered()
	require.Zero(t, hits+misses)
	require.False(t, slices.ContainsFunc(record.entries, func(e decisionlog.Entry) bool { return e.Mask == decisionlog.Partly }))
}
