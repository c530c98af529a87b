//go:build e2e

package house_test

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The line that the Dockerfile builds with is run here as it stands, but for
// the folder that it writes to.
func TestTheImagesBinaryIsStaticAndRuns(t *testing.T) {
	line := regexp.MustCompile(`(?m)^RUN (.*go build.*)$`).FindStringSubmatch(read(t, "Dockerfile"))
	require.NotNil(t, line, "the Dockerfile has no go build line")
	out := t.TempDir()
	build := exec.Command("sh", "-euc", strings.ReplaceAll(line[1], "/out/", out+"/"))
	build.Dir = root
	build.Env = append(os.Environ(), "VERSION=1.2.3-house")
	said, err := build.CombinedOutput()
	require.NoError(t, err, "%s", said)

	binary := filepath.Join(out, "callas")
	file, err := elf.Open(binary)
	require.NoError(t, err)
	defer file.Close()
	for _, p := range file.Progs {
		require.NotEqual(t, elf.PT_INTERP, p.Type, "the binary asks for a dynamic loader")
	}
	libraries, err := file.ImportedLibraries()
	require.NoError(t, err)
	require.Empty(t, libraries)

	version := exec.Command(binary, "version")
	version.Env = []string{} // an empty image has no environment to lean on
	said, err = version.CombinedOutput()
	require.NoError(t, err, "%s", said)
	require.Contains(t, string(said), "1.2.3-house")
}
