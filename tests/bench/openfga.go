package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"

	"callas"
	"callas/tests/bench/company"
)

const openFGAName = "OpenFGA, check cache on"

//go:embed peers/openfga.json
var openFGAModel []byte

// A fgaStore is a company written into OpenFGA's SQLite, and its names there. (OpenFGA's
// own memory store looks through all tuples at every read.)
type fgaStore struct {
	Store string `json:"store"`
	Model string `json:"model"`
}

// startOpenFGA runs OpenFGA over a company's tuples, with its check cache on, large
// enough for every question and good for longer than the run asks.
func (b *bench) startOpenFGA(ctx context.Context, f *facts, firm company.Company) (*contestant, error) {
	bin, err := b.have(ctx, openFGA)
	if err != nil {
		return nil, err
	}
	kept := filepath.Join(b.kept, fmt.Sprintf("openfga-%s-%s-%08x", openFGA.version, firm.Digest(), crc32.ChecksumIEEE(openFGAModel)))
	if _, err := os.Stat(kept); os.IsNotExist(err) {
		if err := b.fillOpenFGA(ctx, bin, kept, f); err != nil {
			return nil, fmt.Errorf("filling it: %w", err)
		}
	}
	dir := filepath.Join(b.dir, filepath.Base(kept))
	if err := os.CopyFS(dir, os.DirFS(kept)); err != nil {
		return nil, err
	}
	var names fgaStore
	text, err := os.ReadFile(filepath.Join(dir, "store.json"))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &names); err != nil {
		return nil, err
	}
	c, addr, err := b.runOpenFGA(ctx, bin, dir,
		"--check-query-cache-enabled", "--check-query-cache-ttl", "1h", "--check-cache-limit", "10000000")
	if err != nil {
		return nil, err
	}
	return &contestant{key: "openfga", name: openFGAName, addr: addr, child: c, dialect: names.dialect(f),
		edit: names.edit(addr)}, nil
}

func (b *bench) runOpenFGA(ctx context.Context, bin, dir string, more ...string) (*child, string, error) {
	addr, err := free()
	if err != nil {
		return nil, "", err
	}
	grpc, err := free()
	if err != nil {
		return nil, "", err
	}
	args := append([]string{"run", "--datastore-engine", "sqlite", "--datastore-uri", fgaFile(dir), "--http-addr", addr, "--grpc-addr", grpc,
		"--log-level", "error", "--playground-enabled=false", "--metrics-enabled=false",
		"--max-tuples-per-write", strconv.Itoa(perWrite)}, more...)
	c, err := start(ctx, logFile(b.dir, "openfga"), "http://"+addr+"/healthz", os.Environ(), bin, args...)
	return c, addr, err
}

func fgaFile(dir string) string { return "file:" + filepath.Join(dir, "openfga.sqlite") }

// fillOpenFGA writes the company's tuples into a directory that is kept.
func (b *bench) fillOpenFGA(ctx context.Context, bin, kept string, f *facts) error {
	dir, err := os.MkdirTemp(b.kept, "new-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if said, err := exec.CommandContext(ctx, bin, "migrate", "--datastore-engine", "sqlite", "--datastore-uri", fgaFile(dir)).CombinedOutput(); err != nil {
		return fmt.Errorf("openfga migrate: %w\n%s", err, said)
	}
	c, addr, err := b.runOpenFGA(ctx, bin, dir)
	if err != nil {
		return err
	}
	names, err := writeTuples(ctx, addr, f)
	tail := c.tail()
	c.stop()
	if err != nil {
		return fmt.Errorf("%w\n%s", err, tail)
	}
	text, err := json.Marshal(names)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "store.json"), text, 0o644); err != nil {
		return err
	}
	return os.Rename(dir, kept)
}

// dialect is a question as OpenFGA is asked: may the agent call this class of target as
// the service that they have selected?
func (s fgaStore) dialect(f *facts) *dialect {
	return &dialect{
		path: "/stores/" + s.Store + "/check",
		only: true,
		body: func(c company.Call) ([]byte, error) {
			service := f.chosen(c.Agent)
			if service == "" {
				service = callas.CallAsNone
			}
			return json.Marshal(map[string]any{"authorization_model_id": s.Model, "tuple_key": map[string]string{
				"user": "agent:" + c.Agent, "relation": string(c.Target.Class), "object": "service:" + service,
			}})
		},
		read: func(b []byte) (verdict, error) {
			var in struct {
				Allowed *bool `json:"allowed"`
			}
			if err := json.Unmarshal(b, &in); err != nil {
				return verdict{}, err
			}
			if in.Allowed == nil {
				return verdict{}, fmt.Errorf("it does not say whether it is allowed")
			}
			return verdict{As: as(*in.Allowed)}, nil
		},
	}
}

// edit is a change of direction as OpenFGA takes it: the classes that go and those that
// come.
func (s fgaStore) edit(addr string) edit {
	return func(agent string, from, to callas.Direction) (string, string, string, string) {
		changed := func(classes, but []callas.Class) []tuple {
			out := []tuple{}
			for _, class := range classes {
				if !slices.Contains(but, class) {
					out = append(out, tuple{"agent:" + agent, string(class), "house:acme"})
				}
			}
			return out
		}
		body := map[string]any{"authorization_model_id": s.Model}
		if come := changed(covered(to), covered(from)); len(come) > 0 {
			body["writes"] = map[string]any{"tuple_keys": come, "on_duplicate": "ignore"}
		}
		if gone := changed(covered(from), covered(to)); len(gone) > 0 {
			body["deletes"] = map[string]any{"tuple_keys": gone, "on_missing": "ignore"}
		}
		text, _ := json.Marshal(body) // strings only
		return http.MethodPost, "http://" + addr + "/stores/" + s.Store + "/write", "application/json", string(text)
	}
}
