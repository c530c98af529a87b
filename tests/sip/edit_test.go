//go:build e2e

package sip_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// edited is a scenario with pairs of old and new text put into effect.
func edited(t *testing.T, scenario string, edits ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", scenario+".xml"))
	require.NoError(t, err)
	return written(t, strings.NewReplacer(edits...).Replace(string(b)))
}

// trusted is a scenario of a phone that nobody asks for a password, edited.
func trusted(t *testing.T, scenario string, edits ...string) string {
	t.Helper()
	b, err := os.ReadFile(edited(t, scenario, append(edits, "      [authentication]\n", "")...))
	require.NoError(t, err)
	const send = `<send retrans="500">`
	head, rest, _ := strings.Cut(string(b), send)
	_, call, found := strings.Cut(rest, send) // the second INVITE, which has the password
	require.True(t, found)
	return written(t, head+send+call)
}

func written(t *testing.T, scenario string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "scenario.xml")
	require.NoError(t, os.WriteFile(path, []byte(scenario), 0o600))
	return path
}
