package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"callas"
	"callas/cmd/config"
	"callas/cmd/rowfile"
)

// A filter is one way to select rows: its name as the API writes it.
type filter struct{ name, help string }

// filters lists what selects rows of a kind, in ls as flags and in bulk as name=value.
func filters(k callas.Kind) []filter {
	all := []filter{
		{"q", "words in the name, id, aliases or numbers"},
		{"unit", "in this unit or below it"},
	}
	switch k {
	case callas.KindAgent:
		return append(all,
			filter{"direction", "none, internal, external or all"},
			filter{"enabled", "true: switched on; false: switched off"},
			filter{"responsible", "responsible for this service"},
			filter{"profile", "have this duty profile"},
			filter{"on_duty", "have this duty profile active"},
			filter{"may_call_as", "to whom this service is available now; any: at least one"},
			filter{"calling_as", "whose calls go out as this service now; any: as some service"})
	case callas.KindService:
		return append(all, filter{"enabled", "true: call-as is switched on; false: off"})
	case callas.KindProfile:
		return append(all, filter{"service", "part of this service"})
	}
	return all
}

// defaultLimit is how many rows ls shows unasked.
const defaultLimit = 50

func (p *program) lsCommand(k callas.Kind) *cobra.Command {
	c := &cobra.Command{
		Use:     "ls",
		Short:   "list " + rowfile.Section(k),
		Args:    cobra.NoArgs,
		Example: "  callas " + rowfile.Section(k) + " ls --unit london --q ann --json",
	}
	if k == callas.KindUnit {
		c.Example = "  callas units ls"
	}
	values := map[string]*string{}
	for _, f := range filters(k) {
		values[f.name] = c.Flags().String(strings.ReplaceAll(f.name, "_", "-"), "", "only those: "+f.help)
	}
	limit := c.Flags().Int("limit", defaultLimit, "at most this many; 0: all")
	asJSON := c.Flags().Bool("json", false, "print a JSON array of whole rows")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if *limit < 0 {
			return fmt.Errorf("--limit %d: want 0 for all, or how many", *limit)
		}
		admin, err := p.admin(c)
		if err != nil {
			return err
		}
		query := url.Values{}
		for name, v := range values {
			if *v != "" {
				query.Set(name, *v)
			}
		}
		page, err := admin.List(c.Context(), k, query, *limit)
		if err != nil {
			return err
		}
		if *asJSON {
			text, err := json.Marshal(append([]json.RawMessage{}, page.Items...))
			if err != nil {
				return err
			}
			return printJSON(p.out, text)
		}
		if err := listing(p.out, k, page.Items); err != nil {
			return err
		}
		if more := page.Total - len(page.Items); more > 0 {
			fmt.Fprintf(p.err, "%d of %d %s; --limit 0 shows all\n", len(page.Items), page.Total, rowfile.Section(k))
		}
		return nil
	}
	return p.reading(c, config.Client)
}
