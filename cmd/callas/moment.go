package main

import (
	"fmt"
	"time"

	"callas/cmd/config"
)

// moment reads a time as people write it; the zero time where there is none.
func (p *program) moment(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	if t, err := time.ParseInLocation(time.DateOnly, text, time.Local); err == nil {
		return t, nil
	}
	if ago, err := config.ParseDuration(text); err == nil {
		return p.now().Add(-ago), nil
	}
	return time.Time{}, fmt.Errorf("--%s %q: want a time such as 2026-11-22T13:00:00Z, a day, or how long ago: 8h", flag, text)
}
