package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// machine is what the figures were measured on, and with.
type machine struct {
	cpu, kernel, system string
	cores               int
	golang, opa, gin    string
	fasthttp            string
	commit              string
	day                 string
}

func look(root string) machine {
	m := machine{cores: runtime.NumCPU(), golang: runtime.Version(), day: time.Now().UTC().Format(time.DateOnly)}
	m.cpu = field("/proc/cpuinfo", "model name", ":")
	m.system = strings.Trim(field("/etc/os-release", "PRETTY_NAME", "="), `"`)
	if b, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		m.kernel = strings.TrimSpace(string(b))
	}
	if b, err := exec.Command("git", "-C", root, "describe", "--tags", "--always").Output(); err == nil {
		m.commit = strings.TrimSpace(string(b))
	}
	m.opa, m.gin = module(root, "github.com/open-policy-agent/opa"), module(root, "github.com/gin-gonic/gin")
	m.fasthttp = module(filepath.Join(root, "tests/bench/floor/fast"), "github.com/valyala/fasthttp")
	return m
}

func (m machine) String() string {
	return fmt.Sprintf("%s, %d cores, %s, Linux %s; %s, OPA %s, gin %s, fasthttp %s, Cerbos %s, OpenFGA %s; callas %s; %s",
		m.cpu, m.cores, m.system, m.kernel, m.golang, m.opa, m.gin, m.fasthttp, cerbos.version, openFGA.version, m.commit, m.day)
}

// field is the value of the first line of a file that begins with name.
func field(path, name, sep string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(b)) {
		key, value, ok := strings.Cut(line, sep)
		if ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// module is the version of a module as the go.mod of a directory has it.
func module(dir, path string) string {
	cmd := exec.Command("go", "list", "-m", "-f", "{{.Version}}", path)
	cmd.Dir = dir
	if out, err := cmd.Output(); err == nil {
		return strings.TrimSpace(string(out))
	}
	return "?"
}
