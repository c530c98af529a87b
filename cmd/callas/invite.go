package main

import (
	"context"
	"fmt"
	"slices"

	"callas"
	"callas/cmd/config"
	"callas/settings"
	"callas/source"
	"callas/source/sqlstore"
	"callas/state"
)

// everLetIn reports whether there is, or ever was, an access token or a sign-in: whether
// someone has made this installation theirs. Links are invitations that nobody may have
// followed.
func everLetIn(ctx context.Context, sn *state.Snapshot, store *sqlstore.Store) (bool, error) {
	lasting := func(row callas.Row) bool {
		token, ok := row.(*callas.AccessToken)
		return ok && token.Use != callas.UseLink
	}
	for row := range sn.Rows(callas.KindToken) {
		if lasting(row) {
			return true, nil
		}
	}
	q := source.HistoryQuery{Kind: callas.KindToken}
	for {
		sets, err := store.History(ctx, q)
		if err != nil || len(sets) == 0 {
			return false, err
		}
		for _, cs := range sets {
			if slices.ContainsFunc(cs.Edits, func(e callas.Edit) bool { return lasting(e.After) || lasting(e.Before) }) {
				return true, nil
			}
			q.Before = cs.Token.Revision
		}
	}
}

// invite prints the link that makes who opens it the first administrator. There is no
// default password: who reads this output, or may write the data directory, owns callas.
func (p *program) invite(ctx context.Context, store *sqlstore.Store, cfg *config.Config, admin string) error {
	at, err := pagesAt(cfg, admin)
	if err != nil {
		return err
	}
	_, key, err := p.newToken(ctx, store, callas.Principal{Name: "Administrator", Role: callas.RoleAdmin}, callas.UseLink, settings.LinkLife)
	if err != nil {
		return fmt.Errorf("link for the first administrator: %w", err)
	}
	fmt.Fprintf(p.out, `
callas: nobody has signed in here yet. Who opens this first, within %d minutes, is its administrator:

  %s

After that, %s token link --role admin --data %s prints another.

`, int(settings.LinkLife.Minutes()), welcomeLink(at, key), p.name, cfg.Data)
	return nil
}
