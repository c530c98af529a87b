package bundles_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/stretchr/testify/require"

	"callas"
	"callas/bundles"
	"callas/policies"
)

func TestTheShippedBundleOpens(t *testing.T) {
	for _, location := range []string{"", "default"} {
		b, err := bundles.Open(t.Context(), location)
		require.NoError(t, err)
		require.Equal(t, "default", b.Name)
		require.Equal(t, "1", b.Revision)
		require.Regexp(t, `^sha256:[0-9a-f]{64}$`, b.Digest)
		require.ElementsMatch(t, []string{"settings", "reasons"}, keys(b.Data))
		for _, rule := range policies.Entrypoints {
			require.NotEmpty(t, b.Compiler.GetRulesExact(ast.MustParseRef(rule)))
		}
		for name := range b.Modules {
			require.False(t, strings.HasSuffix(name, "_test.rego"), name)
		}
	}
}

func TestTheShippedBundleNamesThePlaceOfEveryGate(t *testing.T) {
	b, err := bundles.Open(t.Context(), "")
	require.NoError(t, err)
	texts := shipped(t)
	for _, gate := range callas.Gates {
		file, line, ok := b.Gate(string(gate))
		require.True(t, ok, gate)
		require.Contains(t, strings.Split(texts[file], "\n")[line-1], string(gate))
	}
	_, _, ok := b.Gate("timeout")
	require.False(t, ok, "no rule owns up to it")
}

func TestAGateOfOnesOwnHasAPlaceToo(t *testing.T) {
	law := shipped(t).with("acme/hours.rego", `package callas.own

# METADATA
# custom:
#   gate: after_hours
call contains "after_hours" if input.time.minute >= 18 * 60
`)
	b, err := bundles.Open(t.Context(), law.folder(t))
	require.NoError(t, err)
	file, line, ok := b.Gate("after_hours")
	require.True(t, ok)
	require.Equal(t, "acme/hours.rego", file)
	require.Equal(t, 6, line)
}

func TestAGateOfOnesOwnHasSettingsOfItsOwn(t *testing.T) {
	law := shipped(t).
		replaced(t, "data.json", `"reach"`, `"own": {"closed_services": ["help"]}, "reach"`).
		with("own.rego", "package callas.own\n\nservice[id] contains \"closed\" if some id in data.settings.own.closed_services\n")
	b, err := bundles.Open(t.Context(), law.folder(t))
	require.NoError(t, err)
	require.Contains(t, b.Data["settings"], "own")
}

func TestTheSameTextsAreTheSameLaw(t *testing.T) {
	texts := shipped(t)
	want, err := bundles.Open(t.Context(), "")
	require.NoError(t, err)
	for name, location := range map[string]string{
		"a folder":                 texts.folder(t),
		"an archive":               texts.archive(t),
		"with another revision":    texts.replaced(t, ".manifest", `"revision": "1"`, `"revision": "2"`).folder(t),
		"with another test":        texts.with("callas/own/own_test.rego", "package callas.own_test\n").folder(t),
		"with data laid out anew":  texts.with("data.json", strings.ReplaceAll(texts["data.json"], "\n", " ")).folder(t),
		"with a hidden folder":     texts.with(".git/data.json", "{").folder(t),
		"with a page that is none": texts.with("README.md", "Our law.").folder(t),
	} {
		b, err := bundles.Open(t.Context(), location)
		require.NoError(t, err, name)
		require.Equal(t, want.Digest, b.Digest, name)
		require.Equal(t, location, b.Name)
	}
	for name, location := range map[string]string{
		"a setting":         texts.replaced(t, "data.json", `"subtree"`, `"unit"`).folder(t),
		"a text":            texts.replaced(t, "data.json", "switched off", "off").folder(t),
		"a comment":         texts.with("callas/own/own.rego", texts["callas/own/own.rego"]+"\n# ours\n").folder(t),
		"a file's name":     texts.without("callas/own/own.rego").with("callas/own.rego", texts["callas/own/own.rego"]).folder(t),
		"a gate of its own": texts.with("callas/own/x.rego", "package callas.own\n\ncall contains \"x\" if input.time.weekday == 0\n").folder(t),
	} {
		b, err := bundles.Open(t.Context(), location)
		require.NoError(t, err, name)
		require.NotEqual(t, want.Digest, b.Digest, name)
	}
}

func TestTheDefaultAsFilesIsTheSameLaw(t *testing.T) {
	files, err := bundles.Files()
	require.NoError(t, err)
	pages := book{}
	for name, text := range files {
		pages[name] = string(text)
	}
	require.Contains(t, pages, "schemas/call.json")
	require.Contains(t, pages, "callas/resolve/resolve_test.rego")
	want, err := bundles.Open(t.Context(), "")
	require.NoError(t, err)
	got, err := bundles.Open(t.Context(), pages.folder(t))
	require.NoError(t, err)
	require.Equal(t, want.Digest, got.Digest)
}

func TestOpeningStopsWhenAsked(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := bundles.Open(ctx, "")
	require.ErrorIs(t, err, context.Canceled)
}

func FuzzAnArchiveNeverPanics(f *testing.F) {
	good, err := os.ReadFile(shipped(f).archive(f))
	require.NoError(f, err)
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, text []byte) {
		file := filepath.Join(t.TempDir(), "law.tar.gz")
		require.NoError(t, os.WriteFile(file, text, 0o600))
		b, err := bundles.Open(t.Context(), file)
		require.Equal(t, err == nil, b != nil)
	})
}

func keys(m map[string]any) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	return names
}
