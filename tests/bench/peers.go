package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// A peer is another judge, built from the module proxy and never from go.mod.
type peer struct {
	name, module, version, command string
}

// The newest of each that builds with the Go of go.mod.
var (
	cerbos  = peer{"Cerbos", "github.com/cerbos/cerbos", "v0.55.0", "./cmd/cerbos"}
	openFGA = peer{"OpenFGA", "github.com/openfga/openfga", "v1.22.1", "./cmd/openfga"}
)

// have returns the peer's program, which is built once and kept. It is built in a
// copy of its own module, with the dependencies that its authors chose: go install
// refuses modules that replace one.
func (b *bench) have(ctx context.Context, p peer) (string, error) {
	out := filepath.Join(b.kept, "bin", filepath.Base(p.command)+"-"+p.version+"-"+runtime.Version())
	if _, err := os.Stat(out); err == nil {
		return out, nil
	}
	tell("building %s %s, once: some minutes", p.name, p.version)
	dir, err := os.MkdirTemp(b.dir, "peer-")
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", p.module+"@"+p.version)
	cmd.Dir = dir
	said, err := cmd.Output()
	var module struct{ Dir, Error string }
	if failed := json.Unmarshal(said, &module); failed != nil || err != nil {
		return "", fmt.Errorf("go mod download %s@%s: %w: %s", p.module, p.version, err, module.Error)
	}
	source := filepath.Join(dir, "source")
	if err := os.CopyFS(source, os.DirFS(module.Dir)); err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return "", err
	}
	if err := compile(ctx, source, out+".new", p.command); err != nil {
		return "", err
	}
	return out, os.Rename(out+".new", out)
}
