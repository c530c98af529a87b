package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/spf13/cobra"

	"callas"
	"callas/cmd/config"
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
	setCollector(p.environ)
	log := p.logger(cfg)
	ctx, hurry, done := untilStopped(ctx, log)
	defer done()
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
	err = checkTokens(cfg, h.state.Snapshot().Count(callas.KindToken), log)
	if err == nil {
		err = h.run(ctx, hurry, cfg)
	}
	h.close()
	return errors.Join(err, store.Close())
}

// run opens the listeners and answers until ctx ends.
func (h *house) run(ctx, hurry context.Context, cfg *config.Config) error {
	faces, err := h.faces(ctx, cfg)
	if err != nil {
		return err
	}
	return answer(ctx, hurry, faces, h.log, cfg.ShutdownGrace, h.Drain)
}

// faces opens every listener, or none.
func (h *house) faces(ctx context.Context, cfg *config.Config) (faces []face, err error) {
	defer func() {
		if err != nil {
			for _, f := range faces {
				f.listener.Close()
			}
		}
	}()
	platform := h.Platform()
	l, err := listen(ctx, "platform", cfg.Platform)
	if err != nil {
		return nil, err
	}
	faces = append(faces, face{"platform", platform, l})
	if cfg.PlatformSocket != "" {
		if l, err = listenSocket(ctx, cfg.PlatformSocket); err != nil {
			return faces, err
		}
		faces = append(faces, face{"platform", platform, l})
	}
	if l, err = listen(ctx, "admin", cfg.Admin); err != nil {
		return faces, err
	}
	return append(faces, face{"admin", h.pages, l}), nil
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
	return nil
}

// checkTokens refuses an admin address that others can reach while nobody could prove
// who they are, and warns of tokens that travel in the open.
func checkTokens(cfg *config.Config, tokens int, log *slog.Logger) error {
	here, _ := onlyHere(cfg.Admin)
	switch {
	case !here && tokens == 0:
		return fmt.Errorf("admin: %s can be reached from other machines, and there is no access token yet: "+
			"callas token create --role admin --data %s makes the first, or listen on 127.0.0.1", cfg.Admin, cfg.Data)
	case !here:
		log.Warn("the admin listener can be reached from other machines and speaks plain HTTP: put TLS before it", "admin", cfg.Admin)
	case tokens == 0:
		log.Warn("there is no access token yet: callas token create --role admin makes the first", "data", cfg.Data)
	}
	if open, _ := onlyHere(cfg.Platform); !open && cfg.PlatformAuth == config.AuthOpen {
		log.Warn("anyone who can reach the platform listener may ask: platform_auth is open", "platform", cfg.Platform)
	}
	return nil
}
