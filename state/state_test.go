package state_test

import (
	"fmt"
	"iter"
	"testing"

	"callas"
	"callas/state"

	"github.com/stretchr/testify/require"
)

func rows(all ...callas.Row) iter.Seq2[callas.Row, error] {
	return func(yield func(callas.Row, error) bool) {
		for _, row := range all {
			if !yield(row, nil) {
				return
			}
		}
	}
}

func manyAgents(n int) []callas.Row {
	out := make([]callas.Row, n)
	for i := range out {
		out[i] = &callas.Agent{
			ID: fmt.Sprintf("agent-%06d", i), Name: fmt.Sprintf("Agent %d", i), Unit: fmt.Sprintf("unit-%d", i%200), Enabled: true,
			Aliases:   []string{fmt.Sprintf("sip:agent-%06d@nordhang.example", i), fmt.Sprint(100000 + i), fmt.Sprintf("+4420%08d", i)},
			Direction: callas.DirectionExternal, Profiles: []string{"day", "off"},
			Responsible: map[string][]string{"day": {fmt.Sprintf("service-%d", i%500), fmt.Sprintf("service-%d", (i+1)%500)}},
		}
	}
	return out
}

func BenchmarkLoad100k(b *testing.B) {
	all := manyAgents(100_000)
	for b.Loop() {
		require.NoError(b, state.New().Load(callas.Token{Revision: 1}, rows(all...)))
	}
}
