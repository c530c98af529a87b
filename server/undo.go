package server

import (
	"context"
	"strconv"

	"callas"
	"callas/server/wire"
	"callas/settings"
	"callas/source"
	"callas/state"
)

// undo takes a change back as a new one, where nobody has built on it since.
func (s *Server) undo(r *request) (answer, error) {
	token, err := callas.ParseToken(r.http.Param("revision"))
	if err != nil || token.Revision == 0 {
		return answer{}, refuse(notFound, "%.64q is no revision", r.http.Param("revision"))
	}
	body, err := wire.ReadReason(r.body)
	if err != nil {
		return answer{}, err
	}
	reason, err := r.reason(body)
	if err != nil {
		return answer{}, err
	}
	var changed int
	var u *undoing
	permit := func(r *request, sn *state.Snapshot, writes []source.Write) error {
		return s.permitUndo(r, sn, u, writes)
	}
	_, done, err := s.commit(r, edit{origin: "undo", reason: reason, permit: permit, work: func(ctx context.Context, sn *state.Snapshot) ([]source.Write, error) {
		v, err := s.see(r, sn)
		if err != nil {
			return nil, err
		}
		cs, err := s.changeset(ctx, v, token)
		if err != nil {
			return nil, err
		}
		writes, edited := settings.Undo(sn, cs)
		if len(edited) > 0 {
			return nil, builtUpon(v, edited)
		}
		changed = len(writes)
		u, err = s.undoing(r, v, cs, writes)
		return writes, err
	}})
	if err != nil {
		return answer{}, err
	}
	return answer{json: struct {
		Revision callas.Token `json:"revision"`
		Undone   string       `json:"undone"`
		Changed  int          `json:"changed"`
	}{done, strconv.FormatInt(token.Revision, 10), changed}}, nil
}

// changeset finds the change of a revision, where at least some of it may be read.
func (s *Server) changeset(ctx context.Context, v *sight, t callas.Token) (callas.Changeset, error) {
	sets, err := s.Source.History(ctx, source.HistoryQuery{Before: t.Revision + 1, Limit: 1})
	if err != nil {
		return callas.Changeset{}, err
	}
	if len(sets) == 0 || sets[0].Token.Revision != t.Revision || t.Chain != "" && t.Chain != sets[0].Token.Chain || v.tell(sets[0]).EditCount == 0 {
		return callas.Changeset{}, refuse(notFound, "there is no change %d, or none that you may see", t.Revision)
	}
	return sets[0], nil
}

// builtUpon refuses an undo, and names the rows that stand against it as far as the
// asker may see them.
func builtUpon(v *sight, edited []callas.Row) error {
	p := refuse(conflict, "%d rows were edited since and would lose that: nothing was undone", len(edited))
	for _, row := range edited {
		if v.covers(row) && len(p.Errors) < MaxProblems {
			p.at("/"+string(row.Kind())+"/"+row.Key(), "was edited since, at revision %d", row.Revision())
		}
	}
	return p
}
