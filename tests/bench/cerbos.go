package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"callas"
	"callas/tests/bench/company"
)

//go:embed peers/cerbos.yaml
var cerbosPolicy []byte

// startCerbos runs Cerbos with the gates as its policy. Its log and audit are off.
func (b *bench) startCerbos(ctx context.Context, f *facts) (*contestant, error) {
	bin, err := b.have(ctx, cerbos)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(b.dir, "cerbos-")
	if err != nil {
		return nil, err
	}
	policies := filepath.Join(dir, "policies")
	if err := os.Mkdir(policies, 0o755); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(policies, "service.yaml"), cerbosPolicy, 0o644); err != nil {
		return nil, err
	}
	addr, err := free()
	if err != nil {
		return nil, err
	}
	config := fmt.Sprintf("server: {httpListenAddr: %q, grpcListenAddr: %q}\ntelemetry: {disabled: true}\n"+
		"storage: {driver: disk, disk: {directory: %q, watchForChanges: false}}\n", addr, "unix:"+filepath.Join(dir, "grpc.sock"), policies)
	path := filepath.Join(dir, "cerbos.yaml")
	if err := os.WriteFile(path, []byte(config), 0o644); err != nil {
		return nil, err
	}
	c, err := start(ctx, logFile(b.dir, "cerbos"), "http://"+addr+"/_cerbos/health", os.Environ(), bin, "server", "--config", path, "--log-level", "error")
	if err != nil {
		return nil, err
	}
	return &contestant{key: "cerbos", name: cerbos.name, addr: addr, child: c, dialect: inCerbos(f)}, nil
}

// inCerbos is a question as Cerbos is asked: with all that its policy looks at.
func inCerbos(f *facts) *dialect {
	return &dialect{
		path: "/api/check/resources",
		only: true,
		body: func(c company.Call) ([]byte, error) {
			return json.Marshal(map[string]any{
				"requestId": "bench",
				"principal": map[string]any{"id": c.Agent, "roles": []string{"agent"}, "attr": f.principal(c.Agent)},
				"resources": []any{map[string]any{"actions": []string{"call_as"}, "resource": f.resource(c)}},
			})
		},
		read: func(b []byte) (verdict, error) {
			var in struct {
				Results []struct {
					Actions map[string]string `json:"actions"`
				} `json:"results"`
			}
			if err := json.Unmarshal(b, &in); err != nil {
				return verdict{}, err
			}
			if len(in.Results) != 1 {
				return verdict{}, fmt.Errorf("%d results", len(in.Results))
			}
			return verdict{As: as(in.Results[0].Actions["call_as"] == "EFFECT_ALLOW")}, nil
		},
	}
}

// as is what is meant by allowed or not.
func as(allowed bool) callas.As {
	if allowed {
		return callas.AsService
	}
	return callas.AsAgent
}

func (f *facts) principal(id string) map[string]any {
	agent, session := f.agents[id], f.sessions[id]
	attr := map[string]any{
		"enabled": agent.Enabled, "units": f.paths[agent.Unit], "direction": agent.Direction, "profiles": agent.Profiles,
		"profile": session.Profile, "call_as": session.CallAs, "responsible": append([]string{}, agent.Responsible[session.Profile]...),
	}
	if p := f.profiles[session.Profile]; p != nil {
		attr["off_duty"], attr["offered"] = p.OffDuty, p.Services
	}
	return attr
}

func (f *facts) resource(c company.Call) map[string]any {
	attr := map[string]any{"class": c.Target.Class, "country": c.Target.Country, "modality": callas.Audio, "stale": false}
	id := f.chosen(c.Agent)
	service := f.services[id]
	if service == nil {
		return map[string]any{"kind": "service", "id": callas.CallAsNone, "attr": attr}
	}
	numbers := []any{}
	for _, n := range service.Numbers {
		numbers = append(numbers, map[string]any{"status": n.RightOfUse.Status, "countries": n.Countries})
	}
	attr["call_as_enabled"], attr["unit"], attr["numbers"] = service.CallAsEnabled, service.Unit, numbers
	return map[string]any{"kind": "service", "id": id, "attr": attr}
}
