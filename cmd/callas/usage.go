package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callas/cmd/config"
)

// usage writes a command's -h: its subcommands, its own flags, and the table of
// settings it reads.
func usage(c *cobra.Command) error {
	w := c.OutOrStderr()
	fmt.Fprintf(w, "Usage:\n  %s\n", strings.TrimSpace(c.UseLine()))
	if c.HasExample() {
		fmt.Fprintf(w, "\nExamples:\n%s\n", c.Example)
	}
	if groups := c.Groups(); len(groups) > 0 {
		for _, g := range groups {
			commands(w, g.Title, c.Commands(), func(s *cobra.Command) bool { return s.GroupID == g.ID })
		}
	} else if c.HasAvailableSubCommands() {
		commands(w, "Commands:", c.Commands(), func(*cobra.Command) bool { return true })
	}
	if own := ownFlags(c); own.HasAvailableFlags() {
		fmt.Fprintf(w, "\nFlags:\n%s", own.FlagUsages())
	}
	var reads config.Reader
	if _, err := fmt.Sscan(c.Annotations[readsKey], &reads); err == nil {
		fmt.Fprintf(w, "\nSettings (a flag beats the environment, the environment the file, the file the default):\n")
		config.Help(w, reads)
	}
	return nil
}

func commands(w io.Writer, title string, all []*cobra.Command, in func(*cobra.Command) bool) {
	fmt.Fprintf(w, "\n%s\n", title)
	for _, s := range all {
		if in(s) && (s.IsAvailableCommand() || s.Name() == "help") {
			fmt.Fprintf(w, "  %-11s %s\n", s.Name(), s.Short)
		}
	}
}

// ownFlags is a command's flags without those of the table.
func ownFlags(c *cobra.Command) *pflag.FlagSet {
	own := pflag.NewFlagSet(c.Name(), pflag.ContinueOnError)
	own.SortFlags = false
	for _, all := range []*pflag.FlagSet{c.LocalFlags(), c.InheritedFlags()} {
		all.VisitAll(func(f *pflag.Flag) {
			if !config.IsSetting(f.Name) {
				own.AddFlag(f)
			}
		})
	}
	return own
}
