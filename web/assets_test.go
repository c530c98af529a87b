package web_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
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
