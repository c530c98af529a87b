package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"callas/client"
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
	c.RunE = func(c *cobra.Command, args []string) error {
		platform, err := p.platform(c)
		if err != nil {
			return err
		}
		e, raw, err := platform.Explain(c.Context(), ask(args))
		if err != nil {
			return err
		}
		if *asJSON {
			_, err = fmt.Fprintf(p.out, "%s\n", raw)
		} else {
			err = explain(p.out, e)
		}
		if err != nil {
			return err
		}
		return code(e.Decision)
	}
	return p.reading(c, config.Ask)
}

// explain writes the decision and a line for each gate:
//
//	✗ direction  agents.anna.direction = "external"  callas/resolve/reasons.rego:52  supervisor can change it
//
// A gate that the call never came to is marked with a hyphen.
func explain(w io.Writer, e client.Explanation) error {
	fmt.Fprintln(w, sentence(e.Decision))
	var rows [][]string
	for _, g := range e.Gates {
		mark, where, who := "✗", "", ""
		switch {
		case !g.Applies:
			mark = "-"
		case g.Passed:
			mark = "✓"
		}
		if g.Policy != nil && g.Applies {
			where = fmt.Sprintf("%s:%d", g.Policy.File, g.Policy.Line)
		}
		if g.Applies && !g.Passed && g.Who != "" {
			who = g.Who + " can change it"
		}
		rows = append(rows, []string{mark + " " + string(g.Gate), fact(g), where, who})
	}
	return table(w, rows)
}

// maxFact is how much of a fact fits beside its gate.
const maxFact = 60

// fact tells what decided a gate: the value and where it stands.
func fact(g client.Gate) string {
	value := string(g.Fact)
	if len(value) > maxFact {
		value = strings.ToValidUTF8(value[:maxFact], "") + "..."
	}
	path := strings.TrimPrefix(g.Path, "data.state.")
	switch {
	case !g.Applies || path == "" && value == "":
		return ""
	case value == "":
		return path
	case path == "":
		return value
	}
	return path + " = " + value
}
