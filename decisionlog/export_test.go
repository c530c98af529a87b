package decisionlog

import "os"

// WithFsync is c over a disk whose fsync is another.
func WithFsync(c Config, fsync func(*os.File) error) Config {
	c.fsync = fsync
	return c
}
