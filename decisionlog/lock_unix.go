//go:build unix

package decisionlog

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// takeLock keeps a second writer out for as long as the file is open. The system lets
// go of it when the process dies, however it dies.
func takeLock(dir string) (*os.File, error) {
	path := filepath.Join(dir, "lock")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, fileMode)
	if err != nil {
		return nil, fmt.Errorf("decision log: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("decision log: %s: another process writes to this directory: %w", path, err)
	}
	return f, nil
}
