package server

import (
	"fmt"

	"callas"
	"callas/settings"
	"callas/source"
	"callas/state"
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

// shown reports whether the asker sees the row of a write, as it is or as it is to be.
func shown(see settings.Sight, sn *state.Snapshot, w source.Write) bool {
	return see.Covers(sn.Row(w.Kind, w.ID)) || see.Covers(w.Row)
}

// unfit turns the rules' findings into a problem. What stands against a deletion is
// other settings, so that is a conflict; anything else is wrong with the row sent. Of rows
// that the asker does not see, which an undo may write, nothing is told.
func unfit(see settings.Sight, sn *state.Snapshot, writes []source.Write, found []settings.Finding) *Problem {
	problems := make([]callas.Problem, 0, len(found))
	deletions := true
	for _, f := range found {
		problem := f.Problem
		if f.Write >= 0 && f.Write < len(writes) {
			w := writes[f.Write]
			deletions = deletions && w.Row == nil
			switch {
			case len(writes) == 1:
			case shown(see, sn, w):
				problem.Detail = fmt.Sprintf("%s %s: %s", w.Kind, w.ID, problem.Detail)
			default:
				problem = callas.Problem{Detail: "a row that you may not see cannot be so any more: ask an administrator"}
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
