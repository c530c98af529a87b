package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"callas/cmd/config"
	"callas/decisionlog"
)

// recordDir is where decisions are kept, in the data directory.
const recordDir = "decisions"

// closeTime is how long a stop waits for the last decisions to reach the disk.
const closeTime = 5 * time.Second

// openRecord opens the record of decisions, and says how it writes callees.
func openRecord(dir string, cfg *config.Config, log *slog.Logger) (*decisionlog.Log, decisionlog.Mask, error) {
	mask, err := decisionlog.ParseMask(cfg.Record.Callee)
	if err != nil {
		return nil, mask, err
	}
	key, err := secret("record key", cfg.Record.Key)
	if err != nil {
		return nil, mask, err
	}
	if mask == decisionlog.Pseudonym && key == nil {
		return nil, mask, fmt.Errorf("record.callee is pseudonym, which needs a secret: name a file with one in record.key")
	}
	token, err := secret("record ship token", cfg.Record.ShipToken)
	if err != nil {
		return nil, mask, err
	}
	host, err := os.Hostname()
	if err != nil {
		return nil, mask, err
	}
	record, err := decisionlog.Open(decisionlog.Config{
		Dir: filepath.Join(dir, recordDir), MaxAge: cfg.Record.MaxAge, Strict: cfg.Record.Strict == config.Yes,
		PseudonymKey: key, Name: host, Ship: decisionlog.Ship{URL: cfg.Record.ShipURL, Token: string(token)}, Log: log,
	})
	return record, mask, err
}

// secret reads a file without the line feed at its end; nothing where none is named.
func secret(what, file string) ([]byte, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return bytes.TrimRight(text, "\r\n"), nil
}

// closeRecord puts on disk what is still in memory. It never waits for ever.
func closeRecord(record *decisionlog.Log) error {
	ctx, done := context.WithTimeout(context.Background(), closeTime)
	defer done()
	return record.Close(ctx)
}
