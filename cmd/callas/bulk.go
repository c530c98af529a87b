package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"callas"
	"callas/client"
	"callas/cmd/config"
	"callas/cmd/rowfile"
	"callas/hint"
)

func (p *program) bulkCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "bulk",
		Short: "change many agents at once: shows the plan, asks, applies exactly that plan",
		Long: `Plans a change of many agents and shows what it would do: who would be allowed or blocked to
call as which service, and who is calling as one now. Then it asks, and applies exactly the plan
that was shown; where settings have changed meanwhile nothing is done.

  --set direction=external   --set enabled=false   --set unit=care
  --set profiles=+day;-campaign
  --set responsible=+day:help;-claims      without a profile: under every profile that offers it`,
		Args:    cobra.NoArgs,
		Example: "  callas agents bulk --filter direction=none --filter unit=london --set direction=external --reason 'spring campaign'",
	}
	ids := c.Flags().StringSlice("ids", nil, "these agents: anna,ben")
	filter := c.Flags().StringArray("filter", nil, "those agents, as ls selects them: NAME=VALUE, all of which must hold")
	all := c.Flags().Bool("all", false, "every agent")
	set := c.Flags().StringArray("set", nil, "what to change: NAME=VALUE")
	reason := reasonFlag(c)
	dryRun := c.Flags().Bool("dry-run", false, "show the plan only")
	yes := c.Flags().BoolP("yes", "y", false, "do not ask")
	c.RunE = func(c *cobra.Command, _ []string) error {
		edit, err := bulkEdit(*ids, *filter, *all, *set)
		if err != nil {
			return err
		}
		edit.Reason = *reason
		admin, err := p.admin(c)
		if err != nil {
			return err
		}
		plan := client.Plan{}
		edit.DryRun = true
		if err := admin.Bulk(c.Context(), edit, &plan); err != nil {
			return err
		}
		writePlan(p.out, plan)
		if *dryRun || plan.Changed == 0 {
			return nil
		}
		if !*yes {
			if err := p.confirm(fmt.Sprintf("Change %s?", count(plan.Changed, "agent"))); err != nil {
				return err
			}
		}
		var done client.Applied
		if err := admin.Bulk(c.Context(), client.BulkEdit{Plan: plan.ID, Reason: *reason}, &done); err != nil {
			return err
		}
		fmt.Fprintf(p.out, "changed %s at revision %s\n", count(done.Changed, "agent"), done.Revision)
		return nil
	}
	return p.reading(c, config.Client)
}

// confirm asks on stderr and reads the answer. Anything but yes is no.
func (p *program) confirm(question string) error {
	fmt.Fprintf(p.err, "%s (y/N) ", question)
	answer, err := bufio.NewReader(p.in).ReadString('\n')
	if err != nil {
		fmt.Fprintln(p.err)
	}
	if errors.Is(err, io.EOF) && answer == "" {
		return errors.New("nobody answered, so nothing was changed: --yes goes ahead unasked")
	}
	if a := strings.ToLower(strings.TrimSpace(answer)); a != "y" && a != "yes" {
		return errors.New("nothing was changed")
	}
	return nil
}

// bulkEdit reads whom and what.
func bulkEdit(ids, filter []string, all bool, set []string) (client.BulkEdit, error) {
	var e client.BulkEdit
	switch {
	case len(ids) > 0 && (len(filter) > 0 || all):
		return e, errors.New("give --ids or --filter, not both")
	case len(filter) > 0 && all:
		return e, errors.New("give --filter or --all, not both")
	case len(ids) == 0 && len(filter) == 0 && !all:
		return e, errors.New("which agents? --ids anna,ben or --filter unit=london or --all")
	case len(set) == 0:
		return e, errors.New("what is to change? --set direction=external")
	}
	e.IDs = ids
	if len(ids) == 0 {
		e.Filter = map[string]any{}
	}
	for _, pair := range filter {
		name, value, err := pairOf("--filter", pair, filterNames())
		if err != nil {
			return e, err
		}
		e.Filter[name] = value
		if name == "enabled" {
			if e.Filter[name], err = rowfile.Patch(callas.KindAgent, name, value); err != nil {
				return e, fmt.Errorf("--filter %w", err)
			}
		}
	}
	e.Set = map[string]any{}
	for _, pair := range set {
		if err := setOf(e.Set, pair); err != nil {
			return e, err
		}
	}
	return e, nil
}

func filterNames() []string {
	var out []string
	for _, f := range filters(callas.KindAgent) {
		out = append(out, f.name)
	}
	return out
}

func pairOf(flag, pair string, known []string) (name, value string, err error) {
	name, value, ok := strings.Cut(pair, "=")
	name = strings.ReplaceAll(name, "-", "_")
	if !ok {
		return "", "", fmt.Errorf("%s %q: want NAME=VALUE", flag, pair)
	}
	if !slices.Contains(known, name) {
		return "", "", fmt.Errorf("%s: unknown name %q%s", flag, name, hint.OneOf(name, known))
	}
	return name, value, nil
}
