package decisionlog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
)

// contentsSuffix is that of the file beside a finished segment which tells what its
// blocks hold. It is made from the segment, and made again where it is missing or does
// not fit: nothing is proved by it.
const contentsSuffix = ".idx"

// A contents file is a head, and for each block a card and its filter, little endian,
// behind a CRC-32C of all that follows it.
type contentsHead struct {
	Magic  [4]byte // "CDIX"
	Blocks uint32
	File   int64 // size of the segment that it is of
	Size   int64 // where its last sound group ends
	Chain  chain // after that group
}

type card struct {
	First, Last   uint64
	From, To, Off int64
	Filter        uint32 // bytes of it
}

var contentsMagic = [4]byte{'C', 'D', 'I', 'X'}

func (s segment) contents() string { return strings.TrimSuffix(s.path, suffix) + contentsSuffix }

// writeContents writes what the marks of a finished segment tell. Each has a filter.
func (x *indexed) writeContents() error {
	info, err := os.Stat(x.path)
	if err != nil {
		return err
	}
	head := contentsHead{contentsMagic, uint32(len(x.marks)), info.Size(), x.size, x.chain}
	b, err := binary.Append(make([]byte, crc32.Size), binary.LittleEndian, head)
	for i := 0; err == nil && i < len(x.marks); i++ {
		m := &x.marks[i]
		b, err = binary.Append(b, binary.LittleEndian, card{m.first, m.last, m.from, m.to, m.off, uint32(len(m.holds))})
		b = append(b, m.holds...)
	}
	if err != nil {
		return err
	}
	binary.LittleEndian.PutUint32(b, crc32.Checksum(b[crc32.Size:], crc32.MakeTable(crc32.Castagnoli)))
	next := x.contents() + ".next"
	if err := os.WriteFile(next, b, fileMode); err != nil {
		return err
	}
	if err := os.Rename(next, x.contents()); err != nil {
		return err
	}
	if _, err := os.Stat(x.path); gone(err) { // retention was faster
		return removeIfThere(x.contents())
	}
	return nil
}

// readContents is what writeContents wrote, or why it does not fit the segment. It reads
// filters only where they are asked for.
func (x *indexed) readContents(filters bool) error {
	b, err := os.ReadFile(x.contents())
	if err != nil {
		return err
	}
	info, err := os.Stat(x.path)
	if err != nil {
		return err
	}
	unfit := fmt.Errorf("%s: is not of the segment as it is", filepath.Base(x.contents()))
	if len(b) < crc32.Size || binary.LittleEndian.Uint32(b) != crc32.Checksum(b[crc32.Size:], crc32.MakeTable(crc32.Castagnoli)) {
		return unfit
	}
	b = b[crc32.Size:]
	var head contentsHead
	n, err := binary.Decode(b, binary.LittleEndian, &head)
	if err != nil || head.Magic != contentsMagic || head.File != info.Size() {
		return unfit
	}
	was := *x
	x.marks, x.span, x.size, x.chain, x.known = make([]mark, 0, head.Blocks), span{}, head.Size, head.Chain, true
	for b = b[n:]; len(b) > 0; {
		var c card
		n, err := binary.Decode(b, binary.LittleEndian, &c)
		if err != nil || len(b)-n < int(c.Filter) {
			*x = was
			return unfit
		}
		m := mark{span: span{c.First, c.Last, c.From, c.To}, off: c.Off}
		if filters {
			m.holds = b[n : n+int(c.Filter)]
		}
		x.marks, b = append(x.marks, m), b[n+int(c.Filter):]
		x.join(m.span)
	}
	return nil
}

// seal writes down what the segments hold that are not written to any more, and forgets
// their filters.
func (x *index) seal() error {
	x.mu.Lock()
	var done []indexed
	for _, s := range x.all[:max(0, len(x.all)-1)] {
		if len(s.marks) > 0 && s.marks[0].holds != nil {
			done = append(done, s)
		}
	}
	x.mu.Unlock()
	var errs []error
	for i := range done {
		errs = append(errs, done[i].writeContents())
		x.put(done[i].bare())
	}
	return errors.Join(errs...)
}

// bare is x without filters, which take more memory than all the rest.
func (x indexed) bare() indexed {
	marks := make([]mark, len(x.marks))
	for i, m := range x.marks {
		m.holds = nil
		marks[i] = m
	}
	x.marks = marks
	return x
}
