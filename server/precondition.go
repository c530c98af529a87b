package server

import (
	"errors"
	"fmt"

	"callas"
	"callas/source"
)

// early tells a precondition that fails already before anything that is wrong with the
// row. A request with an Idempotency-Key may be a repeated one, whose row has moved by
// its own doing: of that the source alone knows.
func (r *request) early(want wanted, only source.Precondition, k callas.Kind, id string, current callas.Row) error {
	if !want.said || r.key != "" {
		return nil
	}
	return only.Check(k, id, revision(current))
}

// precondition makes of a conflict the asker's own: If-Match or If-None-Match did not
// hold. The answer holds the row as it is, where they may see it. A row that would have
// changed along with it is another conflict.
func (s *Server) precondition(r *request, want wanted, err error) error {
	var moved *source.Conflict
	if !want.said || !errors.As(err, &moved) || moved.ID != r.http.Param("id") {
		return err
	}
	sn := s.State.Snapshot()
	if moved.Have > sn.Token().Revision {
		s.catchUp(r.ctx, sn)
		sn = s.State.Snapshot()
	}
	r.read(sn)
	p := refuse(preconditionFailed, "%s", unmet(moved))
	if v, err := s.see(r, sn); err == nil {
		if row := sn.Row(moved.Kind, moved.ID); v.covers(row) {
			p.Current = row
		}
	}
	return p
}

// unmet says which precondition does not hold.
func unmet(c *source.Conflict) string {
	switch {
	case c.Have == 0:
		return fmt.Sprintf("there is no %s %s", c.Kind, c.ID)
	case c.Want == 0:
		return fmt.Sprintf("%s %s exists already, at revision %d", c.Kind, c.ID, c.Have)
	}
	return fmt.Sprintf("%s %s is at revision %d, not the one that If-Match names", c.Kind, c.ID, c.Have)
}

// revision is a row's, 0 where there is none.
func revision(row callas.Row) int64 {
	if row == nil {
		return 0
	}
	return row.Revision()
}
