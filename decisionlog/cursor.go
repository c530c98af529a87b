package decisionlog

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const cursorName = "ship.json"

type cursor struct {
	Version int    `json:"version"`
	Seq     uint64 `json:"seq"` // the last record that was accepted
}

// readCursor reads how far the record was shipped; 0 where nothing was.
func readCursor(dir string) (uint64, error) {
	path := filepath.Join(dir, cursorName)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	var c cursor
	if err == nil {
		err = json.Unmarshal(text, &c)
	}
	if err == nil && c.Version != 1 {
		err = fmt.Errorf("version %d, want 1", c.Version)
	}
	if err != nil {
		return 0, fmt.Errorf("decision log: %s: %w", path, err)
	}
	return c.Seq, nil
}

func writeCursor(dir string, seq uint64) error {
	text, err := json.Marshal(cursor{1, seq})
	if err != nil {
		return err
	}
	return replace(filepath.Join(dir, cursorName), append(text, '\n'))
}
