package decisionlog

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// A group lies on disk as a header and its records, a line each:
//
//	  0  magic    "CDLG"
//	  4  version  1, then three zero bytes
//	  8  length   of the records, bytes
//	 12  count    of the records
//	 16  first    sequence number of the first
//	 24  from     earliest time in it, Unix ns
//	 32  to       latest
//	 40  prev     chain of the group before; zeroes for the first of all
//	 72  chain    SHA-256 over bytes 0 to 71 and the records
//	104  crc      CRC-32C over bytes 0 to 103 and the records
//	108  0 0 0 \n so that the first record begins a line
//
// Integers are little endian. How a line says only what is new in it is in fold.go.
const (
	headerBytes = 112
	chained     = 72  // what of the header the chain covers
	summed      = 104 // what the checksum covers
	version     = 1
	magic       = "CDLG"

	// maxPayload bounds what a header may announce. No group is larger than a buffer.
	maxPayload = MaxBuffer
)

type chain [sha256.Size]byte

// A header tells what a group holds.
type header struct {
	length, count uint32
	first         uint64
	from, to      int64
	prev, chain   chain
	crc           uint32
}

func (h *header) last() uint64 { return h.first + uint64(h.count) - 1 }
func (h *header) size() int64  { return headerBytes + int64(h.length) }
func (h *header) span() span   { return span{h.first, h.last(), h.from, h.to} }

var errNoHeader = errors.New("no group begins here")

// readHeader reads the first headerBytes of b. It proves nothing about the records.
func readHeader(b []byte) (header, error) {
	le := binary.LittleEndian
	if len(b) < headerBytes || string(b[:4]) != magic {
		return header{}, errNoHeader
	}
	h := header{length: le.Uint32(b[8:]), count: le.Uint32(b[12:]), first: le.Uint64(b[16:]),
		from: int64(le.Uint64(b[24:])), to: int64(le.Uint64(b[32:])),
		prev: chain(b[40:72]), chain: chain(b[72:104]), crc: le.Uint32(b[104:])}
	switch {
	case le.Uint32(b[4:]) != version:
		return header{}, errors.New("a group of another version")
	case string(b[108:112]) != "\x00\x00\x00\n",
		h.length > maxPayload, h.count == 0, h.length < h.count, h.first == 0, h.last() < h.first:
		return header{}, errNoHeader
	}
	return h, nil
}

// seal writes the header into the first headerBytes of frame, whose rest are the records.
func seal(frame []byte, h header) chain {
	le := binary.LittleEndian
	copy(frame, magic)
	le.PutUint32(frame[4:], version)
	le.PutUint32(frame[8:], uint32(len(frame)-headerBytes))
	le.PutUint32(frame[12:], h.count)
	le.PutUint64(frame[16:], h.first)
	le.PutUint64(frame[24:], uint64(h.from))
	le.PutUint64(frame[32:], uint64(h.to))
	copy(frame[40:], h.prev[:])
	sum := chainOf(frame)
	copy(frame[72:], sum[:])
	le.PutUint32(frame[104:], checksum(frame))
	copy(frame[108:], "\x00\x00\x00\n")
	return sum
}

// chainOf is the chain that a frame's bytes make.
func chainOf(frame []byte) (sum chain) {
	h := sha256.New()
	h.Write(frame[:chained])
	h.Write(frame[headerBytes:])
	h.Sum(sum[:0])
	return sum
}

func checksum(frame []byte) uint32 {
	table := crc32.MakeTable(crc32.Castagnoli) // the one table of the process
	return crc32.Update(crc32.Checksum(frame[:summed], table), table, frame[headerBytes:])
}
