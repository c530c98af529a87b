package server

import (
	"context"
	"errors"
	"time"

	"callas/settings"
	"callas/source"
)

// sweepEvery is how late it may be written down that a selection has expired. Calls
// and menus go by the clock, so nothing is shown or decided late.
const sweepEvery = 30 * time.Second

// Sweep writes down that selections have ended whose time is up, so that the record
// says when and why, and does the same for sign-ins and links. It returns when ctx ends. What goes wrong is logged and tried
// again the next time; a source that is away tells of itself.
func (s *Server) Sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := s.sweep(ctx); err != nil && ctx.Err() == nil {
			s.Log.Warn("expired selections and sign-ins are not written down yet", "err", err)
		}
	}
}

func (s *Server) sweep(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, EditTime)
	defer cancel()
	return errors.Join(s.sweepSelections(ctx), s.sweepSignIns(ctx))
}

func (s *Server) sweepSelections(ctx context.Context) error {
	if len(settings.Expired(s.State.Snapshot(), s.Now())) == 0 {
		return nil
	}
	release, err := s.turn.exclusive(ctx)
	if err != nil {
		return err
	}
	defer release()
	sn, err := s.fresh(ctx)
	if err != nil {
		return err
	}
	token, err := s.Source.Commit(ctx, source.Commit{Actor: "callas", Origin: "expiry",
		Reason: "the selection's time was up", Writes: settings.Expired(sn, s.Now())})
	if err != nil {
		return err
	}
	return s.State.Wait(ctx, token.Revision)
}
