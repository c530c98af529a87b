package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callas"
	"callas/cmd/config"
	"callas/hint"
)

// The groups of commands, in the order of -h.
const (
	groupRun    = "run"
	groupAsk    = "ask"
	groupChange = "change"
	groupOther  = "other"
)

// readsKey annotates a command with the settings it reads, for its -h.
const readsKey = "callas-reads"

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "callas",
		Short: "Under whose identity does a call go out?",
		Long: `callas ("call as") tells telephony platforms under whose identity a call goes out:
the agent's own, or a service's that the agent has selected and is allowed to call as.

  callas demo                            everything in one process, with a company to play with
  callas resolve anna +441632960001      ask, as a platform does
  callas explain anna +441632960001      and why`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       p.versionLine(),
	}
	root.SetIn(p.in)
	root.SetOut(p.out)
	root.SetErr(p.err)
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetUsageFunc(usage)
	root.SetFlagErrorFunc(flagError)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddGroup(
		&cobra.Group{ID: groupRun, Title: "Run:"},
		&cobra.Group{ID: groupAsk, Title: "Ask:"},
		&cobra.Group{ID: groupChange, Title: "Read and change settings:"},
		&cobra.Group{ID: groupOther, Title: "Policy and care:"},
	)
	root.SetHelpCommandGroupID(groupOther)
	add := func(group string, commands ...*cobra.Command) {
		for _, c := range commands {
			c.GroupID = group
			root.AddCommand(c)
		}
	}
	add(groupRun, p.demoCommand(), p.serveCommand())
	add(groupAsk, p.resolveCommand(), p.explainCommand(), p.decisionsCommand())
	add(groupChange,
		p.rowsCommand(callas.KindAgent, "people who call"),
		p.rowsCommand(callas.KindService, "what agents call as"),
		p.rowsCommand(callas.KindUnit, "organisation units, a tree"),
		p.rowsCommand(callas.KindProfile, "duty profiles"),
		p.sessionCommand(), p.importCommand(), p.exportCommand(), p.tokenCommand())
	add(groupOther, p.auditCommand(), p.replayCommand(), p.policyCommand(), p.doctorCommand(), p.versionCommand())
	root.Args = cobra.ArbitraryArgs
	root.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return c.Help()
		}
		return wantsCommand(c.Commands())(c, args)
	}
	return p.knowing(root, config.Everything)
}

// reading gives a command the flags of the settings that r reads.
func (p *program) reading(c *cobra.Command, r config.Reader) *cobra.Command {
	config.Register(c.Flags(), r)
	return p.knowing(c, r)
}

// knowing shows settings in a command's -h.
func (p *program) knowing(c *cobra.Command, r config.Reader) *cobra.Command {
	c.Annotations = map[string]string{readsKey: fmt.Sprint(r)}
	return c
}

// config works out the settings of the command that runs.
func (p *program) config(c *cobra.Command) (*config.Config, error) {
	return config.Load(config.Start{Flags: c.Flags(), Environ: p.environ})
}

// group makes a command of which only the subcommands do something.
func group(c *cobra.Command, subs ...*cobra.Command) *cobra.Command {
	c.AddCommand(subs...)
	c.Args = cobra.ArbitraryArgs
	c.RunE = wantsCommand(subs)
	return c
}

// wantsCommand says which commands there are to who named none of them.
func wantsCommand(subs []*cobra.Command) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		var known []string
		for _, s := range subs {
			known = append(known, s.Name())
		}
		if len(args) == 0 {
			return fmt.Errorf("%s what? %s", c.CommandPath(), strings.Join(known, ", "))
		}
		return fmt.Errorf("unknown command %q%s", strings.TrimPrefix(c.CommandPath()+" "+args[0], "callas "), hint.OneOf(args[0], known))
	}
}

// flagError adds what a mistyped flag was meant to be.
func flagError(c *cobra.Command, err error) error {
	name, ok := strings.CutPrefix(err.Error(), "unknown flag: --")
	if !ok {
		return err
	}
	var known []string
	c.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	if near := hint.Nearest(name, slices.Values(known)); near != "" {
		return fmt.Errorf("%w (did you mean --%s?)", err, near)
	}
	return fmt.Errorf("%w: see %s -h", err, c.CommandPath())
}
