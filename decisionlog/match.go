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

func (s *search) match(r *Record) bool {
	if !s.hold(r.At) || r.Lost > 0 && len(s.needle) > 0 || s.Visible != nil && !s.Visible(r) {
		return false
	}
	return (s.id == "" || s.id == r.ID) &&
		(s.Agent == "" || s.Agent == r.Agent || s.Agent == r.Asked) &&
		(s.Service == "" || s.Service == r.Service) &&
		(s.As == "" || s.As == r.As) &&
		(s.Class == "" || s.Class == r.Target.Class) &&
		(s.Reason == "" || slices.Contains(r.Reasons, s.Reason))
}
