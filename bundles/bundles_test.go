package bundles_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/bundles"
)

func TestTheShippedBundleOwnsUpToEveryGate(t *testing.T) {
	b, err := bundles.Open(t.Context(), "")
	require.NoError(t, err)
	require.Regexp(t, `^sha256:[0-9a-f]{64}$`, b.Digest)
	for _, gate := range callas.Gates {
		file, line, ok := b.Gate(string(gate))
		require.True(t, ok, gate)
		require.Contains(t, b.Modules, file)
		require.Positive(t, line)
	}
}
