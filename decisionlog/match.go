package decisionlog

import (
	"bytes"
	"slices"
)

// may reports whether a line can match: it is what keeps most from being parsed.
func (s *search) may(text []byte) bool {
	for _, word := range s.needle {
		if !bytes.Contains(text, word) {
			return false
		}
	}
	for r := range reasonsOf(text) {
		if bytes.Equal(r, s.reason) {
			return true
		}
	}
	return s.reason == nil
}

func (s *search) match(r *Record) bool { return (s.id == "" || s.id == r.ID) && s.Matches(r) }

// Matches reports whether a record is among those that the query looks for, wherever it
// begins.
func (q *Query) Matches(r *Record) bool {
	w := bounds{q.From, q.To}
	if !w.hold(r.At) || !r.Decided() && q.particular() || q.Visible != nil && !q.Visible(r) {
		return false
	}
	return (q.Agent == "" || q.Agent == r.Agent || q.Agent == r.Asked) &&
		(q.Service == "" || q.Service == r.Service) &&
		(q.As == "" || q.As == r.As) &&
		(q.Class == "" || q.Class == r.Target.Class) &&
		(q.Reason == "" || slices.Contains(r.Reasons, q.Reason))
}

// particular reports whether the query asks for decisions of some sort, which a record of
// anything else is not.
func (q *Query) particular() bool {
	return q.Agent != "" || q.Service != "" || q.As != "" || q.Class != "" || q.Reason != "" || q.id != ""
}

// Everything reports whether the query looks for all records.
func (q *Query) Everything() bool { return !q.particular() && q.From.IsZero() && q.To.IsZero() }
