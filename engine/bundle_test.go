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
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("../policies")))
	require.NoError(t, os.CopyFS(dir, os.DirFS("../bundles/default")))
	resolve := filepath.Join(dir, "callas", "resolve")
	require.NoError(t, os.RemoveAll(resolve))
	require.NoError(t, os.Mkdir(resolve, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(resolve, "resolve.rego"), []byte(law+answer+"\n"), 0o600))
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
