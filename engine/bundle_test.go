package engine_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"callas/bundles"
)

// bundleOf makes a bundle like the shipped one but for its resolve policy, which
// gives the answer given.
func bundleOf(t testing.TB, answer string) *bundles.Bundle {
	t.Helper()
	return bundleWith(t, "resolve", law+answer)
}

// menusOf is the same for its menu policy.
func menusOf(t testing.TB, menu string) *bundles.Bundle {
	t.Helper()
	return bundleWith(t, "menu", menuLaw+menu)
}

// changesBy is the same for its law of changes: the shipped one with a rule more.
func changesBy(t testing.TB, rule string) *bundles.Bundle {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("../policies")))
	require.NoError(t, os.CopyFS(dir, os.DirFS("../bundles/default")))
	file := filepath.Join(dir, "callas", "change", "change.rego")
	shipped, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, append(shipped, "\n"+rule+"\n"...), 0o600))
	b, err := bundles.Open(context.Background(), dir)
	require.NoError(t, err)
	return b
}

// bundleWith puts one file in the place of a package.
func bundleWith(t testing.TB, name, rego string) *bundles.Bundle {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("../policies")))
	require.NoError(t, os.CopyFS(dir, os.DirFS("../bundles/default")))
	folder := filepath.Join(dir, "callas", name)
	require.NoError(t, os.RemoveAll(folder))
	require.NoError(t, os.Mkdir(folder, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(folder, name+".rego"), []byte(rego+"\n"), 0o600))
	b, err := bundles.Open(context.Background(), dir)
	require.NoError(t, err)
	return b
}

// The gate lets no law pass that never looks at the facts.
const law = `package callas.resolve

# METADATA
# entrypoint: true
decision := answer if looked

# METADATA
# entrypoint: true
explanation := [] if looked

looked if data.state.agents[input.agent]

looked if data.state.services[input.call_as]

looked if not input.nothing

`

const menuLaw = `package callas.menu

# METADATA
# entrypoint: true
menu := answer if looked

looked if data.state.agents[input.agent]

looked if data.state.services.help

looked if data.state.sessions[input.agent].profile in data.state.profiles

looked if not input.nothing

`
