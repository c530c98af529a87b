package decisionlog

import (
	"encoding/json"
	"path/filepath"
)

const cursorName = "ship.json"

type cursor struct {
	Version int    `json:"version"`
	Seq     uint64 `json:"seq"` // the last record that was accepted
}

// readCursor reads how far the record was shipped; 0 where nothing was.
func readCursor(dir string) (uint64, error) {
	c, _, err := readNote(filepath.Join(dir, cursorName), func(c cursor) int { return c.Version })
	return c.Seq, err
}

func writeCursor(dir string, seq uint64) error {
	text, err := json.Marshal(cursor{noteVersion, seq})
	if err != nil {
		return err
	}
	return replace(filepath.Join(dir, cursorName), append(text, '\n'))
}
