package server

import (
	"errors"

	"callas"
	"callas/settings"
)

// summary counts the agents of a list, within what may be read: how many there are, how
// many may call as a service now, and how many do.
func (s *Server) summary(r *request) (answer, error) {
	values := r.http.Request.URL.Query()
	q, problems := settings.ParseQuery(callas.KindAgent, values)
	for _, name := range []string{"limit", "cursor"} {
		if values.Has(name) {
			problems = append(problems, callas.Problem{Pointer: "/" + name, Detail: "is of a page, and a summary counts all of them: leave it out"})
		}
	}
	if len(problems) > 0 {
		return answer{}, unreadable(problems)
	}
	sn := r.read(s.State.Snapshot())
	v, err := s.seeing(r, sn, callas.KindAgent)
	if err != nil {
		return answer{}, err
	}
	q.Visible = v.visible()
	sum, err := q.Summary(r.ctx, sn, s.Engine)
	var wrong *settings.Invalid
	if errors.As(err, &wrong) {
		return answer{}, unreadable(wrong.Problems)
	}
	return answer{json: sum}, err
}
