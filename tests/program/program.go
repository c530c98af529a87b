// Package program runs callas, and what tests put beside it, as whole programs: built
// binaries, on loopback, on free ports, ended with the test.
//
// It knows what the outside knows: addresses, signals, what was said.
package program

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Main runs a package's tests over a callas that is built once for them, unless CALLAS_BIN
// names one. The programs that the tests need besides must be there.
func Main(m *testing.M, needs ...string) int {
	for _, program := range needs {
		if _, err := exec.LookPath(program); err != nil {
			fmt.Fprintf(os.Stderr, "%v: run tests/setup.sh\n", err)
			return 1
		}
	}
	if os.Getenv("CALLAS_BIN") != "" {
		return m.Run()
	}
	dir, err := os.MkdirTemp("", "callas-test")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	bin := filepath.Join(dir, "callas")
	cmd := exec.Command("go", "build", "-trimpath", "-o", bin, "callas/cmd/callas")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n", err)
		return 1
	}
	os.Setenv("CALLAS_BIN", bin)
	return m.Run()
}

// Callas is the binary that Main built.
func Callas() string { return os.Getenv("CALLAS_BIN") }

// Environ is the environment without what callas would take for its settings.
func Environ() []string {
	return slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "CALLAS_") })
}

// A Process is a program that a test started and stops again, by its own id.
type Process struct {
	cmd  *exec.Cmd
	out  *output
	done chan struct{}
}

// Start runs a program in a process group of its own. A failed test shows what it said.
func Start(t testing.TB, name string, args ...string) *Process {
	t.Helper()
	p := &Process{cmd: exec.Command(name, args...), out: new(output), done: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.out
	p.cmd.Dir = t.TempDir()
	p.cmd.Env = Environ()
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	require.NoError(t, p.cmd.Start(), "%s: run tests/setup.sh", name)
	go func() {
		_ = p.cmd.Wait()
		close(p.done)
	}()
	t.Cleanup(func() {
		p.Stop()
		if t.Failed() {
			t.Logf("%s said:\n%s", name, p.out)
		}
	})
	return p
}

// Signal sends to the process itself, not to its children.
func (p *Process) Signal(t testing.TB, s syscall.Signal) {
	t.Helper()
	require.NoError(t, p.cmd.Process.Signal(s))
}

// Stop asks politely, then kills the group: at most 3 s.
func (p *Process) Stop() {
	_ = p.cmd.Process.Signal(syscall.SIGCONT)
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	if !p.Ends(3 * time.Second) {
		_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
		<-p.done
	}
}

// Ends reports whether the process is over within d.
func (p *Process) Ends(d time.Duration) bool {
	select {
	case <-p.done:
		return true
	case <-time.After(d):
		return false
	}
}

// Pid is the process's id, for who wants to know what it uses.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// Said is what the process has written until now, on stdout and stderr.
func (p *Process) Said() string { return p.out.String() }

// An output collects what a process says, while it says it.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// FreeAddr is an address on loopback that nobody listens on, TCP or UDP.
func FreeAddr(t testing.TB) string {
	t.Helper()
	for range 20 {
		tcp, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		addr := tcp.Addr().String()
		udp, err := net.ListenPacket("udp", addr)
		tcp.Close()
		if err == nil {
			udp.Close()
			return addr
		}
	}
	t.Fatal("no port is free for both TCP and UDP")
	return ""
}

// Listens waits until a process has bound addr for UDP, which no packet can tell.
func (p *Process) Listens(t testing.TB, addr string) {
	t.Helper()
	_, port, err := net.SplitHostPort(addr)
	require.NoError(t, err)
	var n int
	_, err = fmt.Sscan(port, &n)
	require.NoError(t, err)
	want := fmt.Sprintf("0100007F:%04X ", n)
	for range 1000 {
		table, err := os.ReadFile("/proc/net/udp")
		require.NoError(t, err)
		if strings.Contains(string(table), want) {
			return
		}
		if p.Ends(10 * time.Millisecond) {
			break
		}
	}
	t.Fatalf("%s does not listen on %s", p.cmd.Path, addr)
}

// ExitCode is what an ended process ended with.
func (p *Process) ExitCode() int { return p.cmd.ProcessState.ExitCode() }
