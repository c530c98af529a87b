//go:build e2e

package house_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callas/tests/program"
)

// What the README tells to try is tried, line by line, on a demo of its own.
func TestWhatTheReadmeTellsToTryWorks(t *testing.T) {
	folder, binary := built(t)
	t.Setenv("CALLAS_BIN", binary)
	office := program.Demo(t)
	platform := strings.TrimPrefix(office.Platform, "http://")

	block := regexp.MustCompile("(?s)## What to try.*?```sh\n(.*?)```").FindStringSubmatch(read(t, "README.md"))
	require.NotNil(t, block)
	var got []string
	for line := range strings.Lines(block[1]) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cmd := exec.Command("sh", "-c", strings.ReplaceAll(line, "127.0.0.1:8181", platform))
		cmd.Dir = folder
		cmd.Env = append(program.Environ(), "CALLAS_PLATFORM="+platform, "CALLAS_SERVER="+office.Admin)
		said, err := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != 0 && code != 1 { // 1 answers "as agent"
			require.NoError(t, err, "%s\n%s", line, said)
		}
		got = append(got, string(said))
	}
	answers := strings.Join(got, "\n")
	require.Regexp(t, `^as service help: "Help Call Center"`, got[0])
	require.Regexp(t, `^as agent: "Anna Meier".*because direction`, got[1])
	require.Regexp(t, `(?m)^✗ direction`, got[2])
	require.Contains(t, got[len(got)-1], `"as":"service"`)
	require.NotContains(t, answers, "callas: ", "a command talked of an error")
}

// The policy that docs/policy.md writes is written, and tested as it says.
func TestThePolicyOfTheDocsPassesItsTest(t *testing.T) {
	folder, binary := built(t)
	run := func(args ...string) string {
		cmd := exec.Command(binary, args...)
		cmd.Dir = folder
		said, err := cmd.CombinedOutput()
		require.NoError(t, err, "callas %s\n%s", strings.Join(args, " "), said)
		return string(said)
	}
	run("policy", "init", "my-policy")
	blocks := regexp.MustCompile("(?s)```rego\n# (my-policy/\\S+)\n(.*?)```").FindAllStringSubmatch(read(t, "docs/policy.md"), -1)
	require.Len(t, blocks, 2, "docs/policy.md shows a gate and its test")
	for _, b := range blocks {
		require.NoError(t, os.WriteFile(filepath.Join(folder, b[1]), []byte(b[2]), 0o600))
	}
	require.Contains(t, run("policy", "test", "my-policy", "-v"), "test_a_call_in_the_evening_goes_out_as_the_agent: PASS")
	run("policy", "check", "--strict", "my-policy")
	require.Empty(t, run("policy", "fmt", "--list", "my-policy"))
}

// built is callas in a folder of its own.
func built(t *testing.T) (folder, binary string) {
	t.Helper()
	folder = t.TempDir()
	binary = filepath.Join(folder, "callas")
	build := exec.Command("go", "build", "-o", binary, "./cmd/callas")
	build.Dir = root
	said, err := build.CombinedOutput()
	require.NoError(t, err, "%s", said)
	return folder, binary
}
