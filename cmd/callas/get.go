package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"callas"
	"callas/cmd/config"
	"callas/cmd/rowfile"
)

func (p *program) getCommand(k callas.Kind) *cobra.Command {
	c := &cobra.Command{
		Use:     "get ID",
		Short:   "show one " + string(k) + ", as a file for import would have it",
		Args:    cobra.ExactArgs(1),
		Example: "  callas " + rowfile.Section(k) + " get " + example(k),
	}
	asJSON := c.Flags().Bool("json", false, "print JSON, with the revision that last wrote it")
	c.RunE = func(c *cobra.Command, args []string) error {
		admin, err := p.admin(c)
		if err != nil {
			return err
		}
		raw, err := admin.Row(c.Context(), k, args[0])
		if err != nil {
			return err
		}
		return p.show(k, raw, *asJSON)
	}
	return p.reading(c, config.Client)
}

// show writes a row: YAML for people, JSON for programs.
func (p *program) show(k callas.Kind, raw json.RawMessage, asJSON bool) error {
	if asJSON {
		return printJSON(p.out, raw)
	}
	row := callas.NewRow(k)
	if err := json.Unmarshal(raw, row); err != nil {
		return fmt.Errorf("%s: %w", k, err)
	}
	w, err := rowfile.NewWriter(p.out, rowfile.YAML, "")
	if err != nil {
		return err
	}
	if err := w.Write(row); err != nil {
		return err
	}
	return w.Close()
}

// example is an id of the demo company.
func example(k callas.Kind) string {
	switch k {
	case callas.KindUnit:
		return "london"
	case callas.KindService:
		return "help"
	case callas.KindProfile:
		return "day"
	}
	return "anna"
}
