package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMemoryIsGivenBack(t *testing.T) {
	const mb = 1 << 20
	for name, tc := range map[string]struct {
		looks []heap
		want  int // times, the first at the start among them
	}{
		"once, where nothing happens":             {[]heap{{held: 90 * mb}, {held: 90 * mb}, {held: 91 * mb}}, 1},
		"after an import, when it is over":        {[]heap{{allocated: 900 * mb, held: 300 * mb}, {allocated: 901 * mb, held: 300 * mb}, {allocated: 901 * mb, held: 90 * mb}}, 2},
		"not while calls go on":                   {[]heap{{allocated: 100 * mb, held: 300 * mb}, {allocated: 200 * mb, held: 300 * mb}, {allocated: 300 * mb, held: 300 * mb}}, 1},
		"not for little":                          {[]heap{{held: 100 * mb, live: 60 * mb}}, 1},
		"not for what is little beside the whole": {[]heap{{held: 150 * mb, live: 600 * mb}}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			now, times := heap{held: 90 * mb, live: 60 * mb}, 0
			tidy := tidier{read: func() heap { return now }, giveBack: func() { times++; now.held = 90 * mb }}
			tidy.tidy()
			for _, now = range tc.looks {
				tidy.look()
			}
			require.Equal(t, tc.want, times)
		})
	}
}

// The names of metrics are the runtime's: it answers an unknown one with a bad value.
func TestTheHeapIsRead(t *testing.T) {
	h := readHeap()
	require.Positive(t, h.allocated)
	require.Positive(t, h.held)
}
