package house_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The README draws the house as an indented list in a fenced block:
//
//	callas/
//	  dialplan/       what a target is
var (
	fence  = regexp.MustCompile("(?s)```[a-z]*\ncallas/\n(.*?)```")
	folder = regexp.MustCompile(`(?m)^  ([a-z]+)/`)
	link   = regexp.MustCompile(`\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"`)
)

func TestTheMapIsTrueToTheFolders(t *testing.T) {
	block := fence.FindStringSubmatch(read(t, "README.md"))
	require.NotNil(t, block, "README.md draws no map")
	var drawn []string
	for _, m := range folder.FindAllStringSubmatch(block[1], -1) {
		drawn = append(drawn, m[1])
	}
	slices.Sort(drawn)

	entries, err := os.ReadDir(root)
	require.NoError(t, err)
	var stand []string
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && e.Name() != "dist" {
			stand = append(stand, e.Name())
		}
	}
	require.Equal(t, stand, drawn, "the README's map and the folders differ")
}

func TestEveryLinkLeadsSomewhere(t *testing.T) {
	files(t, ".md", func(path string) {
		for _, m := range link.FindAllStringSubmatch(read(t, path), -1) {
			target := m[1] + m[2]
			target, _, _ = strings.Cut(target, "#")
			if target == "" || strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			_, err := os.Stat(filepath.Join(root, filepath.Dir(path), target))
			require.NoError(t, err, "%s links to %s", path, target)
		}
	})
}

func TestTheIndexOfDocsNamesEveryPage(t *testing.T) {
	index := read(t, "docs/README.md")
	files(t, ".md", func(path string) {
		if page, ok := strings.CutPrefix(path, "docs/"); ok && page != "README.md" {
			require.Contains(t, index, "]("+page+")", "docs/README.md does not name %s", page)
		}
	})
}
