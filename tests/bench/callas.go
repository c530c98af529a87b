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

const (
	callasName = "callas"
	missName   = "callas, asked for the first time"
)

// sized is callas' name where companies of several sizes are beside each other.
func sized(agents int) string { return fmt.Sprintf("callas, %s agents", thousands(agents)) }

// inCallas is a question as a platform asks: the target as it was dialled.
var inCallas = &dialect{
	path: "/v1/resolve",
	body: func(c company.Call) ([]byte, error) {
		return json.Marshal(map[string]string{"agent": c.Agent, "target": c.Raw, "modality": "audio"})
	},
	read: func(b []byte) (v verdict, err error) {
		err = json.Unmarshal(b, &v)
		return v, err
	},
}

// A callasServer is callas serve over a data directory.
type callasServer struct {
	contestant
	admin string // host:port
	bin   string
}

// startCallas serves a data directory, with its defaults but for what more says.
func (b *bench) startCallas(ctx context.Context, key, data, token string, more ...string) (*callasServer, error) {
	platform, err := free()
	if err != nil {
		return nil, err
	}
	admin, err := free()
	if err != nil {
		return nil, err
	}
	socket := filepath.Join(b.dir, key+".sock")
	args := append([]string{
		"serve", "--data", data, "--platform", platform, "--platform-socket", socket, "--admin", admin,
		"--log-level", "warn", "--dial-plan-home-country", "GB", "--dial-plan-internal-domains", "acme.example",
	}, more...)
	c, err := start(ctx, logFile(b.dir, key), "http://"+platform+"/readyz", os.Environ(), b.callas, args...)
	if err != nil {
		return nil, err
	}
	return &callasServer{
		contestant: contestant{key: key, name: callasName, addr: platform, socket: socket, child: c, dialect: inCallas,
			edit: inAdmin(admin), token: token},
		admin: admin, bin: b.callas,
	}, nil
}

// administrator makes a data directory with an access token, and returns that.
func (b *bench) administrator(ctx context.Context, data string) (string, error) {
	token, err := exec.CommandContext(ctx, b.callas, "token", "create", "--role", "admin", "--name", "bench", "--data", data).Output()
	if err != nil {
		return "", fmt.Errorf("callas token create: %w%s", err, said(err))
	}
	return strings.TrimSpace(string(token)), nil
}

// imported is a data directory that a callas took a company into, and has left.
func (b *bench) imported(ctx context.Context, firm company.Company) (data, token string, ch *changes, err error) {
	data = filepath.Join(b.dir, fmt.Sprintf("data-%d", firm.Agents))
	if token, err = b.administrator(ctx, data); err != nil {
		return "", "", nil, err
	}
	s, err := b.startCallas(ctx, "importing", data, token)
	if err != nil {
		return "", "", nil, err
	}
	defer s.stop()
	ch, err = s.load(ctx, b.dir, firm)
	return data, token, ch, err
}

// freshly serves a data directory and notes how that went.
func (b *bench) freshly(ctx context.Context, data, token string, ch *changes) (*callasServer, error) {
	began := time.Now()
	s, err := b.startCallas(ctx, "callas", data, token)
	if err != nil {
		return nil, err
	}
	ch.start = time.Since(began)
	tell("%d agents: started in %s", ch.agents, ch.start.Round(10*time.Millisecond))
	time.Sleep(settling)
	if ch.idle, err = s.memory(); err != nil {
		s.stop()
	}
	return s, err
}

func logFile(dir, name string) string { return filepath.Join(dir, name+".log") }

// said is what a command that failed wrote to stderr.
func said(err error) string {
	if exit, ok := err.(*exec.ExitError); ok {
		return "\n" + string(exit.Stderr)
	}
	return ""
}
