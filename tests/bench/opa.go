package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"callas"
	"callas/tests/bench/company"
)

const opaName = "opa run"

// inOPA is a question as OPA is asked: the target already classified.
var inOPA = &dialect{
	path: "/v1/data/callas/resolve/decision",
	body: func(c company.Call) ([]byte, error) {
		return json.Marshal(map[string]any{"input": map[string]any{
			"agent": c.Agent, "target": c.Target, "modality": callas.Audio, "stale": false,
		}})
	},
	read: func(b []byte) (verdict, error) {
		var in struct {
			Result verdict `json:"result"`
		}
		err := json.Unmarshal(b, &in)
		return in.Result, err
	},
}

// startOPA runs opa run with callas' own policies and policy data, and the
// company in OPA's memory. opa-reads adds OPA's option for read speed.
func (b *bench) startOPA(ctx context.Context, key, bundle string) (*contestant, error) {
	addr, err := free()
	if err != nil {
		return nil, err
	}
	name, args := opaName, []string{"run", "--server", "--addr", addr, "--log-level", "error", "--skip-version-check"}
	if key == "opa-reads" {
		name, args = opaName+", store for reads", append(args, "--optimize-store-for-read-speed")
	}
	c, err := start(ctx, logFile(b.dir, key), "http://"+addr+"/health", os.Environ(), b.opa, append(args, bundle)...)
	if err != nil {
		return nil, err
	}
	return &contestant{key: key, name: name, addr: addr, child: c, dialect: inOPA, edit: inData(addr)}, nil
}

// inData is a change as OPA's data API takes it.
func inData(addr string) edit {
	return func(agent string, _, to callas.Direction) (string, string, string, string) {
		return http.MethodPatch, "http://" + addr + "/v1/data/state/agents/" + agent, "application/json-patch+json",
			fmt.Sprintf(`[{"op":"replace","path":"/direction","value":%q}]`, to)
	}
}

// writeBundle lays out a bundle directory: the policies without their tests,
// and one data.json of policy data and the company.
func writeBundle(root, dir string, c company.Company) error {
	err := filepath.WalkDir(filepath.Join(root, "policies", "callas"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".rego") || strings.HasSuffix(path, "_test.rego") {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, rel)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		return os.WriteFile(to, text, 0o644)
	})
	if err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(root, "bundles", "default", "data.json"))
	if err != nil {
		return err
	}
	data := map[string]any{}
	if err := json.Unmarshal(text, &data); err != nil {
		return fmt.Errorf("bundles/default/data.json: %w", err)
	}
	data["state"] = tables(c)
	f, err := os.Create(filepath.Join(dir, "data.json"))
	if err != nil {
		return err
	}
	if err := json.NewEncoder(f).Encode(data); err != nil {
		return err
	}
	return f.Close()
}

// tables are the company's rows as a policy sees them: by kind and id, a unit
// with its path, itself first and the root last.
func tables(c company.Company) map[string]map[string]any {
	out := map[string]map[string]any{"units": {}, "services": {}, "profiles": {}, "agents": {}, "sessions": {}}
	paths := map[string][]string{}
	for row := range c.Rows() {
		if u, ok := row.(*callas.Unit); ok {
			paths[u.ID] = append([]string{u.ID}, paths[u.Parent]...)
			out["units"][u.ID] = struct {
				*callas.Unit
				Path []string `json:"path"`
			}{u, paths[u.ID]}
			continue
		}
		out[string(row.Kind())+"s"][row.Key()] = row
	}
	return out
}
