package server

import (
	"context"

	"callas"
	"callas/giveway"
	"callas/settings"
	"callas/source"
	"callas/state"
)

// An undoing is what policy is told of a change that is being taken back, and what the
// asker may see of it.
type undoing struct {
	see      settings.Sight
	own      bool
	followed func(callas.Kind, string) bool
	services map[string]string
}

// mostRestored is of how many deleted rows it is looked up that nobody has had their ids
// since: people delete a few at a time. An import that deletes more is undone by the rules
// for everybody's changes.
const mostRestored = 20

// undoing looks into a change that is about to be taken back by writes.
func (s *Server) undoing(r *request, v *sight, cs callas.Changeset, writes []source.Write) (*undoing, error) {
	u := &undoing{see: v.visible(), own: cs.Actor == r.by.Name, followed: settings.Followed(cs), services: map[string]string{}}
	for _, w := range writes {
		if row, ok := w.Row.(*callas.Service); ok && v.sn.Service(w.ID) == nil {
			u.services[w.ID] = row.Unit
		}
	}
	if !u.own {
		return u, nil
	}
	var err error
	u.own, err = s.unused(r.ctx, cs)
	return u, err
}

// unused reports whether nobody has had the ids of the rows that a change deleted. A row
// that was made and deleted again leaves nothing behind that a precondition could see, but
// whoever did that has decided anew what is to be there.
func (s *Server) unused(ctx context.Context, cs callas.Changeset) (bool, error) {
	looked := 0
	for _, e := range cs.Edits {
		if e.After != nil || e.Kind == callas.KindSession || e.Kind == callas.KindToken {
			continue
		}
		if looked++; looked > mostRestored {
			return false, nil
		}
		last, err := s.Source.History(ctx, source.HistoryQuery{Kind: e.Kind, ID: e.ID, Limit: 1})
		if err != nil {
			return false, err
		}
		if len(last) != 1 || last[0].Token != cs.Token {
			return false, nil
		}
	}
	return true, nil
}

// permitUndo asks policy about every write of an undo, and refuses all of them with the reasons
// against the first that it refuses. A row that the asker does not see is not named.
func (s *Server) permitUndo(r *request, sn *state.Snapshot, u *undoing, writes []source.Write) error {
	refused, may := make([][]callas.Reason, len(writes)), s.Engine.Verdicts(sn)
	err := giveway.InParallel(r.ctx, len(writes), func(i int) (err error) {
		w := writes[i]
		c := changeOf(r.by, sn, w)
		c.Undoes = &callas.Undoing{Own: u.own, Followed: u.followed(w.Kind, w.ID), Services: u.services}
		refused[i], err = reasons(r.ctx, may, c)
		return err
	})
	if err != nil {
		return err
	}
	for i, why := range refused {
		switch {
		case len(why) == 0:
		case shown(u.see, sn, writes[i]):
			return s.denied(writes[i], why)
		default:
			p := refuse(forbidden, "a row that you may not see: %s", s.spelt(why[0]))
			p.Reasons = why
			return p
		}
	}
	return nil
}
