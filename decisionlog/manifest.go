package decisionlog

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"time"
)

const manifestName = "manifest.json"

// A Cut is where retention has ended the record: what was before is gone by intent.
type Cut struct {
	Seq   uint64    `json:"seq"`   // the last record dropped; 0: none
	Chain string    `json:"chain"` // after it, in hex
	At    time.Time `json:"at"`    // when it was dropped
}

type manifest struct {
	Version int `json:"version"`
	Cut     Cut `json:"cut"`
}

// readCut reads the manifest; the zero Cut where there is none.
func readCut(dir string) (Cut, chain, error) {
	path := filepath.Join(dir, manifestName)
	m, found, err := readNote(path, func(m manifest) int { return m.Version })
	if err != nil || !found {
		return Cut{}, chain{}, err
	}
	sum, err := hex.DecodeString(m.Cut.Chain)
	if err != nil || len(sum) != len(chain{}) {
		return Cut{}, chain{}, fmt.Errorf("decision log: %s: cut.chain is no SHA-256 in hex", path)
	}
	return m.Cut, chain(sum), nil
}

func writeCut(dir string, c Cut) error {
	text, err := json.MarshalIndent(manifest{noteVersion, c}, "", "  ")
	if err != nil {
		return err
	}
	return replace(filepath.Join(dir, manifestName), append(text, '\n'))
}
