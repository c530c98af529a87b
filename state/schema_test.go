package state_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"callas/state"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestSchemaIsTheGoldenOne(t *testing.T) {
	const file = "testdata/schema.golden"
	tables := state.Schema().Tables
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		fmt.Fprintf(&b, "table %s\n", name)
		for _, index := range slices.Sorted(maps.Keys(tables[name].Indexes)) {
			x := tables[name].Indexes[index]
			require.Equal(t, index, x.Name)
			fmt.Fprintf(&b, "  index %s of %s unique=%t missing=%t\n", index, x.Indexer, x.Unique, x.AllowMissing)
		}
	}
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), b.String(), "the schema changed: if that is meant, run go test ./state -update")
}
