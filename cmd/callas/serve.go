package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"callas/cmd/config"
	"callas/server"
)

func (p *program) serveCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "serve",
		Short: "answer platforms and take changes",
		Long: `Answers telephony platforms on the platform listener and takes changes of settings on the admin
listener, with everything kept in the data directory. Needs nothing else.

SIGTERM and SIGINT stop it gently: no new connections, answers under way are waited for. A second
one stops the waiting.`,
		Example: "  callas serve --data /var/lib/callas --dial-plan-home-country GB --dial-plan-internal-domains example.org\n" +
			"  callas serve --config /etc/callas.yaml",
		Args: cobra.NoArgs,
	}
	c.RunE = func(c *cobra.Command, _ []string) error {
		cfg, err := p.config(c)
		if err != nil {
			return err
		}
		return p.serve(c.Context(), cfg)
	}
	return p.reading(c, config.Serve)
}

func (p *program) serve(ctx context.Context, cfg *config.Config) error {
	if err := checkListeners(cfg); err != nil {
		return err
	}
	log := p.logger(cfg)
	ctx, hurry, done := untilStopped(ctx, log)
	defer done()
	setCollector(ctx, p.environ)
	store, err := openStore(ctx, cfg.Data, true)
	if err != nil {
		return err
	}
	h, err := plan{config: cfg, dir: cfg.Data, dial: cfg.DialPlan, source: store, log: log, now: p.now}.build(ctx)
	if err != nil {
		if ctx.Err() != nil {
			err = nil // told to stop before there was anything to stop
		}
		return errors.Join(err, store.Close())
	}
	if cfg.Origin("dial_plan.home_country") == "default" {
		log.Warn("dial_plan.home_country is not set: numbers are read as dialled in " + cfg.DialPlan.HomeCountry)
	}
	settled, err := everLetIn(ctx, h.state.Snapshot(), store)
	if err == nil {
		err = checkWho(cfg, settled || provided(cfg), log)
	}
	if err == nil {
		err = h.run(ctx, hurry, cfg, func(admin string) error {
			if settled {
				return nil
			}
			return p.invite(ctx, store, cfg, admin)
		})
	}
	h.close()
	return errors.Join(err, store.Close())
}

// run opens the listeners, says where the admin listener is, and answers until ctx ends.
func (h *house) run(ctx, hurry context.Context, cfg *config.Config, opened func(admin string) error) error {
	faces, err := h.faces(ctx, cfg)
	if err != nil {
		return err
	}
	if err := opened(faces[len(faces)-1].listener.Addr().String()); err != nil {
		shut(faces)
		return err
	}
	return answer(ctx, hurry, faces, h.log, cfg.ShutdownGrace, h.Drain)
}

// faces opens every listener, or none.
func (h *house) faces(ctx context.Context, cfg *config.Config) (faces []face, err error) {
	defer func() {
		if err != nil {
			shut(faces)
		}
	}()
	platform := h.Platform()
	l, err := listen(ctx, "platform", cfg.Platform)
	if err != nil {
		return nil, err
	}
	faces = append(faces, face{name: "platform", listener: l, server: h.Hatch(l, platform, h.log)})
	if cfg.PlatformSocket != "" {
		if l, err = listenSocket(ctx, cfg.PlatformSocket); err != nil {
			return faces, err
		}
		faces = append(faces, face{name: "platform", listener: l, server: h.Hatch(l, platform, h.log)})
	}
	var secure *tls.Config
	if cfg.AdminTLSCert != "" {
		c, err := openCertificate(cfg.AdminTLSCert, cfg.AdminTLSKey, h.log, time.Now)
		if err != nil {
			return faces, err
		}
		secure = c.config()
	}
	if l, err = listen(ctx, "admin", cfg.Admin); err != nil {
		return faces, err
	}
	admin := server.HTTP(h.pages, h.log)
	admin.TLSConfig = secure
	return append(faces, face{name: "admin", listener: l, server: pages{admin, l}, tls: secure != nil}), nil
}

// shut closes listeners that nobody answers on yet.
func shut(faces []face) {
	for _, f := range faces {
		f.listener.Close()
	}
}

// checkListeners refuses to answer strangers: an address that others can reach needs
// auth to be settled.
func checkListeners(cfg *config.Config) error {
	here, err := onlyHere(cfg.Platform)
	if err != nil {
		return fmt.Errorf("platform: %w", err)
	}
	if !here && cfg.PlatformAuth == config.AuthAuto {
		return fmt.Errorf("platform: %s can be reached from other machines, and anyone who asks there learns who may call as whom: "+
			"set platform_auth to token (callas token create --role platform makes one), or to open where a firewall stands before it, or listen on 127.0.0.1", cfg.Platform)
	}
	if _, err := onlyHere(cfg.Admin); err != nil {
		return fmt.Errorf("admin: %w", err)
	}
	if (cfg.AdminTLSCert == "") != (cfg.AdminTLSKey == "") {
		return errors.New("admin_tls_cert and admin_tls_key belong together: set both, or neither where a proxy does TLS")
	}
	if cfg.PublicURL != "" {
		if _, err := publicURL(cfg.PublicURL); err != nil {
			return err
		}
	}
	if _, err := openProvider(cfg, time.Now); err != nil {
		return err
	}
	return nil
}

// checkWho refuses an admin address that others can reach while nobody could prove who
// they are, and warns of secrets that travel in the open.
func checkWho(cfg *config.Config, settled bool, log *slog.Logger) error {
	here, _ := onlyHere(cfg.Admin)
	switch {
	case !here && !settled:
		return fmt.Errorf("admin: %s can be reached from other machines, and nobody has signed in here yet: "+
			"callas token create --role admin --data %s makes the first access token, or listen on 127.0.0.1 and follow the link that serve prints", cfg.Admin, cfg.Data)
	case !here && cfg.AdminTLSCert == "" && !strings.HasPrefix(cfg.PublicURL, "https:"):
		log.Warn("the admin listener can be reached from other machines and speaks plain HTTP: set admin_tls_cert, or put TLS before it and set public_url", "admin", cfg.Admin)
	}
	if open, _ := onlyHere(cfg.Platform); !open && cfg.PlatformAuth == config.AuthOpen {
		log.Warn("anyone who can reach the platform listener may ask: platform_auth is open", "platform", cfg.Platform)
	}
	return nil
}
