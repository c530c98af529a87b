package server

import (
	"context"
	"errors"
	"time"

	"callas"
	"callas/engine"
	"callas/giveway"
	"callas/settings"
	"callas/source"
	"callas/state"
)

// An edit is what someone wants changed, worked out against a snapshot as often as
// another's change comes in between.
type edit struct {
	origin string
	reason string
	shared bool // only this agent's session is written: may go on beside others of its kind
	// work returns the writes asked for; each is conditional on the row it was
	// worked out from.
	work func(ctx context.Context, sn *state.Snapshot) ([]source.Write, error)
	// permit asks the law about the writes; nil: Server.permit.
	permit func(r *request, sn *state.Snapshot, writes []source.Write) error
	// sure is set where the asker said which revision the rows must have (If-Match):
	// then a row that has moved is theirs to look at, not ours to try again.
	sure bool
}

// maxTries is how often an edit is worked out anew because a row has moved meanwhile.
const maxTries = 3

// refreshTime is how long the facts may take to show the change that an edit ran into.
const refreshTime = time.Second

// commit carries an edit out: the law is asked about every write, the rules admit
// them, the source makes them, and the facts have them when it returns.
func (s *Server) commit(r *request, e edit) (sn *state.Snapshot, token callas.Token, err error) {
	wait := s.turn.exclusive
	if e.shared {
		wait = s.turn.shared
	}
	release, err := wait(r.ctx)
	if err != nil {
		return nil, token, err
	}
	defer release()
	for try := 1; ; try++ {
		if sn, err = s.fresh(r.ctx); err != nil {
			return nil, token, err
		}
		r.read(sn)
		writes, err := s.admitted(r, sn, e)
		if err != nil {
			return nil, token, err
		}
		token, err = s.Source.Commit(r.ctx, s.commitOf(r, e, writes))
		var moved *source.Conflict
		if errors.As(err, &moved) && !e.sure && try < maxTries {
			s.catchUp(r.ctx, sn)
			continue
		}
		if err != nil {
			return nil, token, err
		}
		sn, err = s.returned(r, token)
		return sn, token, err
	}
}

// admitted works an edit out and holds it to law and rules.
func (s *Server) admitted(r *request, sn *state.Snapshot, e edit) ([]source.Write, error) {
	writes, err := e.work(r.ctx, sn)
	if err != nil {
		return nil, err
	}
	permit := s.permit
	if e.permit != nil {
		permit = e.permit
	}
	if err := permit(r, sn, writes); err != nil {
		return nil, err
	}
	see := s.eyes(r, sn)
	full, found := settings.Admit(sn, s.Plan, see, writes)
	if len(found) > 0 {
		return nil, unfit(see, sn, writes, found)
	}
	return full, nil
}

// permit asks policy about every write, and refuses all of them with the reasons
// against the first that it refuses.
func (s *Server) permit(r *request, sn *state.Snapshot, writes []source.Write) error {
	refused, err := s.refusals(r, sn, writes)
	if err != nil {
		return err
	}
	for i, reasons := range refused {
		if len(reasons) > 0 {
			return s.denied(writes[i], reasons)
		}
	}
	return nil
}

// refusals asks policy about every write, on all cores but one, and returns what it has
// against each.
func (s *Server) refusals(r *request, sn *state.Snapshot, writes []source.Write) ([][]callas.Reason, error) {
	refused, may := make([][]callas.Reason, len(writes)), s.Engine.Verdicts(sn)
	return refused, giveway.InParallel(r.ctx, len(writes), func(i int) (err error) {
		refused[i], err = against(r.ctx, may, r.by, sn, writes[i])
		return err
	})
}

// A verdict says whether a change may be made.
type verdict = func(context.Context, callas.Change) (engine.Verdict, error)

// against returns what policy has against a write; nothing where it allows it.
func against(ctx context.Context, may verdict, by callas.Principal, sn *state.Snapshot, w source.Write) ([]callas.Reason, error) {
	return reasons(ctx, may, changeOf(by, sn, w))
}

// changeOf puts a write as a question to policy.
func changeOf(by callas.Principal, sn *state.Snapshot, w source.Write) callas.Change {
	c := callas.Change{By: by, Action: callas.Update, Kind: w.Kind, ID: w.ID, Before: sn.Row(w.Kind, w.ID), After: w.Row}
	switch {
	case c.Before == nil:
		c.Action = callas.Create
	case c.After == nil:
		c.Action = callas.Delete
	default:
		c.Fields = settings.Fields(c.Before, c.After)
	}
	return c
}

// reasons returns what policy has against a change; nothing where it allows it.
func reasons(ctx context.Context, may verdict, c callas.Change) ([]callas.Reason, error) {
	v, err := may(ctx, c)
	if err != nil || v.Allow {
		return nil, err
	}
	if len(v.Reasons) == 0 {
		v.Reasons = []callas.Reason{"role"} // a policy that refuses without a word still refuses
	}
	return v.Reasons, nil
}

// denied is policy's refusal of a write.
func (s *Server) denied(w source.Write, reasons []callas.Reason) error {
	p := refuse(forbidden, "%s %s: %s", w.Kind, w.ID, s.spelt(reasons[0]))
	p.Reasons = reasons
	return p
}

func (s *Server) commitOf(r *request, e edit, writes []source.Write) source.Commit {
	return source.Commit{RequestID: r.key, Actor: r.by.Name, Origin: e.origin, Reason: e.reason, Writes: writes}
}

// fresh is the newest facts, which hold every change that this server has made.
func (s *Server) fresh(ctx context.Context) (*state.Snapshot, error) {
	if err := s.State.Wait(ctx, s.owed.Load()); err != nil {
		return nil, refuse(stale, "the last change has not come back from the source yet: nothing is changed until it has")
	}
	return s.State.Snapshot(), nil
}

// returned waits until the facts have a change, so that its author reads what they wrote.
func (s *Server) returned(r *request, t callas.Token) (*state.Snapshot, error) {
	if err := s.State.Wait(r.ctx, t.Revision); err != nil {
		if owed := s.owed.Load(); t.Revision > owed {
			s.owed.CompareAndSwap(owed, t.Revision)
		}
		r.revision = t.String()
		return nil, refuse(stale, "the change is made, as revision %s, but has not come back from the source yet: read before you repeat it", t)
	}
	sn := r.read(s.State.Snapshot())
	return sn, nil
}

// catchUp waits a moment for facts newer than those that turned out to be old.
func (s *Server) catchUp(ctx context.Context, old *state.Snapshot) {
	ctx, cancel := context.WithTimeout(ctx, refreshTime)
	defer cancel()
	// A wait in vain shows at the next try, as the conflict that it was.
	_ = s.State.Wait(ctx, old.Token().Revision+1)
}
