package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// binaries are what is measured, all built by the same Go from the same go.mod.
type binaries struct {
	root, dir          string
	callas, floor, opa string
}

func build(ctx context.Context, dir string) (binaries, error) {
	gomod, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return binaries{}, fmt.Errorf("go env GOMOD: %w", err)
	}
	b := binaries{
		root: filepath.Dir(strings.TrimSpace(string(gomod))), dir: dir,
		callas: filepath.Join(dir, "callas"), floor: filepath.Join(dir, "floor"), opa: filepath.Join(dir, "opa"),
	}
	for _, t := range []struct{ out, pkg string }{
		{b.callas, "./cmd/callas"},
		{b.floor, "./tests/bench/floor"},
		{b.opa, "github.com/open-policy-agent/opa"},
	} {
		tell("building %s", t.pkg)
		cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", t.out, t.pkg)
		cmd.Dir = b.root
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if said, err := cmd.CombinedOutput(); err != nil {
			return binaries{}, fmt.Errorf("go build %s: %w\n%s", t.pkg, err, said)
		}
	}
	return b, nil
}
