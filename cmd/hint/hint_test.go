package hint_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callas/cmd/hint"
)

func TestNearest(t *testing.T) {
	known := []string{"id", "listen", "data", "dial_plan", "deadline"}
	for word, want := range map[string]string{
		"lissten":                    "listen",
		"LISTEN":                     "listen",
		"lisetn":                     "listen",
		"dial-plan":                  "dial_plan",
		"daat":                       "data",
		"colour":                     "",
		"":                           "",
		"x":                          "",
		"a_very_long_word_that_is_x": "",
	} {
		require.Equal(t, want, hint.Nearest(word, known), word)
	}
}

func TestDidYouMeanNamesTheWordOrTheFewThereAre(t *testing.T) {
	require.Equal(t, ` (did you mean "external"?)`, hint.DidYouMean("extrenal", []string{"none", "external"}))
	require.Equal(t, ` (known: external, none)`, hint.DidYouMean("sideways", []string{"none", "external"}))
	require.Equal(t, "", hint.DidYouMean("sideways", nil))
}
