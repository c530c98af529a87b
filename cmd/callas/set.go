package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"callas"
	"callas/client"
	"callas/cmd/config"
	"callas/cmd/rowfile"
)

func (p *program) setCommand(k callas.Kind) *cobra.Command {
	c := &cobra.Command{
		Use:   "set ID FIELD=VALUE...",
		Short: "change one " + string(k) + ", or --create it",
		Long: "Changes the fields that are named and leaves the others (a JSON merge patch, RFC 7396).\n" +
			"Lists are written a;b, responsible day:help;day:claims, anything else as in a CSV file or as JSON.\n" +
			"An empty value empties the field. The row as it is then is shown.",
		Args:    cobra.MinimumNArgs(1),
		Example: "  callas " + rowfile.Section(k) + " set " + setExample(k),
	}
	patch := c.Flags().String("json", "", "the patch as JSON instead; - reads it from stdin")
	create := c.Flags().Bool("create", false, "make a new one; refused where there is one")
	match := c.Flags().Int64("if-rev", 0, "only if the row was last written at this revision, as get --json shows it")
	reason := reasonFlag(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		fields, err := p.patch(k, args[1:], *patch)
		if err != nil {
			return err
		}
		admin, err := p.admin(c)
		if err != nil {
			return err
		}
		var raw json.RawMessage
		if *create {
			fields["id"] = args[0]
			raw, err = admin.Create(c.Context(), k, args[0], fields, *reason)
		} else {
			etag := ""
			if *match > 0 {
				etag = fmt.Sprintf("%q", fmt.Sprint(*match))
			}
			raw, err = admin.Patch(c.Context(), k, args[0], fields, etag, *reason)
		}
		if err != nil {
			return createHint(err, *create)
		}
		return p.show(k, raw, false)
	}
	return p.reading(c, config.Client)
}

// patch reads what set is to change.
func (p *program) patch(k callas.Kind, pairs []string, text string) (map[string]any, error) {
	fields := map[string]any{}
	switch {
	case text != "" && len(pairs) > 0:
		return nil, errors.New("give either FIELD=VALUE or --json, not both")
	case text == "-":
		all, err := io.ReadAll(io.LimitReader(p.in, 1<<20))
		if err != nil {
			return nil, fmt.Errorf("stdin: %w", err)
		}
		text = string(all)
	case text == "" && len(pairs) == 0:
		return nil, fmt.Errorf("nothing to set: give FIELD=VALUE, such as %s", setExample(k))
	}
	if text != "" {
		if err := json.Unmarshal([]byte(text), &fields); err != nil {
			return nil, fmt.Errorf("--json: %w", err)
		}
		return fields, nil
	}
	for _, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, fmt.Errorf("%q: want FIELD=VALUE, such as %s", pair, setExample(k))
		}
		v, err := rowfile.Patch(k, name, value)
		if err != nil {
			return nil, err
		}
		fields[name] = v
	}
	return fields, nil
}

// createHint tells the way from a row that is not there to one that is.
func createHint(err error, creating bool) error {
	var problem *client.Problem
	switch {
	case !errors.As(err, &problem):
	case problem.Says("not-found") && !creating:
		return fmt.Errorf("%w\n--create makes a new one", err)
	case problem.Says("precondition-failed") && creating:
		return fmt.Errorf("%w\nit is there already: leave out --create to change it", err)
	}
	return err
}

func setExample(k callas.Kind) string {
	switch k {
	case callas.KindUnit:
		return `leeds name="Leeds Office"`
	case callas.KindService:
		return "premium call_as_enabled=true --reason 'evening campaign'"
	case callas.KindProfile:
		return "day services=help;claims"
	}
	return `anna direction=external name="Anna Meier"`
}
