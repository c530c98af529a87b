package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"

	"github.com/spf13/cobra"

	"callas"
	"callas/source"
	"callas/source/sqlstore"
)

func (p *program) tokenCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "token",
		Short: "make, list and revoke access tokens and sign-ins, in the data directory itself: create, link, ls, revoke",
	}
	return group(c, p.tokenCreateCommand(), p.tokenLinkCommand(), p.tokenLsCommand(), p.tokenRevokeCommand())
}

// storeFile is the embedded store's file in the data directory.
const storeFile = "callas.db"

// openStore opens the embedded store, also while serve has it open. A directory that
// is not there is made only where create is set: a mistyped one must not pass for empty.
func openStore(ctx context.Context, dir string, create bool) (*sqlstore.Store, error) {
	path := filepath.Join(dir, storeFile)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) && !create {
		return nil, fmt.Errorf("%s: there is no store: --data names the directory that callas serve uses", path)
	}
	return sqlstore.Open(ctx, sqlstore.Config{Path: path})
}

// withStore opens the data directory of the command that runs, for as long as use does.
func (p *program) withStore(c *cobra.Command, create bool, use func(context.Context, *sqlstore.Store) error) error {
	cfg, err := p.config(c)
	if err != nil {
		return err
	}
	store, err := openStore(c.Context(), cfg.Data, create)
	if err != nil {
		return err
	}
	return errors.Join(use(c.Context(), store), store.Close())
}

// facts is what the token commands read of a store.
type facts struct {
	tokens []*callas.AccessToken // in the order of their ids
	units  []string
	agents map[string]bool
}

func readFacts(ctx context.Context, store source.Backend) (facts, error) {
	f := facts{agents: map[string]bool{}}
	_, err := store.Snapshot(ctx, func(row callas.Row) error {
		switch r := row.(type) {
		case *callas.AccessToken:
			f.tokens = append(f.tokens, r)
		case *callas.Unit:
			f.units = append(f.units, r.ID)
		case *callas.Agent:
			f.agents[r.ID] = true
		}
		return nil
	})
	return f, err
}

// operator names who works at the command line, for the record of a change.
func operator() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return "cli:" + u.Username
	}
	return "cli"
}
