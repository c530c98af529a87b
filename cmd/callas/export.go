package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"callas"
	"callas/cmd/config"
	"callas/cmd/rowfile"
)

func (p *program) exportCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "export",
		Short: "write all settings as YAML, CSV, JSON or NDJSON, at one revision",
		Long: `Writes every unit, service, profile and agent that the token may read, as they were at one
moment. import reads the file back and finds everything unchanged. Sessions and tokens are not
settings and not in it.`,
		Example: "  callas export > backup.yaml\n  callas export --format csv --kind agent --output agents.csv",
		Args:    cobra.NoArgs,
	}
	format := c.Flags().String("format", string(rowfile.YAML), "yaml, csv, json or ndjson")
	kind := c.Flags().String("kind", "", "only agents, services, units or profiles")
	output := c.Flags().StringP("output", "o", "", "write to this file, which must not be there yet")
	c.RunE = func(c *cobra.Command, _ []string) error {
		f, err := rowfile.ParseFormat(*format)
		if err != nil {
			return err
		}
		var k callas.Kind
		if *kind != "" {
			if k, err = rowfile.ParseKind(*kind); err != nil {
				return fmt.Errorf("--kind: %w", err)
			}
		}
		admin, err := p.admin(c)
		if err != nil {
			return err
		}
		out, done := p.out, func(err error) error { return err }
		if *output != "" {
			file, err := os.OpenFile(*output, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			if err != nil {
				return err
			}
			out, done = file, func(err error) error { return keep(file, err) }
		}
		w, err := rowfile.NewWriter(out, f, k)
		if err != nil {
			return done(err)
		}
		err = admin.Export(c.Context(), func(line []byte) error {
			row, err := rowfile.ReadRow(line)
			if err != nil || row == nil {
				return err
			}
			return w.Write(row)
		})
		if err == nil {
			err = w.Close()
		}
		return done(err)
	}
	return p.reading(c, config.Client)
}

// keep closes a file that was written whole, and removes one that was not: half an
// export must not pass for a backup.
func keep(f *os.File, err error) error {
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
