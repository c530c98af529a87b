//go:build !race

package decisionlog_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callas/decisionlog"
)

// Under the race detector a pool forgets on purpose.
func TestAppendAllocatesNothing(t *testing.T) {
	l := open(t, decisionlog.Config{})
	e := asService("ann", noon)
	e.Mask = decisionlog.Partly
	require.Less(t, testing.AllocsPerRun(2000, func() { l.Append(e) }), 1.0)
}
