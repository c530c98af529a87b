package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"callas/tests/bench/company"
)

// A callasServer is callas serve over a fresh data directory.
type callasServer struct {
	contestant
	admin string // host:port
	token string // of an administrator
	bin   string
}

// newCallas makes a data directory with an administrator, and serves it.
func newCallas(ctx context.Context, b binaries, data string) (*callasServer, error) {
	token, err := exec.CommandContext(ctx, b.callas, "token", "create", "--role", "admin", "--name", "bench", "--data", data).Output()
	if err != nil {
		return nil, fmt.Errorf("callas token create: %w%s", err, said(err))
	}
	return startCallas(ctx, b, data, strings.TrimSpace(string(token)))
}

func startCallas(ctx context.Context, b binaries, data, token string) (*callasServer, error) {
	platform, err := free()
	if err != nil {
		return nil, err
	}
	admin, err := free()
	if err != nil {
		return nil, err
	}
	c, err := start(ctx, logFile(b.dir, "callas"), "http://"+platform+"/readyz", os.Environ(), b.callas, "serve",
		"--data", data, "--platform", platform, "--admin", admin, "--log-level", "warn",
		"--dial-plan-home-country", "GB", "--dial-plan-internal-domains", "acme.example")
	if err != nil {
		return nil, err
	}
	return &callasServer{
		contestant: contestant{name: "callas, asked again", addr: platform, path: "/v1/resolve", child: c, body: callasBody, read: readCallas},
		admin:      admin, token: token, bin: b.callas,
	}, nil
}

// loaded is callas over a company: one process takes the settings in, a fresh
// one then serves them.
func loaded(ctx context.Context, b binaries, firm company.Company) (*callasServer, changes, error) {
	data := filepath.Join(b.dir, fmt.Sprintf("data-%d", firm.Agents))
	first, err := newCallas(ctx, b, data)
	if err != nil {
		return nil, changes{}, err
	}
	ch, err := first.load(ctx, b.dir, firm)
	first.stop()
	if err != nil {
		return nil, ch, err
	}
	began := time.Now()
	s, err := startCallas(ctx, b, data, first.token)
	if err != nil {
		return nil, ch, err
	}
	ch.start = time.Since(began)
	tell("%d agents: started in %s", firm.Agents, ch.start.Round(10*time.Millisecond))
	if ch.idle, err = s.memory(); err != nil {
		s.stop()
	}
	return s, ch, err
}

// callasBody is a question as a platform asks: the target as it was dialled.
func callasBody(c company.Call) ([]byte, error) {
	return json.Marshal(map[string]string{"agent": c.Agent, "target": c.Raw, "modality": "audio"})
}

func readCallas(b []byte) (verdict, error) {
	var v verdict
	err := json.Unmarshal(b, &v)
	return v, err
}

func logFile(dir, name string) string { return filepath.Join(dir, name+".log") }

// said is what a command that failed wrote to stderr.
func said(err error) string {
	if exit, ok := err.(*exec.ExitError); ok {
		return "\n" + string(exit.Stderr)
	}
	return ""
}
