package decisionlog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// An unfolder reads the records of one group, and what they point to in it.
type unfolder struct {
	first uint64
	text  []byte
	lines [][]byte // by place; nil until one is pointed to
	read  map[uint64]*Record
}

// A stored is a record as its line has it.
type stored struct {
	Record
	Identity json.RawMessage `json:"identity"` // one, null, or the number of the record that has it
	Age      *time.Duration  `json:"age_ns"`   // of the facts
	Like     uint64          `json:"like"`     // the record that has the surroundings
}

func newUnfolder(h header, text []byte) *unfolder { return &unfolder{first: h.first, text: text} }

// parse reads one line.
func (u *unfolder) parse(text []byte) (Record, error) {
	var s stored
	if err := json.Unmarshal(text, &s); err != nil {
		return Record{}, fmt.Errorf("record: %w", err)
	}
	r := &s.Record
	if len(s.Identity) > 0 && s.Identity[0] >= '0' && s.Identity[0] <= '9' {
		var seq uint64
		if err := json.Unmarshal(s.Identity, &seq); err != nil {
			return Record{}, fmt.Errorf("record %d: identity: %w", r.Seq, err)
		}
		full, err := u.full(r.Seq, seq)
		if err != nil {
			return Record{}, err
		}
		r.Identity = full.Identity
	} else if len(s.Identity) > 0 {
		if err := json.Unmarshal(s.Identity, &r.Identity); err != nil {
			return Record{}, fmt.Errorf("record %d: identity: %w", r.Seq, err)
		}
	}
	if s.Like > 0 {
		full, err := u.full(r.Seq, s.Like)
		if err != nil {
			return Record{}, err
		}
		r.Platform, r.Revision, r.Policy, r.Stale, r.Input = full.Platform, full.Revision, full.Policy, full.Stale, full.Input
	}
	if s.Age != nil {
		r.Input.Age = *s.Age
	}
	return *r, nil
}

// full is a record of the group that another, after it, points to.
func (u *unfolder) full(from, seq uint64) (*Record, error) {
	if r := u.read[seq]; r != nil {
		return r, nil
	}
	if u.lines == nil {
		u.lines, u.read = bytes.SplitAfter(u.text, []byte{'\n'}), map[uint64]*Record{}
	}
	if seq < u.first || seq >= from || seq-u.first >= uint64(len(u.lines)) {
		return nil, fmt.Errorf("record %d: points to %d, which is not before it in its group", from, seq)
	}
	r, err := u.parse(u.lines[seq-u.first])
	if err != nil {
		return nil, err
	}
	if r.Seq != seq {
		return nil, fmt.Errorf("record %d: points to %d, which is not in its place", from, seq)
	}
	u.read[seq] = &r
	return &r, nil
}
