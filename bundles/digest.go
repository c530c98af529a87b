package bundles

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"hash"
	"slices"

	"github.com/open-policy-agent/opa/v1/bundle"
)

// digest names a law by what decides: its modules by path and its data. The
// same texts give the same digest from a folder and from an archive. Every part
// is preceded by its length, so that no two laws run together to the same bytes.
func digest(modules []bundle.ModuleFile, data map[string]any) (string, error) {
	h := sha256.New()
	byPath := slices.SortedFunc(slices.Values(modules), func(a, b bundle.ModuleFile) int {
		return cmp.Compare(a.Path, b.Path)
	})
	for _, m := range byPath {
		part(h, []byte(m.Path))
		part(h, m.Raw)
	}
	canonical, err := json.Marshal(data) // object keys sorted
	if err != nil {
		return "", err
	}
	part(h, canonical)
	return "sha256:" + hex.EncodeToString(h.Sum(nil)), nil
}

func part(h hash.Hash, b []byte) {
	var length [8]byte
	binary.BigEndian.PutUint64(length[:], uint64(len(b)))
	h.Write(length[:])
	h.Write(b)
}
