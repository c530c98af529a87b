package main

import (
	"context"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"

	"callas/source"
	"callas/source/sqlstore"
	"callas/tests/bench/company"
)

// filled is a data directory with a company in it, and an administrator's token. It is
// filled once and kept: by the source itself, in its largest commits, since an import
// of a million agents takes minutes.
func (b *bench) filled(ctx context.Context, firm company.Company) (data, token string, err error) {
	schema, err := b.schema()
	if err != nil {
		return "", "", err
	}
	prefix := fmt.Sprintf("data-%d-", firm.Agents)
	kept := filepath.Join(b.kept, fmt.Sprintf("data-%s-%08x", firm.Digest(), schema))
	text, err := os.ReadFile(filepath.Join(kept, "token"))
	if os.IsNotExist(err) {
		if err = b.dropOld(prefix); err == nil {
			text, err = b.fill(ctx, kept, firm)
		}
	}
	if err != nil {
		return "", "", err
	}
	return kept, string(text), os.RemoveAll(filepath.Join(kept, "decisions")) // of an earlier run
}

// schema tells apart the tables that the source has had.
func (b *bench) schema() (uint32, error) {
	files, err := filepath.Glob(filepath.Join(b.root, "source", "sqlstore", "migrations", "*.sql"))
	if err != nil {
		return 0, err
	}
	sum := crc32.NewIEEE()
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			return 0, err
		}
		_, _ = sum.Write(text) // a hash takes everything
	}
	return sum.Sum32(), nil
}

// dropOld removes what was kept of a company that is drawn or stored otherwise now.
func (b *bench) dropOld(prefix string) error {
	entries, err := os.ReadDir(b.kept)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), prefix) {
			if err := os.RemoveAll(filepath.Join(b.kept, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *bench) fill(ctx context.Context, kept string, firm company.Company) ([]byte, error) {
	tell("%d agents: filling a data directory, once", firm.Agents)
	dir, err := os.MkdirTemp(b.kept, "new-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	token, err := b.administrator(ctx, dir)
	if err != nil {
		return nil, err
	}
	if err := commitAll(ctx, filepath.Join(dir, "callas.db"), firm); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "token"), []byte(token), 0o600); err != nil {
		return nil, err
	}
	return []byte(token), os.Rename(dir, kept)
}

// commitAll writes every row in commits of the largest size.
func commitAll(ctx context.Context, path string, firm company.Company) error {
	store, err := sqlstore.Open(ctx, sqlstore.Config{Path: path})
	if err != nil {
		return err
	}
	defer store.Close()
	c := source.Commit{Actor: "bench", Origin: "import", Writes: make([]source.Write, 0, source.MaxWrites)}
	commit := func() error {
		_, err := store.Commit(ctx, c)
		c.Writes = c.Writes[:0]
		return err
	}
	for row := range firm.Rows() {
		c.Writes = append(c.Writes, source.Write{Kind: row.Kind(), ID: row.Key(), Row: row, If: source.Absent})
		if len(c.Writes) == source.MaxWrites {
			if err := commit(); err != nil {
				return err
			}
		}
	}
	return commit()
}
