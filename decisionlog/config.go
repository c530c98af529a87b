package decisionlog

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"time"
)

// check fills in what is zero and refuses what cannot work.
func (c *Config) check() error {
	if c.Dir == "" {
		return errors.New("decision log: no directory to write to")
	}
	if c.Log == nil {
		return errors.New("decision log: no log to tell trouble to")
	}
	if c.SegmentBytes <= 0 {
		c.SegmentBytes = DefaultSegmentBytes
	}
	if c.SyncEvery <= 0 {
		c.SyncEvery = DefaultSyncEvery
	}
	if c.Buffer == 0 {
		c.Buffer = DefaultBuffer
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Rand == nil {
		c.Rand = rand.Float64
	}
	if c.fsync == nil {
		c.fsync = (*os.File).Sync
	}
	switch {
	case c.SyncEvery > MaxSyncEvery:
		return fmt.Errorf("decision log: sync every %v: at most %v", c.SyncEvery, MaxSyncEvery)
	case c.Buffer < MinBuffer || c.Buffer > MaxBuffer:
		return fmt.Errorf("decision log: a buffer of %d bytes: from %d to %d", c.Buffer, MinBuffer, MaxBuffer)
	case c.MaxAge < 0 || c.MaxBytes < 0:
		return errors.New("decision log: retention: an age and a size cannot be negative")
	case len(c.PseudonymKey) > 0 && len(c.PseudonymKey) < MinKey:
		return fmt.Errorf("decision log: a pseudonym key of %d bytes: at least %d", len(c.PseudonymKey), MinKey)
	}
	return nil
}
