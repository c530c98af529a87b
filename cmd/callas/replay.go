package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"strconv"

	"github.com/spf13/cobra"

	"callas"
	"callas/cmd/config"
	"callas/decisionlog"
	"callas/engine"
	"callas/replay"
	"callas/source"
	"callas/state"
)

func (p *program) replayCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "replay",
		Short: "decide recorded calls again, by this policy or another, and tell what differs",
		Long: `Decides every recorded call of the data directory again: at its own time and over the settings of its
own revision, by the policy that is configured or by the one that --bundle names. Works also while
callas serve runs, and changes nothing.

By the policy that decided them, all calls come out as recorded: that proves the record. By another,
the table tells what it would change. What cannot be decided exactly as it would have been is left
out and counted: calls whose callee the record hides, where the policy reads the callee.

Exits 0 where nothing differs, 1 where something does, 2 where it cannot be told.`,
		Example: "  callas replay --data /var/lib/callas\n  callas replay --data /var/lib/callas --bundle my-policy --from 2026-11-01\n" +
			"  callas replay --data /var/lib/callas --settings now",
		Args: cobra.NoArgs,
	}
	from := c.Flags().String("from", "", "only calls from then on: 2026-11-22T13:00:00Z, 2026-11-22, or 8h for that long ago")
	to := c.Flags().String("to", "", "only calls before then")
	agent := c.Flags().String("agent", "", "only calls of this agent")
	settings := c.Flags().String("settings", "then", "over which settings: then (each call's own), now, or those of a revision: 42")
	asJSON := c.Flags().Bool("json", false, "print the whole report as JSON")
	c.RunE = func(c *cobra.Command, _ []string) error {
		cfg, err := p.config(c)
		if err != nil {
			return err
		}
		since, err := p.moment("from", *from)
		if err != nil {
			return err
		}
		until, err := p.moment("to", *to)
		if err != nil {
			return err
		}
		dir, err := recordIn(cfg.Data)
		if err != nil {
			return err
		}
		records := of(*agent, decisionlog.Records(c.Context(), dir, since, until))
		r, digest, err := p.replay(c.Context(), cfg, records, *settings)
		if err != nil {
			return err
		}
		if *asJSON {
			text, err := json.Marshal(r)
			if err != nil {
				return err
			}
			return errors.Join(printJSON(p.out, text), outcome(&r))
		}
		if err := p.tell(&r, digest); err != nil {
			return err
		}
		return outcome(&r)
	}
	return p.reading(c, config.Again)
}

// replay decides records again by the configured bundle, whose digest it returns too.
func (p *program) replay(ctx context.Context, cfg *config.Config, records iter.Seq2[decisionlog.Record, error], settings string) (r replay.Report, digest string, err error) {
	bundle, err := openBundle(ctx, cfg)
	if err != nil {
		return r, "", err
	}
	judge, err := engine.New(engine.Parts{Bundle: bundle, State: state.New(), Log: slog.New(slog.DiscardHandler), Memory: -1})
	if err != nil {
		return r, "", err
	}
	store, err := openStore(ctx, cfg.Data, false)
	if err != nil {
		return r, "", err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	facts, err := factsOf(ctx, store, settings)
	if err != nil {
		return r, "", err
	}
	r, err = replay.Run(ctx, replay.Parts{Engine: judge, Records: records, Facts: facts})
	return r, bundle.Digest, err
}

// factsOf reads --settings.
func factsOf(ctx context.Context, from source.Backend, settings string) (func(callas.Token) (*state.Snapshot, error), error) {
	past := replay.NewPast(from)
	var fixed *state.Snapshot
	var err error
	switch revision, wrong := strconv.ParseInt(settings, 10, 64); {
	case settings == "then":
		return func(t callas.Token) (*state.Snapshot, error) { return past.At(ctx, t) }, nil
	case settings == "now":
		fixed, err = past.Newest(ctx)
	case wrong != nil || revision < 0:
		return nil, fmt.Errorf("--settings %q: want then, now, or a revision: 42", settings)
	default:
		fixed, err = past.Revision(ctx, revision)
	}
	return func(callas.Token) (*state.Snapshot, error) { return fixed, nil }, err
}

// of keeps an agent's records only; everybody's where none is named.
func of(agent string, all iter.Seq2[decisionlog.Record, error]) iter.Seq2[decisionlog.Record, error] {
	if agent == "" {
		return all
	}
	return func(yield func(decisionlog.Record, error) bool) {
		for r, err := range all {
			if (err != nil || r.Agent == agent || r.Asked == agent) && !yield(r, err) {
				return
			}
		}
	}
}
