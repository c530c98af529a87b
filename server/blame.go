package server

import (
	"context"
	"time"

	"callas"
	"callas/source"
)

// A blame looks for the change that withdrew the right to a selection, among those that
// were made since menus were looked at before: a few, all of them read at most once.
type blame struct {
	source source.Store
	to     int64 // the revision of the facts that are looked at
	from   int64 // the sets are those after it
	sets   []callas.Changeset
	read   bool
}

const (
	// mostBlamed is among how many changes one is still looked for. Where more came at
	// once, they are an import, and nobody in particular is to be named.
	mostBlamed = 20
	// blameTime is how long an agent may wait for a name.
	blameTime = 2 * time.Second
)

// of names the change after a revision that wrote a row which the selection stands on.
// It names none where there are several: one of them did it, and it is not known which.
func (b *blame) of(ctx context.Context, from int64, agent string, session *callas.Session) *withdrawal {
	var found *callas.Changeset
	for i := range b.since(ctx, from) {
		cs := &b.sets[i]
		if cs.Token.Revision <= from || !concerns(cs, agent, session) {
			continue
		}
		if found != nil {
			return nil
		}
		found = cs
	}
	if found == nil {
		return nil
	}
	return &withdrawal{found.Actor, found.At.UTC(), found.Token}
}

// since reads the changes after a revision, newest first; none where they are too many.
func (b *blame) since(ctx context.Context, from int64) []callas.Changeset {
	if b.read && from >= b.from {
		return b.sets
	}
	b.read, b.from, b.sets = true, from, nil
	if b.to-from > mostBlamed {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, blameTime)
	defer cancel()
	for before := b.to + 1; before > from+1; before = b.sets[len(b.sets)-1].Token.Revision {
		more, err := b.source.History(ctx, source.HistoryQuery{Before: before, Limit: int(before - from - 1)})
		if err != nil || len(more) == 0 {
			b.sets = nil // half of them would name the wrong one
			return nil
		}
		b.sets = append(b.sets, more...)
	}
	return b.sets
}

// concerns reports whether a change wrote a row that the selection of a session stands on.
func concerns(cs *callas.Changeset, agent string, session *callas.Session) bool {
	for _, e := range cs.Edits {
		switch e.Kind {
		case callas.KindAgent, callas.KindSession:
			if e.ID == agent {
				return true
			}
		case callas.KindService:
			if e.ID == session.CallAs {
				return true
			}
		case callas.KindProfile:
			if e.ID == session.Profile {
				return true
			}
		case callas.KindUnit:
			return true
		}
	}
	return false
}
