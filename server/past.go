package server

import (
	"context"

	"callas"
	"callas/giveway"
	"callas/source"
	"callas/state"
)

// How far back facts are rebuilt for somebody who waits: 20,000 changes of a row each take
// some 300 ms, and half a million rows ten seconds, for one at a time. An older decision is
// for callas replay, which may take its time.
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
	if now.Revision-t.Revision > mostBack {
		return nil, tooFar(t)
	}
	leave, err := s.back.take(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	return s.rebuilt(ctx, sn, t)
}

// rebuilt takes back what was changed since a moment. It gives way to calls.
func (s *Server) rebuilt(ctx context.Context, sn *state.Snapshot, t callas.Token) (*state.Snapshot, error) {
	type key struct {
		kind callas.Kind
		id   string
	}
	var work giveway.Worker
	was, edits := map[key]callas.Row{}, 0
	for before := sn.Token().Revision + 1; before > t.Revision+1; {
		sets, err := s.Source.History(ctx, source.HistoryQuery{Before: before, Limit: int(min(before-t.Revision-1, mostLooked))})
		if err != nil {
			return nil, err
		}
		if len(sets) == 0 || sets[0].Token.Revision != before-1 {
			return nil, refuse(conflict, "the changes since revision %s are not kept any more", t)
		}
		for _, cs := range sets { // newest first: the oldest edit of a row counts
			if edits += len(cs.Edits); edits > mostBackEdits {
				return nil, tooFar(t)
			}
			for _, e := range cs.Edits {
				work.Step()
				was[key{e.Kind, e.ID}] = e.Before
			}
		}
		before = sets[len(sets)-1].Token.Revision
	}
	back := make([]callas.Edit, 0, len(was))
	for k, row := range was {
		work.Step()
		back = append(back, callas.Edit{Kind: k.kind, ID: k.id, Before: sn.Row(k.kind, k.id), After: row})
	}
	return sn.With(back)
}

func tooFar(t callas.Token) error {
	return refuse(conflict, "settings were changed too often since revision %s: callas replay decides it again", t)
}

// knows reports whether a moment is one of the source's log.
func (s *Server) knows(ctx context.Context, t callas.Token) (bool, error) {
	if t.Revision == 0 {
		return t.Chain == "", nil
	}
	sets, err := s.Source.History(ctx, source.HistoryQuery{Before: t.Revision + 1, Limit: 1})
	return err == nil && len(sets) == 1 && sets[0].Token == t, err
}
