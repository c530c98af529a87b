package web_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatOthersMadeIsAsTheyMadeIt(t *testing.T) {
	text, err := os.ReadFile("THIRD-PARTY.md")
	require.NoError(t, err)
	rows := regexp.MustCompile("(?m)^\\| ((?:js|fonts|img)/\\S+) \\|.*`([0-9a-f]{64})` \\|$").FindAllStringSubmatch(string(text), -1)
	require.Len(t, rows, 6)
	for _, row := range rows {
		file, err := os.ReadFile(row[1])
		require.NoError(t, err)
		sum := sha256.Sum256(file)
		require.Equal(t, row[2], hex.EncodeToString(sum[:]), row[1])
	}
}

// What a page weighs on its way, packed: people wait for it on bad lines.
func TestStyleAndScriptAreSmall(t *testing.T) {
	v := newHouse(t).visitor("")
	page := v.get("/signin").body
	for name, most := range map[string]int{"css/callas": 14 << 10, "js/callas": 6 << 10} {
		url := regexp.MustCompile(`/static/` + name + `\.[^"]+`).FindString(page)
		got := v.get(url, "Accept-Encoding", "gzip")
		require.Equal(t, "gzip", got.header.Get("Content-Encoding"))
		require.Less(t, len(got.body), most, name)
	}
	names, err := filepath.Glob("js/[0-9]*.js")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		require.NotRegexp(t, "(?m)^\\s*/\\*.*[^/]$", string(text), "%s: a comment over several lines would be cut in half", name)
	}
}
