package source

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"callas"
	"callas/giveway"
)

// TimeFormat is how times are kept and chained: RFC 3339 in UTC, always with
// microseconds, so that texts sort as the times do.
const TimeFormat = "2006-01-02T15:04:05.000000Z"

// Moment is t as it can be kept: in UTC, in whole microseconds.
func Moment(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// Body encodes the edits of a changeset as they are kept, chained and fed:
//
//	[{"kind":"agent","id":"anna","before":{...},"after":{...}}, ...]
func Body(edits []callas.Edit) ([]byte, error) {
	var b bytes.Buffer
	var work giveway.Worker
	encode := json.NewEncoder(&b)
	b.Grow(len(edits) * usualEdit)
	b.WriteByte('[')
	for i, e := range edits {
		work.Step()
		if i > 0 {
			b.WriteByte(',')
		}
		for _, part := range []struct {
			name  string
			value any
		}{{`{"kind":`, e.Kind}, {`,"id":`, e.ID}, {`,"before":`, e.Before}, {`,"after":`, e.After}} {
			if part.value == nil {
				continue
			}
			b.WriteString(part.name)
			if err := encode.Encode(part.value); err != nil {
				return nil, fmt.Errorf("%s %s: %w", e.Kind, e.ID, err)
			}
			b.Truncate(b.Len() - len("\n"))
		}
		b.WriteByte('}')
	}
	b.WriteByte(']')
	return b.Bytes(), nil
}

// usualEdit is about how many bytes an agent's edit takes in a body.
const usualEdit = 768

// hashed is how much of a body is hashed at once: some tens of microseconds.
const hashed = 64 << 10

// Chain returns the chain after a changeset: the first 128 bits, base64url, of a
// SHA-256 over the chain before it and everything the changeset says, each part
// behind its length. Its token's revision counts, its token's chain does not.
func Chain(before string, cs callas.Changeset, body []byte) string {
	h := sha256.New()
	var work giveway.Worker
	for _, part := range [][]byte{
		[]byte(before), strconv.AppendInt(nil, cs.Token.Revision, 10), []byte(cs.At.Format(TimeFormat)),
		[]byte(cs.Actor), []byte(cs.Origin), []byte(cs.Reason), body,
	} {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		for some := range slices.Chunk(part, hashed) {
			work.Step()
			h.Write(some)
		}
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16])
}
