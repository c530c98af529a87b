package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"callas"
	"callas/cmd/config"
	"callas/source"
	"callas/source/sqlstore"
)

func (p *program) tokenLsCommand() *cobra.Command {
	c := &cobra.Command{Use: "ls", Short: "list the access tokens, links and sign-ins, without their secrets", Args: cobra.NoArgs}
	asJSON := c.Flags().Bool("json", false, "print a JSON array")
	c.RunE = func(c *cobra.Command, _ []string) error {
		return p.withStore(c, false, func(ctx context.Context, store *sqlstore.Store) error {
			f, err := readFacts(ctx, store)
			if err != nil {
				return err
			}
			if *asJSON {
				return p.printTokens(f.tokens)
			}
			rows := [][]string{{"ID", "NAME", "ROLE", "FOR", "CREATED", "EXPIRES", "USE"}}
			for _, t := range f.tokens {
				scope := strings.Join(append(slices.Clone(t.Principal.Units), t.Principal.Agent), ",")
				rows = append(rows, []string{t.ID, t.Principal.Name, string(t.Principal.Role),
					strings.Trim(scope, ","), t.CreatedAt.Format(time.DateOnly), p.expiry(t), useOf(t)})
			}
			return table(p.out, rows)
		})
	}
	return p.reading(c, config.Store)
}

func (p *program) expiry(t *callas.AccessToken) string {
	form := time.DateOnly
	if t.Use != callas.UseToken {
		form = "2006-01-02T15:04Z"
	}
	switch {
	case t.ExpiresAt == nil:
		return "never"
	case !t.ExpiresAt.After(p.now()):
		return "expired " + t.ExpiresAt.UTC().Format(form)
	}
	return t.ExpiresAt.UTC().Format(form)
}

func useOf(t *callas.AccessToken) string {
	if t.Use == callas.UseToken {
		return "token"
	}
	return string(t.Use)
}

// printTokens writes all of the tokens but their hashes.
func (p *program) printTokens(tokens []*callas.AccessToken) error {
	type shown struct {
		ID        string           `json:"id"`
		Use       string           `json:"use"` // token, sign-in or link
		Parent    string           `json:"parent,omitempty"`
		Principal callas.Principal `json:"principal"`
		CreatedAt time.Time        `json:"created_at"`
		ExpiresAt *time.Time       `json:"expires_at,omitempty"`
	}
	out := []shown{}
	for _, t := range tokens {
		out = append(out, shown{t.ID, useOf(t), t.Parent, t.Principal, t.CreatedAt, t.ExpiresAt})
	}
	text, err := json.Marshal(out)
	if err != nil {
		return err
	}
	return printJSON(p.out, text)
}

func (p *program) tokenRevokeCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "revoke ID",
		Short:   "end an access token, a link or a sign-in, by the id that ls shows",
		Args:    cobra.ExactArgs(1),
		Example: "  callas token revoke k3jxq7ab",
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		return p.withStore(c, false, func(ctx context.Context, store *sqlstore.Store) error {
			f, err := readFacts(ctx, store)
			if err != nil {
				return err
			}
			if !slices.ContainsFunc(f.tokens, func(t *callas.AccessToken) bool { return t.ID == args[0] }) {
				return fmt.Errorf("there is no token %q: callas token ls shows them", args[0])
			}
			_, err = store.Commit(ctx, source.Commit{
				Actor: operator(), Origin: "cli", Reason: "callas token revoke",
				Writes: []source.Write{{Kind: callas.KindToken, ID: args[0]}},
			})
			if err != nil {
				return err
			}
			fmt.Fprintf(p.err, "token %s no longer works\n", args[0])
			return nil
		})
	}
	return p.reading(c, config.Store)
}
