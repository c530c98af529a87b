package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"callas/tests/bench/company"
)

// A callasServer is callas serve over a fresh data directory.
type callasServer struct {
	contestant
	admin string // host:port
	token string // of an administrator
	bin   string
}

func startCallas(ctx context.Context, b binaries, data string) (*callasServer, error) {
	token, err := exec.CommandContext(ctx, b.callas, "token", "create", "--role", "admin", "--name", "bench", "--data", data).Output()
	if err != nil {
		return nil, fmt.Errorf("callas token create: %w%s", err, said(err))
	}
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
		admin:      admin, token: strings.TrimSpace(string(token)), bin: b.callas,
	}, nil
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
