package bundles_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/compile"
	"github.com/stretchr/testify/require"

	"callas/bundles"
)

// Every refusal names what is wrong, where, and what to do next.
func TestRefused(t *testing.T) {
	texts := shipped(t)
	own := func(law string) book { return texts.with("acme/law.rego", law) }
	for _, tc := range []struct {
		note string
		law  book
		want []string
	}{
		{
			"a policy that does not parse",
			own("package callas.own\n\ncall contains \"x\" if\n"),
			[]string{"acme/law.rego:4: rego_parse_error", "correct the file"},
		},
		{
			"a policy that is not strict",
			own("package callas.own\n\ncall contains \"x\" if {\n\ty := 1\n\tinput.stale\n}\n"),
			[]string{"acme/law.rego:4: rego_compile_error: assigned var y unused", "nothing was activated"},
		},
		{
			"a field of a row that is misspelt",
			own("package callas.own\n\ncall contains \"x\" if data.state.agents[input.agent].untit == \"care\"\n"),
			[]string{"acme/law.rego:3: rego_type_error", `have: "untit"`, `"unit"`},
		},
		{
			"a field of a number that is misspelt, far from where the row was read",
			own("package callas.own\n\nservice[id] contains \"x\" if {\n\tsome n in data.state.services[id].numbers\n\tn.e165 == \"\"\n}\n"),
			[]string{"acme/law.rego:5: rego_type_error", `have: "e165"`, `"e164"`},
		},
		{
			"a field of what another package says of the agent",
			own("package callas.own\n\nimport data.callas.gates\n\ncall contains \"x\" if gates.agent.enalbed\n"),
			[]string{"acme/law.rego:5: rego_type_error", `have: "enalbed"`},
		},
		{
			"a field of the call that is misspelt",
			own("package callas.own\n\ncall contains \"x\" if input.targt.class == \"pstn\"\n"),
			[]string{"acme/law.rego:3: rego_type_error", `have: "targt"`, `"target"`},
		},
		{
			"a way in by another name",
			texts.with("callas/signin/signin.rego", "package callas.signin\n\nprincipl := {}\n"),
			[]string{"does not define data.callas.signin.principal", "or leave the package out"},
		},
		{
			"a mask by another name",
			texts.with("callas/mask/mask.rego", "package callas.mask\n\ncalle := input.setting\n"),
			[]string{"does not define data.callas.mask.callee", "or leave the package out"},
		},
		{
			"a law that asks the network",
			own("package callas.own\n\ncall contains \"x\" if http.send({\"method\": \"get\", \"url\": \"http://127.0.0.1\"}).status_code == 200\n"),
			[]string{"acme/law.rego:3: rego_type_error: undefined function http.send"},
		},
		{
			"a law that asks the machine for its secrets",
			own("package callas.own\n\ncall contains \"x\" if opa.runtime().env.CALLAS_TOKEN\n"),
			[]string{"acme/law.rego:3: rego_type_error: undefined function opa.runtime"},
		},
		{
			"a reason that is added beside the gates",
			own("package callas.resolve\n\nopen(\"x\") if input.stale\n"),
			[]string{"callas/resolve/reasons.rego:", "adds to data.callas.resolve.open of acme/law.rego:3", "callas.own"},
		},
		{
			"a second answer",
			own("package callas.menu\n\nmenu := {}\n"),
			[]string{"adds to data.callas.menu.menu"},
		},
		{
			"a law without what Go reads",
			texts.without("callas/menu/menu.rego"),
			[]string{"data.callas.menu.menu", "take it from the shipped law"},
		},
		{
			"a law that no longer looks at the facts",
			texts.with("callas/menu/menu.rego", "package callas.menu\n\nmenu := {\"profile\": \"\", \"items\": []}\n"),
			[]string{"data.callas.menu.menu does not look at data.state.agents", "take it from the shipped law"},
		},
		{
			"data where the facts lie",
			texts.replaced(t, ".manifest", `"settings"`, `"settings", "acme"`).with("state/data.json", `{"agents": {}}`),
			[]string{"manifest roots", "do not permit data at path '/state'", "correct .manifest"},
		},
		{
			"data where the facts lie, owned",
			texts.replaced(t, ".manifest", `"settings"`, `"settings", "state/agents"`).with("state/data.json", `{"agents": {}}`),
			[]string{".manifest", `"state/agents"`, "list the bundle's own roots"},
		},
		{
			"rules where the facts lie",
			own("package state.agents\n\nanna := {}\n"),
			[]string{"manifest roots", "package state.agents"},
		},
		{
			"no manifest: a bundle that owns everything",
			texts.without(".manifest"),
			[]string{".manifest", "list the bundle's own roots"},
		},
		{
			"data outside the roots",
			texts.with("acme/data.json", `{"closed": true}`),
			[]string{"do not permit data at path '/acme'"},
		},
		{
			"roots that overlap",
			texts.replaced(t, ".manifest", `"settings"`, `"settings", "settings/reach"`),
			[]string{"overlapped roots"},
		},
		{
			"data in the place of a rule",
			texts.with("callas/resolve/data.json", `{"decision": {"as": "service"}}`),
			[]string{"callas/resolve/resolve.rego:", "conflicting rule for data path callas/resolve/decision"},
		},
		{
			"a setting that is misspelt",
			texts.replaced(t, "data.json", `"external_includes_federated"`, `"extrenal_includes_federated"`),
			[]string{"data.json: settings", "extrenal_includes_federated", "schemas/settings.json"},
		},
		{
			"a setting nobody can read",
			texts.replaced(t, "data.json", `"subtree"`, `"tree"`),
			[]string{"data.json: settings", "/reach", "'subtree', 'unit'"},
		},
		{
			"no settings",
			texts.with("data.json", `{"reasons": {}}`),
			[]string{"data.json: settings"},
		},
		{
			"data that is not JSON",
			texts.with("data.json", `{`),
			[]string{"data.json", "correct the file"},
		},
		{
			"an old dialect",
			texts.replaced(t, ".manifest", `"rego_version": 1`, `"rego_version": 1, "file_rego_versions": {"acme/law.rego": 0}`).with("acme/law.rego", "package callas.own\n\ncall[\"x\"] { input.stale }\n"),
			[]string{"Rego v0", "opa fmt --v0-v1"},
		},
		{
			"a delta",
			book{"patch.json": `{"data": [{"op": "upsert", "path": "/settings/reach", "value": "unit"}]}`, ".manifest": texts[".manifest"]},
			[]string{"patch.json: is a delta", "build it anew"},
		},
		{
			"a compiled policy",
			texts.with("policy.wasm", "\x00asm"),
			[]string{"compiled policies", "without --target"},
		},
	} {
		t.Run(tc.note, func(t *testing.T) {
			for _, location := range []string{tc.law.folder(t), tc.law.archive(t)} {
				b, err := bundles.Open(t.Context(), location)
				require.Nil(t, b)
				require.ErrorContains(t, err, "bundle "+location+": ")
				for _, want := range tc.want {
					require.ErrorContains(t, err, want)
				}
			}
		})
	}
}

