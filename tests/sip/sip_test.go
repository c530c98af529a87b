//go:build e2e

// Package sip_test is the scenario on the wire: sipp as the agent's phone, a real
// Kamailio with adapter/kamailio/callas.cfg, sipp as the customer's phone, and the
// built callas behind it. It reads the messages that reach the customer.
//
// tests/setup.sh installs what it needs. Everything listens on 127.0.0.1, on free
// ports. It imports no room of callas: what it knows, the wire told it.
package sip_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestMain(m *testing.M) {
	os.Exit(build(m))
}

// build makes the binary that the tests start, unless CALLAS_BIN names one.
func build(m *testing.M) int {
	for _, program := range []string{"kamailio", "sipp"} {
		if _, err := exec.LookPath(program); err != nil {
			fmt.Fprintf(os.Stderr, "%v: run tests/setup.sh\n", err)
			return 1
		}
	}
	if os.Getenv("CALLAS_BIN") != "" {
		return m.Run()
	}
	dir, err := os.MkdirTemp("", "callas-sip")
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
