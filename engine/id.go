package engine

import (
	"crypto/rand"
	"encoding/base32"
	"sync/atomic"
)

const (
	idBytes = 15 // 120 random bits: no two decisions of any installation share one
	idText  = idBytes * 8 / 5
	idBlock = 256 // ids made at a time, so that one costs neither a system call nor an allocation
)

// ids hands out names for decisions.
type ids struct{ block atomic.Pointer[idsBlock] }

type idsBlock struct {
	text string
	used atomic.Int64
}

// next returns a new id: 24 letters and digits, upper case.
func (s *ids) next() string {
	for {
		b := s.block.Load()
		if b != nil {
			if i := int(b.used.Add(1)) - 1; i < idBlock {
				return b.text[i*idText : (i+1)*idText]
			}
		}
		var random [idBlock * idBytes]byte
		rand.Read(random[:]) // never fails: crypto/rand ends the program first
		s.block.CompareAndSwap(b, &idsBlock{text: base32.StdEncoding.EncodeToString(random[:])})
	}
}
