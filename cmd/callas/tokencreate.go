package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"callas"
	"callas/cmd/config"
	"callas/hint"
	"callas/server"
	"callas/settings"
	"callas/source"
	"callas/source/sqlstore"
)

func (p *program) tokenCreateCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "create --role ROLE",
		Short: "make an access token and print it, once",
		Long: `Makes an access token and prints it on stdout. It cannot be shown again: only the SHA-256 of its
secret is kept. It works within a second, also where serve is running.

  platform     asks under whose identity calls go out
  agent        sees and changes one agent's own menu and session (--agent)
  supervisor   changes the settings of --unit and what is below
  auditor      reads everything
  admin        everything`,
		Args:    cobra.NoArgs,
		Example: "  callas token create --role admin > admin.token\n  callas token create --role supervisor --unit zurich --name 'Rita' --expires 90d",
	}
	holder := holderFlags(c, "platform, agent, supervisor, auditor or admin")
	expires := c.Flags().String("expires", "", "after which it no longer works: 90d, 8h; unsaid: never")
	c.RunE = func(c *cobra.Command, _ []string) error {
		by := holder()
		if err := checkPrincipal(by); err != nil {
			return err
		}
		life, err := lifeOf(*expires)
		if err != nil {
			return err
		}
		return p.withStore(c, true, func(ctx context.Context, store *sqlstore.Store) error {
			row, token, err := p.newToken(ctx, store, by, callas.UseToken, life)
			if err != nil {
				return err
			}
			fmt.Fprintln(p.out, token)
			fmt.Fprintf(p.err, "token %s for %s: keep it now, it is not shown again\n", row.ID, row.Principal.Name)
			return nil
		})
	}
	return p.reading(c, config.Store)
}

// holderFlags gives a command the flags that say whom it lets in, and returns how to read them.
func holderFlags(c *cobra.Command, roles string) func() callas.Principal {
	role := c.Flags().String("role", "", roles)
	units := c.Flags().StringSlice("unit", nil, "a supervisor's units: these and all below")
	agent := c.Flags().String("agent", "", "whose menu and session the role agent may see and change")
	name := c.Flags().String("name", "", "who holds it, for the record of changes; unsaid: the role and the token's id")
	return func() callas.Principal {
		return callas.Principal{Name: *name, Role: callas.Role(*role), Units: *units, Agent: *agent}
	}
}

// newToken makes a token and puts it into the store: it returns its row, which keeps a
// hash, and the token itself, which nobody keeps.
func (p *program) newToken(ctx context.Context, store *sqlstore.Store, by callas.Principal, use callas.TokenUse, life time.Duration) (*callas.AccessToken, string, error) {
	f, err := readFacts(ctx, store)
	if err == nil {
		err = checkFacts(by, f)
	}
	if err != nil {
		return nil, "", err
	}
	row, token, err := server.Mint{Random: p.random, Now: p.now}.Strike(by, use, life)
	if err != nil {
		return nil, "", err
	}
	reason := "callas token create"
	if use == callas.UseLink {
		reason = "callas token link"
	}
	_, err = store.Commit(ctx, source.Commit{
		Actor: operator(), Origin: "cli", Reason: reason,
		Writes: []source.Write{{Kind: callas.KindToken, ID: row.ID, Row: settings.Normal(row), If: source.Absent}},
	})
	return row, token, err
}

// lifeOf reads --expires; zero is forever.
func lifeOf(expires string) (time.Duration, error) {
	if expires == "" {
		return 0, nil
	}
	d, err := config.ParseDuration(expires)
	if err != nil || d == 0 {
		return 0, fmt.Errorf("--expires %q: write 90d, 8h or 30m", expires)
	}
	return d, nil
}

// checkPrincipal reports what cannot be right about a token's holder, whatever the facts.
func checkPrincipal(by callas.Principal) error {
	roles := make([]string, len(callas.Roles))
	for i, r := range callas.Roles {
		roles[i] = string(r)
	}
	switch {
	case by.Role == "":
		return fmt.Errorf("--role is missing: %s", strings.Join(roles, ", "))
	case !slices.Contains(callas.Roles, by.Role):
		return fmt.Errorf("unknown role %q%s", by.Role, hint.OneOf(string(by.Role), roles))
	case by.Role == callas.RoleSupervisor && len(by.Units) == 0:
		return fmt.Errorf("a supervisor needs --unit: the units whose settings they may change, with all below")
	case by.Role != callas.RoleSupervisor && len(by.Units) > 0:
		return fmt.Errorf("--unit is for the role supervisor, not %s", by.Role)
	case by.Role == callas.RoleAgent && by.Agent == "":
		return fmt.Errorf("the role agent needs --agent: whose menu and session it is")
	case by.Role != callas.RoleAgent && by.Agent != "":
		return fmt.Errorf("--agent is for the role agent, not %s", by.Role)
	}
	if by.Name != "" {
		if err := callas.CheckName(by.Name); err != nil {
			return fmt.Errorf("--name %w", err)
		}
	}
	return nil
}

// checkFacts reports whom and what a token names that is not there.
func checkFacts(by callas.Principal, f facts) error {
	for _, unit := range by.Units {
		if !slices.Contains(f.units, unit) {
			return fmt.Errorf("there is no unit %q%s", unit, hint.OneOf(unit, f.units))
		}
	}
	if by.Agent != "" && !f.agents[by.Agent] {
		return fmt.Errorf("there is no agent %q", by.Agent)
	}
	return nil
}
