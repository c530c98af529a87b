package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"callas/bundles"
	"callas/cmd/config"
	"callas/decisionlog"
	"callas/dialplan"
	"callas/engine"
	"callas/server"
	"callas/source"
	"callas/source/sqlstore"
	"callas/state"
)

// A house is everything that answers, put together: the facts followed from a
// source, the judge over them, the door and the pages.
type house struct {
	*server.Server
	pages http.Handler // the admin face with the pages before it
	state *state.Store
	log   *slog.Logger

	record   *decisionlog.Log
	stop     context.CancelFunc
	followed chan error
	aside    sync.WaitGroup // what else goes on until then
}

// A plan of a house: what it is built from.
type plan struct {
	config *config.Config
	dir    string // where decisions are recorded
	dial   dialplan.Config
	source *sqlstore.Store
	log    *slog.Logger
	auth   func(*state.Store) server.Authenticator // nil: access tokens only
	demo   bool                                    // anyone signs in as anyone
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
	record, mask, err := openRecord(p.dir, p.config, p.log)
	if err != nil {
		return nil, err
	}
	h, err := p.over(ctx, dial, bundle, record, mask)
	if err != nil {
		return nil, errors.Join(err, closeRecord(record))
	}
	return h, nil
}

// over builds the house over a record that is open.
func (p plan) over(ctx context.Context, dial *dialplan.Plan, bundle *bundles.Bundle, record *decisionlog.Log, mask decisionlog.Mask) (*house, error) {
	facts := state.New()
	judge, err := engine.New(engine.Parts{
		Bundle: bundle, State: facts, Log: p.log, HomeCountry: dial.HomeCountry(),
		Deadline: p.config.Deadline, StaleAfter: p.config.StaleAfter, Zone: time.Local, Now: p.now,
		Memory: remembered(p.config.Remember), Record: record, Callee: mask,
	})
	if err != nil {
		return nil, err
	}
	parts := server.Parts{
		Engine: judge, Record: record.Stats, Decisions: record, State: facts, Source: p.source, Plan: dial, Log: p.log,
		Proofs: server.Proofs{Changes: p.source.Verify, Decisions: func(ctx context.Context) (decisionlog.Report, error) {
			return decisionlog.Verify(ctx, filepath.Join(p.dir, recordDir))
		}, After: p.proveAfter()},
		OpenPlatform: p.config.PlatformAuth != config.AuthToken, Now: p.now,
	}
	if p.auth != nil {
		parts.Auth = p.auth(facts)
	}
	door, err := server.New(parts)
	if err != nil {
		return nil, err
	}
	pages, err := p.hall(door, dial)
	if err != nil {
		return nil, err
	}
	h := &house{Server: door, pages: pages, state: facts, log: p.log, record: record, followed: make(chan error, 1)}
	p.log.Info("policy active", "bundle", bundle.Name, "digest", bundle.Digest)
	if err := h.follow(ctx, p.source); err != nil {
		return nil, err
	}
	return h, nil
}

// startTime is what a start is left to: reading the settings is followed by the first
// calls, and not by reading all that was ever changed.
const startTime = time.Minute

// proveAfter is how long the first proof waits; the demo has next to nothing to prove.
func (p plan) proveAfter() time.Duration {
	if p.demo {
		return 0
	}
	return startTime
}

// remembered is the engine's word for how many decisions it remembers.
func remembered(decisions int) int {
	if decisions == 0 {
		return -1
	}
	return decisions
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
	h.aside.Go(func() { h.Sweep(following) }) // selections that have expired are written down
	select {
	case <-arrived:
		h.aside.Go(func() { newTidier().run(following) })
		h.aside.Go(func() { h.Prove(following) }) // nobody waits for it
		return nil
	case err := <-h.followed:
		h.followed <- nil
		h.unfollow()
		return fmt.Errorf("source: %w", err)
	case <-ctx.Done():
		h.unfollow()
		return ctx.Err()
	}
}

// close ends what goes on in the house, once nobody is answered any more.
func (h *house) close() {
	h.unfollow()
	if err := closeRecord(h.record); err != nil {
		h.log.Error("the last decisions are not on record", "error", err)
	}
}

// unfollow ends the following of the source.
func (h *house) unfollow() {
	h.stop()
	h.aside.Wait()
	if err := <-h.followed; err != nil {
		h.log.Error("following the source ended", "error", err)
	}
}
