package server

import (
	"fmt"

	"callas"
	"callas/settings"
	"callas/source"
)

// unreadable is a request whose fields could not be read.
func unreadable(problems []callas.Problem) *Problem {
	p := refuse(badRequest, "see errors")
	p.Errors = problems[:min(len(problems), MaxProblems)]
	return p
}

// readable tells two kinds of problem apart that reading a row may have: a body that
// is no such row (400) and a row that says what may not be said here (422).
func (s *Server) readable(k callas.Kind, body []byte, problems []callas.Problem) error {
	if len(problems) == 0 {
		return nil
	}
	if _, malformed := settings.Decode(k, body); len(malformed) > 0 {
		return unreadable(malformed)
	}
	return unfitting(problems)
}

// unfitting is a row that breaks a rule.
func unfitting(problems []callas.Problem) *Problem {
	p := refuse(invalid, "see errors; nothing was changed")
	p.Errors = problems[:min(len(problems), MaxProblems)]
	return p
}

// unfit turns the rules' findings into a problem. What stands against a deletion is
// other settings, so that is a conflict; anything else is wrong with the row sent.
func unfit(writes []source.Write, found []settings.Finding) *Problem {
	problems := make([]callas.Problem, 0, len(found))
	deletions := true
	for _, f := range found {
		problem := f.Problem
		if f.Write >= 0 && f.Write < len(writes) {
			w := writes[f.Write]
			deletions = deletions && w.Row == nil
			if len(writes) > 1 {
				problem.Detail = fmt.Sprintf("%s %s: %s", w.Kind, w.ID, problem.Detail)
			}
		}
		problems = append(problems, problem)
	}
	p := unfitting(problems)
	if deletions {
		p = refuse(conflict, "see errors; nothing was changed")
		p.Errors = problems[:min(len(problems), MaxProblems)]
	}
	return p
}
