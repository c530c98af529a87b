package state

import (
	"encoding/binary"
	"fmt"

	"github.com/hashicorp/go-memdb"
)

// text indexes a row by one of its texts. An empty text is not indexed. memdb's own
// indexers find the field by reflection, at several times the cost of a bulk load.
type text[R any] struct {
	field string
	of    func(R) string
}

func by[R any](name, field string, of func(R) string) *memdb.IndexSchema {
	return &memdb.IndexSchema{Name: name, AllowMissing: true, Indexer: text[R]{field, of}}
}

// FromObject is memdb's: the index value of a row.
func (x text[R]) FromObject(row any) (bool, []byte, error) {
	s := x.of(row.(R))
	return s != "", terminated(s), nil
}

// FromArgs is memdb's: the index value of a look-up.
func (x text[R]) FromArgs(args ...any) ([]byte, error) { return argument(args) }

// String describes the index for the golden schema.
func (x text[R]) String() string { return x.field }

// number indexes buckets.
type number struct{}

// FromObject is memdb's: the index value of a row.
func (number) FromObject(row any) (bool, []byte, error) {
	return true, binary.BigEndian.AppendUint16(nil, row.(*bucket).n), nil
}

// FromArgs is memdb's: the index value of a look-up.
func (number) FromArgs(args ...any) ([]byte, error) {
	return binary.BigEndian.AppendUint16(nil, args[0].(uint16)), nil
}

// String describes the index for the golden schema.
func (number) String() string { return "number" }

// terminated ends a key so that none is the beginning of another. It leaves no room
// behind it: memdb appends the row's id where an index is not unique.
func terminated(s string) []byte {
	b := make([]byte, len(s)+1)
	copy(b, s)
	return b
}

func argument(args []any) ([]byte, error) {
	if len(args) == 1 {
		if s, ok := args[0].(string); ok {
			return terminated(s), nil
		}
	}
	return nil, fmt.Errorf("look-up by %v: want one text", args)
}
