package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"callas/cmd/config"
	"callas/decisionlog"
)

func (p *program) auditCommand() *cobra.Command {
	c := &cobra.Command{Use: "audit", Short: "prove the record of decisions"}
	c.AddCommand(p.auditVerifyCommand())
	return c
}

func (p *program) auditVerifyCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "verify",
		Short: "recompute the chain over every recorded decision",
		Long: `Recomputes the chain over every recorded decision in the data directory, also while callas serve
writes it. Keep the chain that it prints somewhere else: it proves later that nothing before it was
rewritten. Exits 1 and names the place where the record is not what was written.`,
		Example: "  callas audit verify --data /var/lib/callas",
		Args:    cobra.NoArgs,
	}
	c.RunE = func(c *cobra.Command, _ []string) error {
		cfg, err := p.config(c)
		if err != nil {
			return err
		}
		dir, err := recordIn(cfg.Data)
		if err != nil {
			return err
		}
		r, err := decisionlog.Verify(c.Context(), dir)
		if err != nil {
			return fmt.Errorf("the record is broken; %d decisions before that are proved: %w", r.Records, err)
		}
		if r.Records == 0 {
			fmt.Fprintln(p.out, "whole: no decision is recorded yet")
			return nil
		}
		fmt.Fprintf(p.out, "whole: %d decisions, %d to %d, %s to %s\nchain %s\n",
			r.Records, r.First, r.Last, r.From.UTC().Format(time.RFC3339), r.To.UTC().Format(time.RFC3339), r.Chain)
		return nil
	}
	return p.reading(c, config.Store)
}

// recordIn is where the record of a data directory is.
func recordIn(data string) (string, error) {
	dir := filepath.Join(data, recordDir)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%s is not there: --data names the directory that callas serve keeps", dir)
	}
	return dir, nil
}
