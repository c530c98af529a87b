package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"callas"
	"callas/cmd/config"
)

func (p *program) resolveCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "resolve AGENT TARGET",
		Short: "under whose identity does this call go out?",
		Long: `Asks the platform listener under whose identity a call goes out, and says so in a line.
AGENT is an id or any alias; TARGET is what was dialled: tel:, sip:, a number, an extension.

Exits 0 as a service, 1 as the agent, 2 where it could not be decided.`,
		Example: "  callas resolve anna tel:+441632960001\n  callas resolve anna +441632960001 --call-as claims --json",
		Args:    twoArgs,
	}
	ask := question(c)
	asJSON := c.Flags().Bool("json", false, "print the answer as it came")
	c.RunE = func(c *cobra.Command, args []string) error {
		platform, err := p.platform(c)
		if err != nil {
			return err
		}
		d, raw, err := platform.Resolve(c.Context(), ask(args))
		if err != nil {
			return err
		}
		if *asJSON {
			fmt.Fprintf(p.out, "%s\n", raw)
		} else {
			fmt.Fprintln(p.out, sentence(d))
		}
		return code(d)
	}
	return p.reading(c, config.Ask)
}

// sentence tells a decision in a line:
//
//	as service help: "Help Call Center" +442079460100, to +441632960001 (pstn, GB)
//	as agent: "Anna Meier" +442079460201, to sip:customer@partner.example (federated), because direction
func sentence(d callas.Decision) string {
	var b strings.Builder
	b.WriteString("as " + string(d.As))
	if d.Service != "" {
		b.WriteString(" " + d.Service)
	}
	if i := d.Identity; i != nil {
		fmt.Fprintf(&b, ": %q", i.Name)
		for _, part := range []string{i.Number, i.URI} {
			if part != "" {
				b.WriteString(" " + part)
			}
		}
	}
	b.WriteString(", to " + target(d.Target))
	if len(d.Reasons) > 0 {
		b.WriteString(", because " + list(d.Reasons))
	}
	if d.Stale {
		b.WriteString(" [the facts may be old]")
	}
	return b.String()
}

func target(t callas.Target) string {
	shown := t.Number
	if shown == "" {
		shown = t.URI
	}
	about := string(t.Class)
	if t.Country != "" {
		about += ", " + t.Country
	}
	if shown == "" {
		return "a target of the class " + about
	}
	return fmt.Sprintf("%s (%s)", shown, about)
}

func list[S ~string](words []S) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return strings.Join(out, ", ")
}
