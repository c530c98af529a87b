package server

import (
	"context"
	"errors"
	"time"

	"callas"
	"callas/giveway"
	"callas/source"
	"callas/state"
)

// A hello begins the topic changes: what comes after this moment is told.
type hello struct {
	Revision callas.Token `json:"revision"`
}

// A changeEvent tells that something was changed, and what; not to what.
type changeEvent struct {
	Revision  callas.Token `json:"revision"`
	Actor     string       `json:"actor"`
	At        time.Time    `json:"at"`
	Edits     []touched    `json:"edits"` // the first MaxListed that may be read
	EditCount int          `json:"edit_count"`
}

type touched struct {
	Kind callas.Kind `json:"kind"`
	ID   string      `json:"id"`
}

// watchChanges tells of every change that the facts have, in its order, those who may
// see some of it.
func (s *Server) watchChanges(ctx context.Context, t *topic) {
	at := s.State.Snapshot().Token()
	for {
		changed := s.State.Watch()
		sn, streams := s.State.Snapshot(), t.all()
		greet(streams, at, false)
		sets, err := s.changesTo(ctx, at, sn)
		switch {
		case errors.Is(err, source.ErrUnknownToken):
			// A backup was restored: what led here is not known any more.
			at = sn.Token()
			greet(streams, at, true)
		case err != nil:
			if ctx.Err() == nil {
				s.Log.Warn("changes are not told yet", "err", err)
			}
		case len(sets) > 0:
			s.tellChanges(ctx, sn, sets, streams)
			at = sets[len(sets)-1].Token
		}
		rest := s.rhythm.gather
		if err != nil {
			rest = time.Second
		}
		if !pause(ctx, rest) {
			return
		}
		if at != sn.Token() {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case <-t.came:
		}
	}
}

// changesTo are the changes after a moment that a snapshot has, or the first of them.
// Those that it has not yet would be read about before they can be read.
func (s *Server) changesTo(ctx context.Context, at callas.Token, sn *state.Snapshot) ([]callas.Changeset, error) {
	if at == sn.Token() {
		return nil, nil
	}
	if at.Revision > sn.Token().Revision {
		return nil, source.ErrUnknownToken
	}
	sets, err := s.Source.Since(ctx, at)
	for i, cs := range sets {
		if cs.Token.Revision > sn.Token().Revision {
			return sets[:i], err
		}
	}
	return sets, err
}

// greet says hello to streams that have not been greeted, or to all.
func greet(streams []*stream, at callas.Token, all bool) {
	text, err := event("hello", at.String(), hello{at})
	for _, st := range streams {
		if err == nil && (all || !st.greeted) {
			st.greeted = true
			st.put(text)
		}
	}
}

// tellChanges tells each reader of what they may see.
func (s *Server) tellChanges(ctx context.Context, sn *state.Snapshot, sets []callas.Changeset, streams []*stream) {
	var work giveway.Worker
	view := s.viewing(ctx, sn)
	told := map[*sight][]byte{}
	for _, st := range streams {
		work.Step()
		v := view.of(st)
		if v == nil {
			continue
		}
		text, ok := told[v]
		if !ok {
			text = v.changeEvents(sets)
			told[v] = text
		}
		if len(text) > 0 {
			st.put(text)
		}
	}
}

// changeEvents are the events of changes of which something may be read.
func (v *sight) changeEvents(sets []callas.Changeset) (all []byte) {
	for _, cs := range sets {
		e := changeEvent{Revision: cs.Token, Actor: cs.Actor, At: cs.At.UTC(), Edits: []touched{}}
		for _, edit := range cs.Edits {
			if !v.coversEdit(edit) {
				continue
			}
			if e.EditCount++; len(e.Edits) < MaxListed {
				e.Edits = append(e.Edits, touched{edit.Kind, edit.ID})
			}
		}
		if e.EditCount == 0 {
			continue
		}
		if text, err := event("change", cs.Token.String(), e); err == nil {
			all = append(all, text...)
		}
	}
	return all
}
