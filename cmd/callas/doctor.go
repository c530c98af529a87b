package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"callas/cmd/config"
	"callas/signin"
)

func (p *program) doctorCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "doctor",
		Short: "look at configuration, data, policy and listeners, and say what to do",
		Long: `Looks at what serve would start with, and at one that runs already: a line for each thing, ok, warn
or FAIL, with the next step. Changes nothing. Exits 0 unless something is a FAIL.`,
		Example: "  callas doctor --config /etc/callas.yaml",
		Args:    cobra.NoArgs,
	}
	c.RunE = func(c *cobra.Command, _ []string) error {
		d := &doctor{program: p, out: p.out}
		cfg, err := p.config(c)
		if err != nil {
			d.fail("config", "%v", err)
			return d.verdict()
		}
		d.config(cfg)
		d.dialPlan(cfg)
		d.data(c.Context(), cfg)
		d.policy(c.Context(), cfg)
		if checkListeners(cfg) == nil {
			d.listeners(c.Context(), cfg)
		}
		d.certificate(cfg)
		d.provider(c.Context(), cfg)
		d.secrets(cfg)
		d.clock(c.Context(), cfg)
		return d.verdict()
	}
	config.Register(c.Flags(), config.Serve|config.Client|config.Ask)
	return p.knowing(c, config.Serve|config.Client|config.Ask)
}

// A doctor looks at one thing after the other and says how it is.
type doctor struct {
	*program
	out    io.Writer
	failed bool
	last   time.Time // when the newest change was made
}

func (d *doctor) say(how, what, format string, args ...any) {
	fmt.Fprintf(d.out, "%-4s  %-9s %s\n", how, what, fmt.Sprintf(format, args...))
}

func (d *doctor) ok(what, format string, args ...any)   { d.say("ok", what, format, args...) }
func (d *doctor) warn(what, format string, args ...any) { d.say("warn", what, format, args...) }

func (d *doctor) fail(what, format string, args ...any) {
	d.failed = true
	d.say("FAIL", what, format, args...)
}

// verdict makes the exit code. What is wrong has been said.
func (d *doctor) verdict() error {
	if d.failed {
		return &exit{code: 1}
	}
	return nil
}

func (d *doctor) config(cfg *config.Config) {
	switch {
	case cfg.File == "":
		d.ok("config", "flags, environment and defaults; --config names a file")
	default:
		d.ok("config", "%s", cfg.File)
	}
	if err := checkListeners(cfg); err != nil {
		d.fail("config", "%v", err)
	}
}

// renewBefore is how long before its end someone should look why a certificate was not renewed.
const renewBefore = 14 * 24 * time.Hour

// certificate looks at what the admin listener shows to browsers.
func (d *doctor) certificate(cfg *config.Config) {
	if cfg.AdminTLSCert == "" || cfg.AdminTLSKey == "" {
		return // what is missing has been said
	}
	pair, err := tls.LoadX509KeyPair(cfg.AdminTLSCert, cfg.AdminTLSKey)
	if err != nil {
		d.fail("tls", "%v", err)
		return
	}
	switch left := pair.Leaf.NotAfter.Sub(d.now()); {
	case left <= 0:
		d.fail("tls", "%s has expired, on %s: renew it", cfg.AdminTLSCert, pair.Leaf.NotAfter.Format(time.DateOnly))
	case left < renewBefore:
		d.warn("tls", "%s expires on %s: see why it has not been renewed", cfg.AdminTLSCert, pair.Leaf.NotAfter.Format(time.DateOnly))
	default:
		d.ok("tls", "%s, until %s", cfg.AdminTLSCert, pair.Leaf.NotAfter.Format(time.DateOnly))
	}
}

// provider looks at what people sign in with.
func (d *doctor) provider(ctx context.Context, cfg *config.Config) {
	client, err := openProvider(cfg, d.now)
	if err != nil || client == nil {
		return // what is wrong has been said
	}
	if err := client.Answers(ctx); err != nil {
		d.warn("sign-in", "%v: nobody signs in with %s until it does", err, cfg.OIDC.Issuer)
		return
	}
	d.ok("sign-in", "%s answers; register %s%s there", cfg.OIDC.Issuer, strings.TrimSuffix(cfg.PublicURL, "/"), signin.CallbackPath)
}

// secrets looks at who can read what holds a token.
func (d *doctor) secrets(cfg *config.Config) {
	files := map[string]string{"token": cfg.TokenFile}
	if cfg.Token != "" && cfg.Origin("token") != "CALLAS_TOKEN" && cfg.Origin("token") != "--token" {
		files["config"] = cfg.File
	}
	for what, path := range files {
		if path == "" {
			continue
		}
		info, err := os.Stat(path)
		switch {
		case err != nil:
			d.fail(what, "%v", err)
		case info.Mode().Perm()&0o077 != 0:
			d.warn(what, "%s holds a token and is mode %04o, readable for others: chmod 600 %s", path, info.Mode().Perm(), path)
		default:
			d.ok(what, "%s is mode %04o", path, info.Mode().Perm())
		}
	}
}

// maxSkew is how far two clocks may be apart before someone should look.
const maxSkew = 5 * time.Second

// clock holds this machine's clock against what it should be later than, and against
// the admin listener's.
func (d *doctor) clock(ctx context.Context, cfg *config.Config) {
	now := d.now()
	if d.last.After(now.Add(maxSkew)) {
		d.fail("clock", "it is %s here, before the newest change of %s: set the clock (timedatectl set-ntp true)",
			now.Format(time.RFC3339), d.last.Format(time.RFC3339))
		return
	}
	if there, ok := d.timeAt(ctx, cfg.Server); ok && there.Sub(now).Abs() > maxSkew {
		d.warn("clock", "%s here and %s at %s: have both follow the same time server", now.Format(time.RFC3339), there.Format(time.RFC3339), cfg.Server)
		return
	}
	d.ok("clock", "%s", now.Format(time.RFC3339))
}
