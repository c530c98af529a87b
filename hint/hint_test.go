package hint_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"callas/hint"
)

func TestNearest(t *testing.T) {
	known := []string{"id", "listen", "data", "dial_plan", "deadline"}
	for word, want := range map[string]string{
		"lissten":                    "listen",
		"LISTEN":                     "listen",
		"lisetn":                     "listen",
		"dial-plan":                  "dial_plan",
		"dialPlan":                   "dial_plan",
		"dial-pln":                   "dial_plan",
		"daat":                       "data",
		"colour":                     "",
		"":                           "",
		"x":                          "",
		"a_very_long_word_that_is_x": "",
	} {
		require.Equal(t, want, hint.Nearest(word, slices.Values(known)), word)
	}
}

func TestOneOfNamesTheWordOrTheFewThereAre(t *testing.T) {
	require.Equal(t, ` (did you mean "external"?)`, hint.OneOf("extrenal", []string{"none", "external"}))
	require.Equal(t, ` (known: external, none)`, hint.OneOf("sideways", []string{"none", "external"}))
	require.Equal(t, "", hint.OneOf("sideways", nil))
}
