package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/cmd"
	"github.com/spf13/cobra"
)

// policyCommand is OPA's own command line, of the version that the engine is of, and
// init beside it.
func (p *program) policyCommand() *cobra.Command {
	c := cmd.Command(&cobra.Command{
		Use:   "policy",
		Short: "write, test and ship the policy: init, and OPA's test, check, fmt, eval, bench, build, sign, ...",
		Long: `OPA's own commands, of the version that callas decides with, and init, which writes the default
policy as a folder to start from:

  callas policy init my-policy
  callas policy test my-policy
  callas serve --bundle my-policy`,
		Example: "  callas policy init my-policy && callas policy test my-policy",
	}, "OPA")
	for _, sub := range c.Commands() {
		sub.Long = strings.ReplaceAll(sub.Long, "$ policy ", "$ callas policy ")
		knowBundles(sub)
	}
	own := p.policyInitCommand()
	subs := append(c.Commands(), own)
	c.AddCommand(own)
	c.Args = cobra.ArbitraryArgs
	c.RunE = wantsCommand(subs)
	plain := &cobra.Command{}
	for _, sub := range subs {
		sub.SetUsageFunc(plain.UsageFunc())
	}
	return c
}

// knowBundles has a command that takes folders treat one with a .manifest as the
// bundle that it is, without --bundle: only so are its schemas no data.
func knowBundles(c *cobra.Command) {
	flag := c.Flags().Lookup("bundle")
	if flag == nil || flag.Value.Type() != "bool" {
		return
	}
	before := c.PreRunE
	c.PreRunE = func(c *cobra.Command, args []string) error {
		if len(args) > 0 && !flag.Changed && !slices.ContainsFunc(args, isNoBundle) {
			if err := flag.Value.Set("true"); err != nil {
				return err
			}
		}
		if before == nil {
			return nil
		}
		return before(c, args)
	}
}

func isNoBundle(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, ".manifest"))
	return err != nil
}
