package decisionlog

import (
	"callas"
	"crypto/hmac"
	"crypto/sha256"
	"hash"
	"strconv"
	"time"
)

// A line is where one record is written before it has its number. Lines are pooled,
// and each remembers what was the same in the record before.
type line struct {
	before, after []byte // the identity
	terms         []term // what searches look for in it
	clock         clock
	mac           hash.Hash // keys Pseudonym; nil without a key
	text          []byte    // scratch of mac
	sum           [sha256.Size]byte
}

func newLine(key []byte) *line {
	l := &line{before: make([]byte, 0, 1024), after: make([]byte, 0, 128), terms: make([]term, 0, 8)}
	if len(key) > 0 {
		l.mac = hmac.New(sha256.New, key)
	}
	return l
}

// A clock writes times. Of two records of one line, most lie in the same second and
// nearly all in the same minute.
type clock struct {
	second int64
	to     []byte // "2026-11-22T13:05:06." of second
	minute int64
	zone   *time.Location
	day    []byte // input.time of minute in zone
}

// instant writes t in UTC with nanoseconds, RFC 3339, always 30 bytes.
func (c *clock) instant(b []byte, t time.Time) []byte {
	if s := t.Unix(); s != c.second || c.to == nil {
		c.second = s
		c.to = t.UTC().AppendFormat(c.to[:0], "2006-01-02T15:04:05.")
	}
	b = append(b, c.to...)
	n := len(b)
	b = append(b, "000000000Z"...)
	for ns, i := t.Nanosecond(), n+8; ns > 0; i-- {
		b[i] = byte('0' + ns%10)
		ns /= 10
	}
	return b
}

// local writes input.time as the policy was told it.
func (c *clock) local(b []byte, t time.Time, zone *time.Location) []byte {
	if zone == nil {
		zone = time.UTC
	}
	minute := t.Unix() / 60
	if minute != c.minute || zone != c.zone {
		in := t.In(zone)
		d := append(c.day[:0], `{"weekday":`...)
		d = strconv.AppendInt(d, int64(in.Weekday()), 10)
		d = append(d, `,"minute":`...)
		d = strconv.AppendInt(d, int64(in.Hour()*60+in.Minute()), 10)
		d = append(d, `,"date":"`...)
		d = in.AppendFormat(d, time.DateOnly)
		d = field(d, `","zone":`, zone.String())
		c.minute, c.zone, c.day = minute, zone, append(d, '}')
	}
	return append(b, c.day...)
}

// field writes name, which holds what precedes the value, and the value.
func field(b []byte, name, value string) []byte {
	return callas.AppendQuoted(append(b, name...), value)
}

// option is field, or nothing where the value is empty.
func option(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return field(b, name, value)
}
