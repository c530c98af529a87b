package dialplan_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callas/dialplan"
)

func TestANumberIsSpeltAsItsCountryReadsIt(t *testing.T) {
	for number, want := range map[string]string{
		"+442079460100": "+44 20 7946 0100",
		"+41445550100":  "+41 44 555 01 00",
		"2001":          "2001",
		"":              "",
	} {
		require.Equal(t, want, dialplan.Spell(number))
	}
}
