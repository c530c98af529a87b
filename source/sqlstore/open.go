package sqlstore

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS

// What every connection is told. An acknowledged write must survive a power cut, so
// the log is synced at every commit. Another process may hold the write lock for as
// long as an import takes.
const pragmas = "?_pragma=busy_timeout(15000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)"

const (
	writing = pragmas + "&_pragma=cache_size(-65536)&_pragma=journal_size_limit(67108864)&_txlock=immediate"
	reading = pragmas + "&_pragma=query_only(1)"
)

// create makes the file and its directory where they are missing, readable by their
// owner only: SQLite would make it, and the files beside it, by the umask.
func create(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// open opens nothing yet: the first query does.
func open(path, options string) *sql.DB {
	// A path is not a URI: what would end or change it there is escaped.
	name := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
	db, err := sql.Open("sqlite", "file:"+name+options)
	if err != nil {
		panic(err) // the driver's name is a literal
	}
	if options == writing {
		db.SetMaxOpenConns(1)
	}
	return db
}

// migrate brings the tables up to this program's. Processes that start together on
// a new file race for it; those that lose find it done.
func migrate(ctx context.Context, db *sql.DB) error {
	const tries = 20
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, dir,
		goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		have, want, err := provider.GetVersions(ctx)
		switch {
		case err == nil && have == want:
			return nil
		case err == nil && have > want:
			return fmt.Errorf("its tables are of version %d, and this program knows them up to %d: "+
				"a newer callas has been here; run that one, or restore the backup made before it", have, want)
		case err == nil:
			_, err = provider.Up(ctx)
		}
		if err == nil {
			continue
		}
		if try == tries || ctx.Err() != nil {
			return fmt.Errorf("bring its tables up to date: %w", errors.Join(err, ctx.Err()))
		}
		time.Sleep(50 * time.Millisecond)
	}
}
