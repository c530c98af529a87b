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

// A term is a value that is looked for, and what it is of.
type term uint32

// A subject is what a term is of. It is what the checksum begins with.
type subject uint32

// The subjects. What the platform called an agent counts as much as the id.
const (
	ofDecision subject = iota + 1
	ofAgent
	ofClass
	ofService
	ofReason
)

// termOf is the term of a quoted value.
func termOf(of subject, quoted []byte) term {
	table := crc32.MakeTable(crc32.Castagnoli) // the one table of the process
	return term(crc32.Update(uint32(of), table, quoted))
}

// termsOf adds every term of a group's records. A string holds no quote that is not
// escaped, so that what looks like a field's name is one.
func termsOf(terms []term, text []byte) []term {
	for line := range bytes.Lines(text) {
		for _, field := range []struct {
			name string
			of   subject
		}{
			{`,"decision":`, ofDecision}, {`,"agent":`, ofAgent}, {`,"asked":`, ofAgent}, {`"class":`, ofClass}, {`,"service":`, ofService},
		} {
			if v := valueOf(line, field.name); v != nil {
				terms = append(terms, termOf(field.of, v))
			}
		}
		for v := range reasonsOf(line) {
			terms = append(terms, termOf(ofReason, v))
		}
	}
	return terms
}

// reasonsOf gives a line's reasons, quoted.
func reasonsOf(line []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		_, rest, _ := bytes.Cut(line, []byte(`,"reasons":[`))
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
func valueOf(line []byte, name string) []byte {
	i := bytes.Index(line, []byte(name))
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
