package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"callas/bundles"
)

func (p *program) policyInitCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init DIR",
		Short: "write the default policy, its tests and settings, as a folder to start from",
		Long: `Writes the default policy as a folder: Rego and its tests, schemas, the policy's settings and the
texts of its reasons (data.json). What is there already is not touched: DIR must be new or empty.`,
		Example: "  callas policy init my-policy\n  callas policy test my-policy\n  callas serve --bundle my-policy",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			n, err := writeDefault(args[0])
			if err != nil {
				return err
			}
			fmt.Fprintf(p.err, "%d files in %s: callas policy test %s runs their tests, callas serve --bundle %s decides by them\n", n, args[0], args[0], args[0])
			return nil
		},
	}
}

// writeDefault writes the default bundle into a folder and returns of how many files it is.
func writeDefault(dir string) (int, error) {
	switch there, err := os.ReadDir(dir); {
	case err == nil && len(there) > 0:
		return 0, fmt.Errorf("%s is not empty: name a new folder", dir)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return 0, err
	}
	files, err := bundles.Files()
	if err != nil {
		return 0, err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return 0, err
		}
		if err := os.WriteFile(path, files[name], 0o644); err != nil {
			return 0, err
		}
	}
	return len(files), nil
}
