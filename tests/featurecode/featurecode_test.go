//go:build e2e

// Package featurecode_test runs the script of docs/assistant.md as it stands there, as a
// telephone system would, against a running callas.
package featurecode_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"callas/tests/program"
)

func TestMain(m *testing.M) { os.Exit(program.Main(m, "curl", "sh")) }

const customer = "tel:+447700900123"

// script writes the documentation's script to a file.
func script(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/assistant.md")
	require.NoError(t, err)
	m := regexp.MustCompile("(?s)```sh\n(.*?)```").FindSubmatch(page)
	require.NotNil(t, m, "the script is not where it was")
	path := filepath.Join(t.TempDir(), "callas-call-as")
	require.NoError(t, os.WriteFile(path, m[1], 0o700))
	return path
}

func TestAFeatureCodeChoosesWhomAPhoneCallsAs(t *testing.T) {
	office, path := program.Demo(t), script(t)
	dial := func(token string, args ...string) (int, string) {
		t.Helper()
		header := filepath.Join(t.TempDir(), "header")
		require.NoError(t, os.WriteFile(header, []byte("Authorization: Bearer "+token+"\n"), 0o600))
		cmd := exec.Command(path, args...)
		cmd.Env = append(os.Environ(), "CALLAS_ADMIN="+office.Admin, "CALLAS_HEADER="+header)
		said, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if err != nil {
			require.ErrorAs(t, err, &exit)
			return exit.ExitCode(), string(said)
		}
		return 0, string(said)
	}
	holds := func(token string, args ...string) {
		t.Helper()
		code, said := dial(token, args...)
		require.Equal(t, 0, code, said)
	}

	holds("demo-agent-anna", "anna", "claims")
	require.Equal(t, "service claims", office.Resolve(t, "anna", customer))
	holds("demo-supervisor", "anna", "renewals", "campaign")
	require.Equal(t, "service renewals", office.Resolve(t, "anna", customer))
	holds("demo-admin", "anna", "none")
	require.Equal(t, "agent", office.Resolve(t, "anna", customer))

	code, said := dial("demo-agent-anna", "anna", "premium", "day")
	require.Equal(t, 2, code)
	require.Contains(t, said, "service_disabled")
	for _, token := range []string{"demo-auditor", "demo-agent-ben", "demo-nobody"} {
		code, said = dial(token, "anna", "claims", "day")
		require.Equal(t, 1, code, "%s: %s", token, said)
	}
	code, _ = dial("demo-admin", "anna", `x","profile":"off`)
	require.Equal(t, 1, code, "what is dialled is no JSON")
	require.Equal(t, "agent", office.Resolve(t, "anna", customer), "nothing was changed")

	_, trail := office.Ask(t, "demo-admin", "GET", "/v1/changes?limit=1", "")
	require.Contains(t, trail, `"reason":"feature code"`)
}
