package decisionlog

import (
	"bytes"
	"hash/crc32"
	"iter"
)

// filterBytes is what the filter of one block takes. A group that is larger than a
// block by itself has as much for each block that it is worth. With the 700 records of
// a block and three terms of their own each, one look-up in fifty says yes for nothing.
const filterBytes = 2 << 10

// probes is how many bits stand for a term.
const probes = 4

// A filter tells what a block cannot hold (a Bloom filter over its terms), so that a
// search for one agent, one service or one decision reads hardly any other's records.
type filter []byte

// newFilter is one for a block that begins with a group of n bytes.
func newFilter(n int64) filter { return make(filter, filterBytes*(1+n/blockBytes)) }

// A term is a value that is looked for, and in which field.
type term uint32

// The fields that are looked for, as they stand in a line. What the platform called
// an agent counts as much as the id.
var (
	nameAgent    = []byte(`,"agent":`)
	nameAsked    = []byte(`,"asked":`)
	nameClass    = []byte(`"class":`)
	nameService  = []byte(`,"service":`)
	nameReasons  = []byte(`,"reasons":[`)
	nameDecision = []byte(`,"decision":`)
)

// termOf is the term of a quoted value.
func termOf(name, quoted []byte) term {
	table := crc32.MakeTable(crc32.Castagnoli) // the one table of the process
	return term(crc32.Update(crc32.Checksum(name, table), table, quoted))
}

// add notes every term of a line. A string holds no quote that is not escaped, so
// that what looks like a field's name is one.
func (f filter) add(line []byte) {
	for _, name := range [][]byte{nameDecision, nameAgent, nameAsked, nameClass, nameService} {
		if v := valueOf(line, name); v != nil {
			if &name[0] == &nameAsked[0] {
				name = nameAgent
			}
			f.set(termOf(name, v))
		}
	}
	for v := range reasonsOf(line) {
		f.set(termOf(nameReasons, v))
	}
}

// reasonsOf gives a line's reasons, quoted.
func reasonsOf(line []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		_, rest, _ := bytes.Cut(line, nameReasons)
		for len(rest) > 0 && rest[0] == '"' {
			v := quoted(rest)
			if !yield(v) {
				return
			}
			rest = bytes.TrimPrefix(rest[len(v):], []byte{','})
		}
	}
}

// valueOf is the quoted value of a field; nil where the line has none.
func valueOf(line, name []byte) []byte {
	i := bytes.Index(line, name)
	if i < 0 {
		return nil
	}
	return quoted(line[i+len(name):])
}

// quoted is the JSON string that b begins with, quotes included.
func quoted(b []byte) []byte {
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return b[:i+1]
		}
	}
	return b
}

func (f filter) set(t term) {
	for i := range uint32(probes) {
		bit := f.bit(t, i)
		f[bit/8] |= 1 << (bit % 8)
	}
}

// may reports whether the block can hold every one of the terms.
func (f filter) may(terms []term) bool {
	for _, t := range terms {
		for i := range uint32(probes) {
			if bit := f.bit(t, i); f[bit/8]&(1<<(bit%8)) == 0 {
				return false
			}
		}
	}
	return true
}

func (f filter) bit(t term, i uint32) uint32 {
	bits := uint32(len(f)) * 8
	return uint32((uint64(t) + uint64(i)*uint64(uint32(t)/bits|1)) % uint64(bits))
}
