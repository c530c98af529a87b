package main

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"callas"
	"callas/cmd/config"
	"callas/hint"
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
	role := c.Flags().String("role", "", "platform, agent, supervisor, auditor or admin")
	units := c.Flags().StringSlice("unit", nil, "a supervisor's units: these and all below")
	agent := c.Flags().String("agent", "", "whose menu and session the role agent may see and change")
	name := c.Flags().String("name", "", "who holds it, for the record of changes; unsaid: the role and the token's id")
	expires := c.Flags().String("expires", "", "after which it no longer works: 90d, 8h; unsaid: never")
	c.RunE = func(c *cobra.Command, _ []string) error {
		by := callas.Principal{Name: *name, Role: callas.Role(*role), Units: *units, Agent: *agent}
		if err := checkPrincipal(by); err != nil {
			return err
		}
		row, secret, err := p.newToken(by, *expires)
		if err != nil {
			return err
		}
		return p.withStore(c, true, func(ctx context.Context, store *sqlstore.Store) error {
			f, err := readFacts(ctx, store)
			if err == nil {
				err = checkFacts(by, f)
			}
			if err != nil {
				return err
			}
			_, err = store.Commit(ctx, source.Commit{
				Actor: operator(), Origin: "cli", Reason: "callas token create",
				Writes: []source.Write{{Kind: callas.KindToken, ID: row.ID, Row: settings.Normal(row), If: source.Absent}},
			})
			if err != nil {
				return err
			}
			fmt.Fprintf(p.out, "callas_%s_%s\n", row.ID, secret)
			fmt.Fprintf(p.err, "token %s for %s: keep it now, it is not shown again\n", row.ID, row.Principal.Name)
			return nil
		})
	}
	return p.reading(c, config.Store)
}

// newToken makes a token: its row, which keeps a hash, and the secret, which nobody does.
func (p *program) newToken(by callas.Principal, expires string) (*callas.AccessToken, string, error) {
	random := make([]byte, 5+32)
	if _, err := io.ReadFull(p.random, random); err != nil {
		return nil, "", fmt.Errorf("random: %w", err)
	}
	letters := base32.StdEncoding.WithPadding(base32.NoPadding)
	id, secret := strings.ToLower(letters.EncodeToString(random[:5])), strings.ToLower(letters.EncodeToString(random[5:]))
	sum := sha256.Sum256([]byte(secret))
	if by.Name == "" {
		by.Name = string(by.Role) + "-" + id
	}
	now := p.now().UTC()
	row := &callas.AccessToken{ID: id, Hash: hex.EncodeToString(sum[:]), Principal: by, CreatedAt: now}
	if expires != "" {
		d, err := config.ParseDuration(expires)
		if err != nil || d == 0 {
			return nil, "", fmt.Errorf("--expires %q: write 90d, 8h or 30m", expires)
		}
		end := now.Add(d)
		row.ExpiresAt = &end
	}
	return row, secret, nil
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
