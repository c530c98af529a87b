package decisionlog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// A reader reads the groups of a segment, or of a part of one, in order.
type reader struct {
	file io.ReaderAt
	off  int64 // where the next group begins
	end  int64 // read no further
	buf  []byte
}

// Damage is why a group cannot be read.
type damage struct {
	off  int64
	why  string
	torn bool // what is there is the beginning of a group that was not written to its end
}

func (d *damage) Error() string { return fmt.Sprintf("at byte %d: %s", d.off, d.why) }

// next reads one whole group and moves on. The records are good until the next read.
// It answers io.EOF at the end, and a *damage, without moving, where no sound group lies.
func (r *reader) next() (header, []byte, error) {
	h, err := r.peek()
	if err != nil {
		return header{}, nil, err
	}
	frame, err := r.bytes(h.size())
	if err != nil {
		return header{}, nil, err
	}
	if checksum(frame) != h.crc {
		return header{}, nil, &damage{off: r.off, why: "the checksum is not that of the group"}
	}
	r.off += h.size()
	return h, frame[headerBytes:], nil
}

// peek reads the header of the group that begins here, and that it is all there.
func (r *reader) peek() (header, error) {
	left := r.end - r.off
	if left <= 0 {
		return header{}, io.EOF
	}
	b, err := r.bytes(min(left, headerBytes))
	if err != nil {
		return header{}, err
	}
	if left < headerBytes {
		torn := bytes.HasPrefix([]byte(magic), b[:min(len(b), len(magic))])
		return header{}, &damage{off: r.off, torn: torn, why: fmt.Sprintf("%d bytes are no group", left)}
	}
	h, err := readHeader(b)
	if err != nil {
		return header{}, &damage{off: r.off, why: err.Error()}
	}
	if h.size() > left {
		return header{}, &damage{off: r.off, torn: true,
			why: fmt.Sprintf("the group ends after %d of %d bytes", left, h.size())}
	}
	return h, nil
}

// bytes reads n bytes from here.
func (r *reader) bytes(n int64) ([]byte, error) {
	if int64(cap(r.buf)) < n {
		r.buf = make([]byte, n)
	}
	r.buf = r.buf[:n]
	if _, err := r.file.ReadAt(r.buf, r.off); err != nil {
		if errors.Is(err, io.EOF) { // cut while it was being read
			return nil, &damage{off: r.off, torn: true, why: "the file ended while it was read"}
		}
		return nil, err
	}
	return r.buf, nil
}

// resync moves behind damage to the next sound group, and reports whether there is one.
func (r *reader) resync() bool {
	const window = 64 << 10
	b := make([]byte, window)
	for at := r.off + 1; at < r.end; {
		n, err := r.file.ReadAt(b[:min(window, r.end-at)], at)
		if n < len(magic) || err != nil && !errors.Is(err, io.EOF) {
			return false
		}
		i := bytes.Index(b[:n], []byte(magic))
		if i < 0 {
			at += int64(n - len(magic) + 1)
			continue
		}
		try := reader{file: r.file, off: at + int64(i), end: r.end, buf: r.buf}
		if _, _, err := try.next(); err == nil {
			r.off = at + int64(i)
			return true
		}
		at += int64(i) + 1
	}
	return false
}
