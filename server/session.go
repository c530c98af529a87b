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

// agentRoutes is what an agent, or who looks after them, sees and does.
func (s *Server) agentRoutes() []route {
	session := "/v1/agents/:id/session"
	return []route{
		{method: http.MethodGet, path: "/v1/agents/summary", who: anyone, time: EditTime, do: s.summary},
		{method: http.MethodGet, path: "/v1/agents/:id/menu", who: anyone, time: EditTime, do: s.menu},
		{method: http.MethodGet, path: session, who: anyone, do: s.session},
		{method: http.MethodPut, path: session, who: anyone, time: EditTime, body: jsonBody, limit: MaxCallBody, once: true, do: s.choose},
		{method: http.MethodDelete, path: session, who: anyone, time: EditTime, once: true, do: s.logOut},
	}
}

// menu answers what an agent may call as, why not the rest, and whom a callee sees.
func (s *Server) menu(r *request) (answer, error) {
	sn := r.read(s.State.Snapshot())
	agent, err := s.agentSeen(r, sn)
	if err != nil {
		return answer{}, err
	}
	return s.menuOf(r, sn, agent.ID)
}

func (s *Server) menuOf(r *request, sn *state.Snapshot, agent string) (answer, error) {
	menu, err := s.wholeMenu(r.ctx, sn, agent)
	if err != nil {
		return answer{}, err
	}
	return answer{json: menu}, nil
}

// session answers an agent's session as it stands now. Who never signed in is off
// duty with None selected.
func (s *Server) session(r *request) (answer, error) {
	sn := r.read(s.State.Snapshot())
	agent, err := s.agentSeen(r, sn)
	if err != nil {
		return answer{}, err
	}
	now := s.sessionOf(sn, agent.ID)
	return answer{json: now, etag: now.Rev}, nil
}

// sessionOf is an agent's session as it stands now.
func (s *Server) sessionOf(sn *state.Snapshot, agent string) *callas.Session {
	if row := sn.Session(agent); row != nil {
		return settings.Now(row, s.Now())
	}
	return &callas.Session{Agent: agent}
}

// choose carries out an agent's wish: a duty profile, a service, or None.
func (s *Server) choose(r *request) (answer, error) {
	wish, problems := settings.ParseWish(r.body)
	if len(problems) > 0 {
		return answer{}, unreadable(problems)
	}
	sn, agent, err := s.writeSession(r, func(ctx context.Context, sn *state.Snapshot, agent string) (*source.Write, error) {
		return settings.Choose(ctx, sn, s.Engine, s.Now(), agent, wish)
	})
	if err != nil {
		return answer{}, err
	}
	return s.menuOf(r, sn, agent)
}

func (s *Server) logOut(r *request) (answer, error) {
	_, _, err := s.writeSession(r, func(_ context.Context, sn *state.Snapshot, agent string) (*source.Write, error) {
		return settings.LogOut(sn, s.Now(), agent), nil
	})
	return answer{status: http.StatusNoContent}, err
}

// writeSession carries out a change of one agent's session. Whether the asker may
// change it at all comes before whether the wish can be had.
func (s *Server) writeSession(r *request, work func(context.Context, *state.Snapshot, string) (*source.Write, error)) (*state.Snapshot, string, error) {
	want, err := r.wanted()
	if err != nil {
		return nil, "", err
	}
	reason, err := r.reason("")
	if err != nil {
		return nil, "", err
	}
	agent := r.http.Param("id")
	sn, _, err := s.commit(r, edit{origin: "api", reason: reason, shared: true, sure: want.said, work: func(ctx context.Context, sn *state.Snapshot) ([]source.Write, error) {
		if _, err := s.agentSeen(r, sn); err != nil {
			return nil, err
		}
		if err := s.permit(r, sn, []source.Write{untouched(sn, agent)}); err != nil {
			return nil, err
		}
		current := sn.Row(callas.KindSession, agent)
		only := want.of(revision(current))
		if err := r.early(want, only, callas.KindSession, agent, current); err != nil {
			return nil, err
		}
		w, err := work(ctx, sn, agent)
		if err != nil {
			return nil, unavailable(err)
		}
		if w == nil && !want.said {
			return nil, nil
		}
		if w == nil { // nothing to change, but what was asked of the row has to hold
			same := untouched(sn, agent)
			w = &same
		}
		if want.said {
			w.If = only
		}
		return []source.Write{*w}, nil
	}})
	return sn, agent, s.precondition(r, want, err)
}

// untouched is a session's write that changes nothing.
func untouched(sn *state.Snapshot, agent string) source.Write {
	if row := sn.Session(agent); row != nil {
		return source.Write{Kind: callas.KindSession, ID: agent, Row: row, If: source.At(row.Rev)}
	}
	return source.Write{Kind: callas.KindSession, ID: agent, Row: &callas.Session{Agent: agent}, If: source.Absent}
}

// agentSeen returns the agent of the route, where their session may be read.
func (s *Server) agentSeen(r *request, sn *state.Snapshot) (*callas.Agent, error) {
	v, err := s.seeing(r, sn, callas.KindSession)
	if err != nil {
		return nil, err
	}
	row, err := v.find(r, callas.KindAgent, r.http.Param("id"))
	if err != nil {
		return nil, err
	}
	return row.(*callas.Agent), nil
}

// unavailable tells a wish that cannot be had now from one that can never be.
func unavailable(err error) error {
	var refused *settings.Refused
	var wrong *settings.Invalid
	switch {
	case errors.As(err, &refused):
		p := refuse(unavailableService, "service %s is not available to the agent now; nothing was changed", refused.Service)
		p.Reasons = refused.Reasons
		return p
	case errors.As(err, &wrong):
		return unfitting(wrong.Problems)
	}
	return err
}
