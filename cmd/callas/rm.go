package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"callas"
	"callas/cmd/config"
	"callas/cmd/rowfile"
)

func (p *program) rmCommand(k callas.Kind) *cobra.Command {
	c := &cobra.Command{
		Use:     "rm ID",
		Short:   "delete one " + string(k),
		Args:    cobra.ExactArgs(1),
		Example: "  callas " + rowfile.Section(k) + " rm " + example(k) + " --reason 'has left'",
	}
	reason := reasonFlag(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		admin, err := p.admin(c)
		if err != nil {
			return err
		}
		if err := admin.Delete(c.Context(), k, args[0], *reason); err != nil {
			return err
		}
		fmt.Fprintf(p.err, "%s %s is deleted\n", k, args[0])
		return nil
	}
	return p.reading(c, config.Client)
}
