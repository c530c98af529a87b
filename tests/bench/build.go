package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// binaries are what is measured of callas' own module, and beside it.
type binaries struct {
	root, dir         string
	callas, gin, fast string
	opa               string
}

func (b *bench) build(ctx context.Context, dir string) error {
	gomod, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return fmt.Errorf("go env GOMOD: %w", err)
	}
	b.root, b.dir = filepath.Dir(strings.TrimSpace(string(gomod))), dir
	b.callas, b.gin = filepath.Join(dir, "callas"), filepath.Join(dir, "gin")
	b.fast, b.opa = filepath.Join(dir, "fast"), filepath.Join(dir, "opa")
	for _, t := range []struct {
		out, in, pkg string
		wanted       bool
	}{
		{b.callas, ".", "./cmd/callas", true},
		{b.gin, ".", "./tests/bench/floor", b.wants("gin")},
		{b.opa, ".", "github.com/open-policy-agent/opa", b.wants("opa", "opa-reads")},
		{b.fast, "tests/bench/floor/fast", ".", b.wants("fasthttp")},
	} {
		if !t.wanted {
			continue
		}
		tell("building %s", filepath.Base(t.out))
		if err := compile(ctx, filepath.Join(b.root, t.in), t.out, t.pkg); err != nil {
			return err
		}
	}
	return nil
}

// compile builds a program in a module's directory, as a release would be.
func compile(ctx context.Context, module, out, pkg string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", out, pkg)
	cmd.Dir = module
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", pkg, err, said)
	}
	return nil
}
