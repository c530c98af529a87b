package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"callas"
	"callas/cmd/config"
	"callas/demo"
	"callas/server"
	"callas/settings"
	"callas/source"
	"callas/source/sqlstore"
	"callas/state"
)

func (p *program) demoCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "demo",
		Short: "everything in one process, with a company of 1,000 agents to play with",
		Long: `Runs everything in one process over the demo company, in a temporary directory that is removed at
the end. It takes the tokens demo-admin, demo-supervisor, demo-auditor and demo-agent-<id>, which
everyone knows, so it listens on loopback addresses only.`,
		Example: "  callas demo\n  callas demo --platform 127.0.0.1:9181 --admin 127.0.0.1:9080",
		Args:    cobra.NoArgs,
	}
	c.RunE = func(c *cobra.Command, _ []string) error {
		cfg, err := p.config(c)
		if err != nil {
			return err
		}
		return p.demo(c.Context(), cfg)
	}
	return p.reading(c, config.Demo)
}

func (p *program) demo(ctx context.Context, cfg *config.Config) (err error) {
	for name, address := range map[string]string{"platform": cfg.Platform, "admin": cfg.Admin} {
		here, err := onlyHere(address)
		if err == nil && !here {
			err = fmt.Errorf("%s can be reached from other machines, and everyone knows the demo's tokens: listen on 127.0.0.1; callas serve is for the network", address)
		}
		if err != nil {
			return fmt.Errorf("demo: %s: %w", name, err)
		}
	}
	log := p.logger(cfg)
	ctx, hurry, done := untilStopped(ctx, log)
	defer done()
	dir, err := os.MkdirTemp("", "callas-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	store, err := openStore(ctx, dir, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := p.settle(ctx, store); err != nil {
		return err
	}
	cfg.PlatformAuth = config.AuthAuto
	h, err := plan{config: cfg, dir: dir, dial: demo.DialPlan(), source: store, log: log, now: p.now, auth: p.demoTokens, demo: true}.build(ctx)
	if err != nil {
		if ctx.Err() != nil {
			err = nil // told to stop before there was anything to stop
		}
		return err
	}
	defer h.close()
	faces, err := h.faces(ctx, cfg)
	if err != nil {
		return err
	}
	log.Warn("demo tokens are accepted: everyone who can reach this machine's loopback addresses is an administrator")
	p.welcome(faces[0].listener.Addr().String(), faces[len(faces)-1].listener.Addr().String())
	return answer(ctx, hurry, faces, log, cfg.ShutdownGrace, h.Drain)
}

// settle puts the demo company into an empty store.
func (p *program) settle(ctx context.Context, store *sqlstore.Store) error {
	commit := source.Commit{Actor: "demo", Origin: "demo", Reason: "the demo company"}
	for _, row := range demo.Rows(p.now().UTC().Truncate(time.Second)) {
		commit.Writes = append(commit.Writes, source.Write{Kind: row.Kind(), ID: row.Key(), Row: settings.Normal(row), If: source.Absent})
	}
	_, err := store.Commit(ctx, commit)
	return err
}

// demoTokens accepts the tokens of the documentation beside real ones.
func (p *program) demoTokens(facts *state.Store) server.Authenticator {
	return demoAuth{server.Tokens{State: facts, Now: p.now}}
}

type demoAuth struct{ real server.Authenticator }

func (a demoAuth) Authenticate(token string) (callas.Principal, bool) {
	if by, ok := demo.Principal(token); ok {
		return by, true
	}
	return a.real.Authenticate(token)
}

// welcome says what runs where and what to try next, ready to paste.
func (p *program) welcome(platform, admin string) {
	ask, change := "", " --token demo-supervisor"
	if platform != "127.0.0.1:8181" {
		ask = " --platform " + platform
	}
	if admin != "127.0.0.1:8080" {
		change += " --server http://" + admin
	}
	fmt.Fprintf(p.out, `
callas demo: Nordhang, a company of 1,000 agents
  platforms ask at   http://%[2]s   (POST /v1/resolve)
  pages are at       http://%[3]s   (open it: sign in as a supervisor, or as Anna; the admin API is there too)
  both describe themselves: /openapi.yaml

  !!! THE TOKENS demo-admin demo-supervisor demo-auditor demo-agent-<id> ARE ACCEPTED HERE.
  !!! Everyone knows them. This is for loopback only; callas serve never takes them.

Anna has selected Help Call Center. Try in another terminal:

  %[1]s resolve anna tel:+441632960001%[4]s
  %[1]s resolve anna sip:customer@partner.example%[4]s
  %[1]s services set help call_as_enabled=false%[5]s; %[1]s resolve anna tel:+441632960001%[4]s

The first call goes out as Help Call Center, the second as Anna, because her direction is external,
and the third as Anna, because a supervisor has switched the service off. explain in place of
resolve tells more. Ctrl-C ends the demo and removes everything it wrote.

`, p.name, platform, admin, ask, change)
}