func TestRefusedBeforeItIsRead(t *testing.T) {
	text := filepath.Join(t.TempDir(), "law.txt")
	require.NoError(t, os.WriteFile(text, []byte("be good"), 0o600))
	huge := strings.Repeat(" ", 16<<20)
	for _, tc := range []struct{ note, location, want string }{
		{"nothing there", filepath.Join(t.TempDir(), "law"), "give a folder, a .tar.gz file, or \"default\""},
		{"an address", "https://example.org/law.tar.gz", "fetch it, then give the file"},
		{"no archive", text, "give a folder, or a .tar.gz file as opa build writes it"},
		{"a file that comes twice", archive(t, [2]string{"a.rego", "package a"}, [2]string{"/x/../a.rego", "package b"}), "a.rego is in it twice"},
		{"too much of it", archive(t, [2]string{"a.rego", huge}, [2]string{"b.rego", "package b"}), "over the bound"},
	} {
		t.Run(tc.note, func(t *testing.T) {
			b, err := bundles.Open(t.Context(), tc.location)
			require.Nil(t, b)
			require.ErrorContains(t, err, "bundle "+tc.location+": ")
			require.ErrorContains(t, err, tc.want)
		})
	}
}

// opa build -O1 folds data.state to undefined where the facts are not at hand, and
// reports success. Such a law would answer unknown_agent to everyone, or worse,
// be right in part.
func TestALawThatWasOptimisedWithoutTheFactsIsRefused(t *testing.T) {
	pages := shipped(t)
	for name := range pages {
		if strings.HasSuffix(name, "_test.rego") {
			pages = pages.without(name)
		}
	}
	for _, entrypoint := range []string{"callas/change/decision", "callas/menu/menu"} {
		law := opaBuild(t, pages.without(".manifest"), entrypoint)
		law.Manifest.Roots = &[]string{"callas", "partial", "settings", "reasons"}
		b, err := bundles.Open(t.Context(), write(t, law))
		require.Nil(t, b)
		require.ErrorContains(t, err, "optimized/callas/")
		require.ErrorContains(t, err, "build the bundle without -O")
	}

	folded := opaBuild(t, pages.without(".manifest"), "callas/change/decision")
	folded.Manifest.Roots = &[]string{"callas", "partial", "settings", "reasons"}
	for i := range folded.Modules {
		m := &folded.Modules[i]
		m.Path = strings.Replace(m.Path, "optimized/", "built/", 1)
		m.URL = m.Path
	}
	_, err := bundles.Open(t.Context(), write(t, folded))
	require.ErrorContains(t, err, "data.callas.change.decision does not look at data.state.agents", "under another name")
}

// opaBuild is opa build -O1.
func opaBuild(t *testing.T, pages book, entrypoint string) bundle.Bundle {
	t.Helper()
	f, err := os.Open(pages.archive(t))
	require.NoError(t, err)
	defer f.Close()
	law, err := bundle.NewReader(f).Read()
	require.NoError(t, err)
	build := compile.New().WithBundle(&law).WithOptimizationLevel(1).WithEntrypoints(entrypoint)
	require.NoError(t, build.Build(t.Context()))
	return *build.Bundle()
}

func write(t *testing.T, law bundle.Bundle) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "law.tar.gz")
	f, err := os.Create(file)
	require.NoError(t, err)
	require.NoError(t, bundle.NewWriter(f).Write(law))
	require.NoError(t, f.Close())
	return file
}
