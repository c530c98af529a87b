package web_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// catalogue is one language's texts, of every subject.
func catalogue(t *testing.T, lang string) map[string]string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("locales", lang, "*.json"))
	require.NoError(t, err)
	all := map[string]string{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &all), name)
	}
	return all
}

var hole = regexp.MustCompile(`\{\d+`)

// holes are the arguments that a text uses.
func holes(text string) []string {
	found := hole.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

func TestEveryTextIsThereInEveryLanguageWithTheSameHoles(t *testing.T) {
	english, german := catalogue(t, "en"), catalogue(t, "de")
	for key, text := range english {
		require.Contains(t, german, key, "German lacks it")
		require.Equal(t, holes(text), holes(german[key]), key)
	}
	for key := range german {
		require.Contains(t, english, key, "English lacks it")
	}
}

var (
	saidInTemplate = regexp.MustCompile(`say "([a-z0-9_.]*[a-z0-9_])"`)
	saidInGo       = regexp.MustCompile(`\bsay\("([a-z0-9_.]*[a-z0-9_])"`)
)

func TestEveryTextThatIsSaidIsThere(t *testing.T) {
	english := catalogue(t, "en")
	for pattern, said := range map[string]*regexp.Regexp{"*.html": saidInTemplate, "*.go": saidInGo} {
		err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
			if ok, _ := filepath.Match(pattern, d.Name()); err != nil || d.IsDir() || !ok {
				return err
			}
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			for _, m := range said.FindAllStringSubmatch(string(text), -1) {
				require.Contains(t, english, m[1], path)
			}
			return nil
		})
		require.NoError(t, err)
	}
}

// A template holds no text of its own: every letter between tags is the catalogue's.
func TestNoTemplateSpeaksByItself(t *testing.T) {
	action := regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	tag := regexp.MustCompile(`(?s)<[^>]*>`)
	letters := regexp.MustCompile(`[A-Za-z]{2,}`)
	names, err := filepath.Glob("templates/*.html")
	require.NoError(t, err)
	for _, name := range names {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		bare := tag.ReplaceAllString(action.ReplaceAllString(string(text), ""), " ")
		for _, word := range letters.FindAllString(bare, -1) {
			require.Contains(t, []string{"callas", "DE", "EN", "Esc"}, word, "%s says %q itself", name, word)
		}
	}
}
