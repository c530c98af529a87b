package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"callas"
	"callas/client"
	"callas/cmd/config"
	"callas/cmd/rowfile"
)

func (p *program) importCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "import FILE...",
		Short: "take settings from YAML, CSV, JSON or NDJSON files, all or nothing",
		Long: `Reads the files whole, tells everything that is wrong with them by line, and only then sends
them: all rows are taken in one go or none is. A row replaces the one with its id; rows that the
files do not name stay as they are. What export writes, import reads.

  yaml     agents: [{id: ann, name: Ann Smith, unit: care}]     units:, services:, profiles: likewise
  csv      id,name,unit,direction,profiles,responsible          lists a;b, responsible day:help;day:claims
  json     {"agents": [{"id": "ann", ...}]}
  ndjson   {"kind":"agent","row":{"id":"ann",...}} or {"kind":"agent","id":"ann","delete":true}, a line each

A CSV file holds agents unless it has a column kind, or --kind says otherwise. - is stdin.`,
		Example: "  callas import agents.csv --dry-run\n  callas export | callas import - --format yaml --dry-run",
		Args:    cobra.MinimumNArgs(1),
	}
	format := c.Flags().String("format", "", "yaml, csv, json or ndjson; unsaid: by each file's name")
	kind := c.Flags().String("kind", "agent", "what rows are that do not say it: agent, service, unit or profile")
	dryRun := c.Flags().Bool("dry-run", false, "say what would change, and change nothing")
	reason := reasonFlag(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		bar := newBar(p.err)
		defer bar.end()
		batch, err := p.readFiles(args, *format, *kind, bar)
		if err != nil {
			return err
		}
		admin, err := p.admin(c)
		if err != nil {
			return err
		}
		bar.tell(client.Progress{Phase: "send " + count(batch.Len(), "row"), Total: -1})
		done, err := admin.Import(c.Context(), batch.Body(), *dryRun, *reason, bar.tell)
		bar.end()
		if err != nil {
			return err
		}
		if len(done.Errors) > 0 || done.ErrorCount > 0 {
			return refusal(batch, done)
		}
		would := ""
		if *dryRun {
			would = "would be: "
		}
		fmt.Fprintf(p.out, "%screated %d, changed %d, unchanged %d, deleted %d\n", would, done.Created, done.Changed, done.Unchanged, done.Deleted)
		if n := len(done.Revisions); n > 0 && !*dryRun {
			fmt.Fprintf(p.err, "at revision %s\n", done.Revisions[n-1])
		}
		return nil
	}
	return p.reading(c, config.Client)
}

// maxImport is the largest import that a server takes, in bytes as sent.
const maxImport = 256 << 20

// readFiles reads all files and tells all that is wrong with them.
func (p *program) readFiles(files []string, format, kind string, bar *bar) (*rowfile.Batch, error) {
	k, err := rowfile.ParseKind(kind)
	if err != nil {
		return nil, fmt.Errorf("--kind: %w", err)
	}
	batch := rowfile.NewBatch()
	for _, name := range files {
		if err := p.readFile(batch, name, format, k, bar); err != nil {
			return nil, err
		}
	}
	switch err := batch.Err(); {
	case err != nil:
		return nil, fmt.Errorf("nothing was imported:\n%w", err)
	case batch.Len() == 0:
		return nil, errors.New("nothing to import: the files hold no rows")
	case len(batch.Body()) > maxImport:
		return nil, fmt.Errorf("%d rows are %d bytes, at most %d fit into one import: import the files one after the other", batch.Len(), len(batch.Body()), maxImport)
	}
	return batch, nil
}

func (p *program) readFile(batch *rowfile.Batch, name, format string, kind callas.Kind, bar *bar) error {
	f, err := rowfile.ParseFormat(format)
	if format == "" {
		if name == "-" {
			return errors.New("stdin has no name to tell the format by: give --format yaml, csv, json or ndjson")
		}
		f, err = rowfile.FormatOf(name)
	}
	if err != nil {
		return err
	}
	if name == "-" {
		batch.Read("stdin", p.in, f, kind)
		return nil
	}
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	batch.Read(name, bar.reading(file), f, kind)
	return nil
}

// refusal tells what the server found wrong, by the files' lines.
func refusal(batch *rowfile.Batch, done client.Imported) error {
	var b strings.Builder
	b.WriteString("nothing was imported:")
	for _, e := range done.Errors {
		where := "the import"
		if e.Line > 0 {
			where = batch.Place(e.Line)
		}
		field := strings.ReplaceAll(strings.TrimPrefix(strings.TrimPrefix(e.Pointer, "/row"), "/"), "/", ".")
		if field != "" {
			field += ": "
		}
		fmt.Fprintf(&b, "\n%s: %s%s", where, field, e.Detail)
	}
	if more := done.ErrorCount - len(done.Errors); more > 0 {
		fmt.Fprintf(&b, "\n... and %d more", more)
	}
	return errors.New(b.String())
}
