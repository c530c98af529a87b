package server

import (
	"context"
	"sync"
	"time"

	"callas/settings"
	"callas/source"
	"callas/state"
)

// signIns remembers which sign-ins are to be prolonged. They are noted as they are used
// and written by the next sweep, all in one change: nobody waits for it, and a shift that
// signed in together is one line of the audit trail. What is noted and lost with the
// process is noted again at the next use.
type signIns struct {
	mu  sync.Mutex
	due map[string]bool // ids
}

// used notes that a token lets someone in at that moment.
func (u *signIns) used(sn *state.Snapshot, token string, now time.Time) {
	id, _, ok := split(token)
	if !ok {
		return
	}
	row := sn.AccessToken(id)
	if row == nil || settings.Prolong(row, now) == nil {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.due == nil {
		u.due = map[string]bool{}
	}
	u.due[id] = true
}

// take returns what is due, and forgets it.
func (u *signIns) take() map[string]bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	due := u.due
	u.due = nil
	return due
}

// sweepSignIns deletes the sign-ins and links whose time is up, and prolongs those in use.
// Each write is conditional on the row, so it needs no turn: one that is ended meanwhile
// is a conflict, and there is a next time.
func (s *Server) sweepSignIns(ctx context.Context) error {
	sn, now := s.State.Snapshot(), s.Now()
	if ended := settings.EndedSignIns(sn, now); len(ended) > 0 {
		err := s.note(ctx, source.Commit{Actor: "callas", Origin: "expiry", Reason: "their time was up", Writes: ended})
		if err != nil {
			return err
		}
	}
	var longer []source.Write
	for id := range s.signIns.take() {
		row := sn.AccessToken(id)
		if row == nil || settings.TokenEnded(sn, row, now) || len(longer) == source.MaxWrites {
			continue
		}
		if w := settings.Prolong(row, now); w != nil {
			longer = append(longer, *w)
		}
	}
	if len(longer) == 0 {
		return nil
	}
	return s.note(ctx, source.Commit{Actor: "callas", Origin: originSignIn, Reason: "in use", Writes: longer})
}
