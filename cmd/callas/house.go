package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"callas/bundles"
	"callas/cmd/config"
	"callas/dialplan"
	"callas/engine"
	"callas/server"
	"callas/source"
	"callas/state"
)

// A house is everything that answers, put together: the facts followed from a
// source, the judge over them, and the door.
type house struct {
	*server.Server
	state *state.Store
	log   *slog.Logger

	stop     context.CancelFunc
	followed chan error
}

// A plan of a house: what it is built from.
type plan struct {
	config *config.Config
	dial   dialplan.Config
	source source.Store
	log    *slog.Logger
	auth   func(*state.Store) server.Authenticator // nil: access tokens only
	now    func() time.Time
}

// build returns a house whose facts have arrived. Close it before its source.
func (p plan) build(ctx context.Context) (*house, error) {
	dial, err := dialplan.New(p.dial)
	if err != nil {
		return nil, fmt.Errorf("dial plan: %w", err)
	}
	bundle, err := openBundle(ctx, p.config)
	if err != nil {
		return nil, err
	}
	facts := state.New()
	judge, err := engine.New(engine.Parts{
		Bundle: bundle, State: facts, Log: p.log, HomeCountry: dial.HomeCountry(),
		Deadline: p.config.Deadline, StaleAfter: p.config.StaleAfter, Zone: time.Local, Now: p.now,
	})
	if err != nil {
		return nil, err
	}
	parts := server.Parts{
		Engine: judge, State: facts, Source: p.source, Plan: dial, Log: p.log,
		OpenPlatform: p.config.PlatformAuth != config.AuthToken, Now: p.now,
	}
	if p.auth != nil {
		parts.Auth = p.auth(facts)
	}
	door, err := server.New(parts)
	if err != nil {
		return nil, err
	}
	h := &house{Server: door, state: facts, log: p.log, followed: make(chan error, 1)}
	p.log.Info("policy active", "bundle", bundle.Name, "digest", bundle.Digest)
	if err := h.follow(ctx, p.source); err != nil {
		return nil, err
	}
	return h, nil
}

// openBundle opens the policy, and holds it to the configured key where there is one.
func openBundle(ctx context.Context, cfg *config.Config) (*bundles.Bundle, error) {
	if cfg.BundleKey == "" {
		return bundles.Open(ctx, cfg.Bundle)
	}
	text, err := os.ReadFile(cfg.BundleKey)
	if err != nil {
		return nil, fmt.Errorf("bundle key: %w", err)
	}
	key := bundles.Key{ID: cfg.BundleKeyID, Algorithm: cfg.BundleKeyAlgorithm, Text: string(text)}
	return bundles.Open(ctx, cfg.Bundle, key)
}

// follow keeps the facts at the source's newest from now on, and returns when they
// have arrived.
func (h *house) follow(ctx context.Context, from source.Backend) error {
	arrived := h.state.Watch()
	following, stop := context.WithCancel(context.WithoutCancel(ctx))
	h.stop = stop
	go func() { h.followed <- source.Follow(following, from, h.state, h.log) }()
	select {
	case <-arrived:
		return nil
	case err := <-h.followed:
		stop()
		return fmt.Errorf("source: %w", err)
	case <-ctx.Done():
		h.close()
		return ctx.Err()
	}
}

// close ends the following of the source.
func (h *house) close() {
	h.stop()
	if err := <-h.followed; err != nil {
		h.log.Error("following the source ended", "error", err)
	}
}
