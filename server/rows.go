package server

import (
	"context"
	"errors"
	"net/http"

	"callas"
	"callas/settings"
	"callas/source"
	"callas/state"
)

// patchBody are the content types of a merge patch.
var patchBody = []string{"application/merge-patch+json", "application/json"}

// rowRoutes is the same table for each kind of row that people edit.
func (s *Server) rowRoutes() []route {
	var all []route
	for path, k := range map[string]callas.Kind{
		"/v1/units": callas.KindUnit, "/v1/services": callas.KindService,
		"/v1/profiles": callas.KindProfile, "/v1/agents": callas.KindAgent,
	} {
		all = append(all,
			route{method: http.MethodGet, path: path, who: anyone, time: EditTime,
				do: func(r *request) (answer, error) { return s.list(r, k) }},
			route{method: http.MethodGet, path: path + "/:id", who: anyone, time: EditTime,
				do: func(r *request) (answer, error) { return s.readRow(r, k) }},
			route{method: http.MethodPut, path: path + "/:id", who: anyone, time: EditTime, body: jsonBody, limit: MaxRowBody, once: true,
				do: func(r *request) (answer, error) { return s.writeRow(r, k, s.replacement) }},
			route{method: http.MethodPatch, path: path + "/:id", who: anyone, time: EditTime, body: patchBody, limit: MaxRowBody, once: true,
				do: func(r *request) (answer, error) { return s.writeRow(r, k, s.patched) }},
			route{method: http.MethodPost, path: path + "/:id/plan", who: anyone, time: BulkTime, body: patchBody, limit: MaxRowBody,
				do: func(r *request) (answer, error) { return s.planRow(r, k) }},
			route{method: http.MethodDelete, path: path + "/:id", who: anyone, time: EditTime, once: true,
				do: func(r *request) (answer, error) { return s.writeRow(r, k, s.deletion) }})
	}
	return all
}

// list answers a page of the rows that match and may be read.
func (s *Server) list(r *request, k callas.Kind) (answer, error) {
	values := r.http.Request.URL.Query()
	with, problems := takeWith(k, values)
	q, found := settings.ParseQuery(k, values)
	if problems = append(problems, found...); len(problems) > 0 {
		return answer{}, unreadable(problems)
	}
	sn := r.read(s.State.Snapshot())
	v, err := s.seeing(r, sn, k)
	if err != nil {
		return answer{}, err
	}
	q.Visible = v.visible()
	page, err := q.Page(r.ctx, sn, s.Engine)
	var wrong *settings.Invalid
	if errors.As(err, &wrong) {
		return answer{}, unreadable(wrong.Problems)
	}
	if err != nil || len(with) == 0 {
		return answer{json: page}, err
	}
	items, err := s.with(r, v, k, with, page.Items)
	return answer{json: struct {
		Items []any  `json:"items"`
		Next  string `json:"next"`
		Total int    `json:"total"`
	}{items, page.Next, page.Total}}, err
}

// readRow answers one row.
func (s *Server) readRow(r *request, k callas.Kind) (answer, error) {
	values := r.http.Request.URL.Query()
	with, problems := takeWith(k, values)
	p := parameters(values, []string{"with"}, func(*Problem, string, string, string) {})
	if problems = append(problems, p.Errors...); len(problems) > 0 {
		return answer{}, unreadable(problems)
	}
	sn := r.read(s.State.Snapshot())
	v, err := s.see(r, sn)
	if err != nil {
		return answer{}, err
	}
	row, err := v.find(r, k, r.http.Param("id"))
	if err != nil {
		return answer{}, err
	}
	if len(with) == 0 {
		return answer{json: row, etag: row.Revision()}, nil
	}
	told, err := s.with(r, v, k, with, []callas.Row{row})
	if err != nil {
		return answer{}, err
	}
	return answer{json: told[0], etag: row.Revision()}, nil
}

// A rowEdit makes of the row as it is (nil: there is none) the row as it is to be
// (nil: deleted).
type rowEdit func(r *request, k callas.Kind, id string, current callas.Row) (callas.Row, error)

func (s *Server) replacement(r *request, k callas.Kind, id string, current callas.Row) (callas.Row, error) {
	row, problems := settings.Replace(current, k, id, r.body)
	return row, s.readable(k, r.body, problems)
}

func (s *Server) patched(r *request, k callas.Kind, id string, current callas.Row) (callas.Row, error) {
	if current == nil {
		return nil, refuse(notFound, "there is no %s %q to patch: PUT creates one", k, id)
	}
	row, problems := settings.Patch(current, r.body)
	return row, s.readable(k, r.body, problems)
}

func (s *Server) deletion(_ *request, k callas.Kind, id string, current callas.Row) (callas.Row, error) {
	if current == nil {
		return nil, refuse(notFound, "there is no %s %q", k, id)
	}
	return nil, nil
}

// writeRow carries out an edit of one row and answers it as it is then.
func (s *Server) writeRow(r *request, k callas.Kind, make rowEdit) (answer, error) {
	id := r.http.Param("id")
	want, err := r.wanted()
	if err != nil {
		return answer{}, err
	}
	reason, err := r.reason("")
	if err != nil {
		return answer{}, err
	}
	var created bool
	sn, _, err := s.commit(r, edit{origin: "api", reason: reason, sure: want.said, work: func(_ context.Context, sn *state.Snapshot) ([]source.Write, error) {
		current := sn.Row(k, id)
		if err := s.hidden(r, sn, k, id, current); err != nil {
			return nil, err
		}
		only := want.of(revision(current))
		if err := r.early(want, only, k, id, current); err != nil {
			return nil, err
		}
		row, err := make(r, k, id, current)
		if err != nil {
			return nil, err
		}
		created = current == nil
		return []source.Write{{Kind: k, ID: id, Row: row, If: only}}, nil
	}})
	if err != nil {
		return answer{}, s.precondition(r, want, err)
	}
	row := sn.Row(k, id)
	switch {
	case row == nil:
		return answer{status: http.StatusNoContent}, nil
	case created:
		return answer{status: http.StatusCreated, json: row, etag: row.Revision()}, nil
	}
	return answer{json: row, etag: row.Revision()}, nil
}

// hidden refuses to write over a row that the asker may not even see.
func (s *Server) hidden(r *request, sn *state.Snapshot, k callas.Kind, id string, current callas.Row) error {
	if current == nil {
		return nil
	}
	v, err := s.see(r, sn)
	if err != nil {
		return err
	}
	if v.reads(k) && !v.covers(current) {
		return refuse(notFound, "there is no %s %q, or none that you may see", k, id)
	}
	return nil
}
