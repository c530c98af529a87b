package settings_test

import (
	"fmt"
	"testing"

	"callas"
	"callas/settings"
	"callas/source"

	"github.com/stretchr/testify/require"
)

// Whoever sees leeds alone hears of no other unit, as deep or as round as the tree would be.
func TestFindingsOfTheTreeNameOnlyUnitsThatTheAskerSees(t *testing.T) {
	more := []callas.Row{unit("paris", "")}
	for i := 1; i < settings.MaxDepth; i++ {
		more = append(more, unit(fmt.Sprintf("paris%d", i), more[i-1].Key()))
	}
	h := newHouse(t, more...)
	leeds := settings.Sight(func(row callas.Row) bool { return row.Key() == "leeds" })
	for _, tc := range []struct {
		move      source.Write
		all, less string
	}{
		{put(unit("paris", "leeds")),
			fmt.Sprintf("0 /parent would put unit %q at level %d: at most %d", more[len(more)-1].Key(), settings.MaxDepth+2, settings.MaxDepth),
			fmt.Sprintf("0 /parent would put a unit that you may not see at level %d: at most %d", settings.MaxDepth+2, settings.MaxDepth)},
		{put(unit("london", "care")),
			"0 /parent would put the unit below itself: london in care in london: choose another parent",
			"0 /parent would put the unit below itself: london in a unit that you may not see in london: choose another parent"},
		{del(callas.KindUnit, "london"),
			`0  unit "london" still has unit "care", service "claims", service "help" and 1 more: move or delete them first, or in the same change`,
			`0  unit "london" still has 4 in it that you may not see: move or delete them first, or in the same change`},
	} {
		for want, see := range map[string]settings.Sight{tc.all: nil, tc.less: leeds} {
			_, findings := settings.Admit(h.sn(), british(t), see, []source.Write{tc.move})
			require.Contains(t, told(findings), want)
		}
	}
}

func TestARowOfTheBatchItselfMayBeNamed(t *testing.T) {
	h := newHouse(t)
	_, findings := settings.Admit(h.sn(), british(t), settings.Blind, []source.Write{put(unit("paris", "")), put(agent("zoe", "pari"))})
	require.Equal(t, []string{`1 /unit there is no unit "pari" (did you mean "paris"?)`}, told(findings))
}
