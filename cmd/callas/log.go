package main

import (
	"log/slog"

	"callas/cmd/config"
)

// logger writes to stderr what happens while serve or demo runs.
func (p *program) logger(cfg *config.Config) *slog.Logger {
	level := slog.LevelInfo
	// The table lets nothing but these words through.
	_ = level.UnmarshalText([]byte(cfg.LogLevel))
	options := &slog.HandlerOptions{Level: level}
	if cfg.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(p.err, options))
	}
	return slog.New(slog.NewTextHandler(p.err, options))
}
