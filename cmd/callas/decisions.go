package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"callas"
	"callas/client"
	"callas/cmd/config"
)

func (p *program) decisionsCommand() *cobra.Command {
	return group(&cobra.Command{Use: "decisions", Short: "who called as whom, and why: ls, get"},
		p.decisionsLsCommand(), p.decisionsGetCommand())
}

// followEvery is how often --follow looks for new decisions.
const followEvery = time.Second

func (p *program) decisionsLsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "ls",
		Short: "the record of decisions, newest first",
		Args:  cobra.NoArgs,
		Example: "  callas decisions ls --agent anna --as service --from 8h\n" +
			"  callas decisions ls --reason direction --from 2026-11-22 --limit 0 --json\n  callas decisions ls --follow",
	}
	values := map[string]*string{}
	for _, f := range []filter{
		{"agent", "of this agent: the id, or what the platform calls them"},
		{"service", "that went out as this service"},
		{"as", "that went out as service, or as agent"},
		{"class", "to pstn, internal, federated, emergency or unknown"},
		{"reason", "with this reason"},
	} {
		values[f.name] = c.Flags().String(f.name, "", "only calls "+f.help)
	}
	times := map[string]*string{
		"from": c.Flags().String("from", "", "only calls from then on: 2026-11-22T13:00:00Z, 2026-11-22, or 8h for that long ago"),
		"to":   c.Flags().String("to", "", "only calls before then"),
	}
	limit := c.Flags().Int("limit", defaultLimit, "at most this many; 0: all")
	asJSON := c.Flags().Bool("json", false, "print whole records: a JSON array, with --follow one a line")
	follow := c.Flags().Bool("follow", false, "print new ones as they are made, the newest last, until Ctrl-C")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if *limit < 0 {
			return fmt.Errorf("--limit %d: want 0 for all, or how many", *limit)
		}
		if *follow && *times["to"] != "" {
			return fmt.Errorf("--follow has no end: leave out --to")
		}
		query := url.Values{}
		for name, v := range values {
			if *v != "" {
				query.Set(name, *v)
			}
		}
		for name, v := range times {
			t, err := p.moment(name, *v)
			if err != nil {
				return err
			}
			if !t.IsZero() {
				query.Set(name, t.UTC().Format(time.RFC3339Nano))
			}
		}
		admin, err := p.admin(c)
		if err != nil {
			return err
		}
		if *follow {
			return p.follow(c.Context(), admin, query, *asJSON)
		}
		items, err := admin.Decisions(c.Context(), query, *limit)
		if err != nil {
			return err
		}
		if *asJSON {
			text, err := json.Marshal(append([]json.RawMessage{}, items...))
			if err != nil {
				return err
			}
			return printJSON(p.out, text)
		}
		return p.listDecisions(items)
	}
	return p.reading(c, config.Client)
}

func (p *program) decisionsGetCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "get ID",
		Short:   "one decision as it was recorded, in JSON",
		Args:    cobra.ExactArgs(1),
		Example: "  callas decisions get 5V2XQK3JTB7LMPZC6RNA4D7E",
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		admin, err := p.admin(c)
		if err != nil {
			return err
		}
		raw, err := admin.Decision(c.Context(), args[0])
		if err != nil {
			return err
		}
		return printJSON(p.out, raw)
	}
	return p.reading(c, config.Client)
}

// listDecisions writes them as a table.
func (p *program) listDecisions(items []json.RawMessage) error {
	rows := [][]string{{"AT", "AGENT", "TO", "AS", "SEEN AS", "REASONS"}}
	for _, raw := range items {
		var d client.Recorded
		if err := json.Unmarshal(raw, &d); err != nil {
			return fmt.Errorf("decisions: %w", err)
		}
		rows = append(rows, decisionCells(d))
	}
	return table(p.out, rows)
}

// decisionCells is a record as a row.
func decisionCells(d client.Recorded) []string {
	at := d.At.Local().Format("2006-01-02T15:04:05.000Z07:00")
	if d.Lost > 0 {
		return []string{fmt.Sprintf("%s  %d decisions could not be recorded", at, d.Lost)}
	}
	if d.Revealed != "" {
		return []string{fmt.Sprintf("%s  %s was shown whom %s was for: %s", at, d.By, d.Revealed, d.Why)}
	}
	agent, as, seen := d.Agent, string(d.As), "nobody"
	if agent == "" {
		agent = d.Asked + " (unknown)"
	}
	if d.As == callas.AsService {
		as += " " + d.Service
	}
	if d.Identity != nil {
		seen = strings.TrimSpace(fmt.Sprintf("%q %s", d.Identity.Name, d.Identity.Number))
	}
	return []string{at, agent, target(d.Target), as, seen, list(d.Reasons)}
}

// overlap is how far --follow looks back for what was recorded a little out of order.
const overlap = 5 * time.Second

// follow prints what is new, again and again, until ctx ends.
func (p *program) follow(ctx context.Context, admin *client.Client, query url.Values, asJSON bool) error {
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	from := p.now()
	if t, err := time.Parse(time.RFC3339Nano, query.Get("from")); err == nil {
		from = t
	}
	query.Set("from", from.UTC().Format(time.RFC3339Nano))
	for last := uint64(0); ; {
		items, err := admin.Decisions(ctx, query, 0)
		if err != nil {
			return err
		}
		for _, raw := range slices.Backward(items) {
			var d client.Recorded
			if err := json.Unmarshal(raw, &d); err != nil {
				return fmt.Errorf("decisions: %w", err)
			}
			if d.Seq <= last {
				continue
			}
			last = d.Seq
			if back := d.At.Add(-overlap); back.After(from) {
				query.Set("from", back.UTC().Format(time.RFC3339Nano))
			}
			line := strings.TrimSpace(strings.Join(decisionCells(d), "  "))
			if asJSON {
				line = string(raw)
			}
			if _, err := fmt.Fprintln(p.out, line); err != nil {
				return err
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}
