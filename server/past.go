package server

import (
	"context"

	"callas"
	"callas/source"
	"callas/state"
)

// How far back facts are rebuilt for somebody who waits. An older decision is for
// callas replay, which may take its time.
const (
	mostBack      = 20_000  // changes
	mostBackEdits = 500_000 // rows that they wrote
)

// past rebuilds the facts at an earlier moment: from those of now, by what each row was
// before the changes since. They carry the token of now.
func (s *Server) past(ctx context.Context, sn *state.Snapshot, t callas.Token) (*state.Snapshot, error) {
	now := sn.Token()
	if t == now {
		return sn, nil
	}
	elsewhere := refuse(conflict, "revision %s is not of this log of changes: a backup was restored since, or it is another installation's", t)
	if t.Revision > now.Revision {
		return nil, elsewhere
	}
	known, err := s.knows(ctx, t)
	if err != nil {
		return nil, err
	}
	if !known {
		return nil, elsewhere
	}
	tooFar := refuse(conflict, "settings were changed too often since revision %s: callas replay decides it again", t)
	if now.Revision-t.Revision > mostBack {
		return nil, tooFar
	}
	type key struct {
		kind callas.Kind
		id   string
	}
	was, edits := map[key]callas.Row{}, 0
	for before := now.Revision + 1; before > t.Revision+1; {
		sets, err := s.Source.History(ctx, source.HistoryQuery{Before: before, Limit: int(min(before-t.Revision-1, mostLooked))})
		if err != nil {
			return nil, err
		}
		if len(sets) == 0 || sets[0].Token.Revision != before-1 {
			return nil, refuse(conflict, "the changes since revision %s are not kept any more", t)
		}
		for _, cs := range sets { // newest first: the oldest edit of a row counts
			if edits += len(cs.Edits); edits > mostBackEdits {
				return nil, tooFar
			}
			for _, e := range cs.Edits {
				was[key{e.Kind, e.ID}] = e.Before
			}
		}
		before = sets[len(sets)-1].Token.Revision
	}
	back := make([]callas.Edit, 0, len(was))
	for k, row := range was {
		back = append(back, callas.Edit{Kind: k.kind, ID: k.id, Before: sn.Row(k.kind, k.id), After: row})
	}
	return sn.With(back)
}

// knows reports whether a moment is one of the source's log.
func (s *Server) knows(ctx context.Context, t callas.Token) (bool, error) {
	if t.Revision == 0 {
		return t.Chain == "", nil
	}
	sets, err := s.Source.History(ctx, source.HistoryQuery{Before: t.Revision + 1, Limit: 1})
	return err == nil && len(sets) == 1 && sets[0].Token == t, err
}
