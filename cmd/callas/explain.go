package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"callas/cmd/client"
	"callas/cmd/config"
)

func (p *program) explainCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "explain AGENT TARGET",
		Short: "every gate on the way, the fact that decided it, and who can change that",
		Long: `Asks like resolve, and shows every gate: whether it is open, the fact that decided it,
where in the policy, and who can change that.

Exits 0 as a service, 1 as the agent, 2 where it could not be decided.`,
		Example: "  callas explain anna sip:customer@partner.example",
		Args:    twoArgs,
	}
	ask := question(c)
	asJSON := c.Flags().Bool("json", false, "print the answer as it came")
	c.RunE = undecided(func(c *cobra.Command, args []string) error {
		platform, err := p.platform(c)
		if err != nil {
			return err
		}
		e, raw, err := platform.Explain(c.Context(), ask(args))
		if err != nil {
			return err
		}
		if *asJSON {
			fmt.Fprintf(p.out, "%s\n", raw)
		} else {
			explain(p.out, e)
		}
		return code(e.Decision)
	})
	return p.reading(c, config.Ask)
}

// explain writes the decision and a few lines for each gate:
//
//	✗ direction
//	    anna's direction is external, the target is federated
//	    policies/callas/gates/gates.rego:71; a supervisor of care can change it
func explain(w io.Writer, e client.Explanation) {
	fmt.Fprintln(w, sentence(e.Decision))
	for _, g := range e.Gates {
		mark := "✗"
		switch {
		case !g.Applies:
			mark = "-"
		case g.Passed:
			mark = "✓"
		}
		fmt.Fprintf(w, "%s %s\n", mark, g.Gate)
		if g.Fact != "" {
			fmt.Fprintf(w, "    %s\n", g.Fact)
		}
		if where := place(g); where != "" && g.Applies {
			fmt.Fprintf(w, "    %s\n", where)
		}
	}
}

// place tells where a gate stands in the policy and, where it failed, who can help.
func place(g client.Gate) string {
	var at struct {
		File string `json:"file"`
		Line int    `json:"line"`
	}
	where := ""
	if json.Unmarshal(g.Policy, &at) == nil && at.File != "" {
		where = fmt.Sprintf("%s:%d", at.File, at.Line)
	}
	if g.Passed || g.Who == "" {
		return where
	}
	if where != "" {
		where += "; "
	}
	return where + g.Who + " can change it"
}
