package decisionlog

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// noteVersion is the version of the small JSON files beside the segments.
const noteVersion = 1

// readNote reads one of them; found is false where there is none. The zero T goes with
// every error.
func readNote[T any](path string, version func(T) int) (note T, found bool, err error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return note, false, nil
	}
	var n T
	if err == nil {
		err = json.Unmarshal(text, &n)
	}
	if err == nil && version(n) != noteVersion {
		err = fmt.Errorf("version %d, want %d", version(n), noteVersion)
	}
	if err != nil {
		return note, false, fmt.Errorf("decision log: %s: %w", path, err)
	}
	return n, true, nil
}
