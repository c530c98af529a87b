//go:build e2e

package house_test

import (
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What the README tells to try is tried, line by line, on a demo of its own.
func TestWhatTheReadmeTellsToTryWorks(t *testing.T) {
	folder := t.TempDir()
	binary := filepath.Join(folder, "callas")
	build := exec.Command("go", "build", "-o", binary, "./cmd/callas")
	build.Dir = root
	said, err := build.CombinedOutput()
	require.NoError(t, err, "%s", said)
	platform, admin := demo(t, binary)

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
		cmd.Env = append(os.Environ(), "CALLAS_PLATFORM="+platform, "CALLAS_SERVER=http://"+admin)
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

// demo starts callas demo on free ports and ends it with the test.
func demo(t *testing.T, binary string) (platform, admin string) {
	t.Helper()
	platform, admin = free(t), free(t)
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	require.NoError(t, err)
	cmd := exec.Command(binary, "demo", "--platform", platform, "--admin", admin)
	cmd.Stdout, cmd.Stderr = log, log
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		_ = log.Close()
	})
	require.Eventually(t, func() bool {
		resp, err := http.Get("http://" + platform + "/readyz")
		if err != nil {
			return false
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	}, time.Minute, 50*time.Millisecond, "the demo is not ready: %s", log.Name())
	return platform, admin
}

func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}
