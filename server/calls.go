package server

import (
	"context"
	"net/http"

	"callas"
	"callas/server/wire"
)

var jsonBody = []string{"application/json"}

// resolvePath is where a call is asked about.
const resolvePath = "/v1/resolve"

// callRoutes is the platform face's own table.
func (s *Server) callRoutes() []route {
	return []route{
		{method: http.MethodPost, path: resolvePath, who: platformOnly, body: jsonBody, limit: MaxCallBody, call: true, do: s.resolve},
		{method: http.MethodPost, path: "/v1/resolve/batch", who: platformOnly, body: jsonBody, limit: MaxBatchBody, call: true, do: s.resolveBatch},
		{method: http.MethodPost, path: "/v1/explain", who: platformOnly, body: jsonBody, limit: MaxCallBody, call: true, do: s.explain},
	}
}

// resolve answers one call. A question that can be read always has a decision.
func (s *Server) resolve(r *request) (answer, error) {
	call, err := s.asked(r)
	if err != nil {
		return answer{}, err
	}
	d := s.decide(r.ctx, call)
	r.revision = s.spell(d.Revision)
	if r.id == "" {
		r.id = d.ID // unique already, and the record knows it
	}
	r.answer = d.AppendJSON(r.answer)
	return answer{raw: r.answer, media: jsonBody[0], decision: true}, nil
}

// decide decides a call and counts it.
func (s *Server) decide(ctx context.Context, call callas.Call) callas.Decision {
	d, err := s.Engine.Resolve(ctx, call) // the engine has logged what went wrong
	s.metrics.decided(&d, err)
	return d
}

// A spelling is a token as it travels: the newest, which nearly every answer tells.
type spelling struct {
	token callas.Token
	text  string
}

func (s *Server) spell(t callas.Token) string {
	last := s.revision.Load()
	if last == nil || last.token != t {
		last = &spelling{t, t.String()}
		s.revision.Store(last)
	}
	return last.text
}

// explain answers one call with every gate. Where the gates cannot be told the
// decision still is, and gates is empty.
func (s *Server) explain(r *request) (answer, error) {
	call, err := s.asked(r)
	if err != nil {
		return answer{}, err
	}
	// An error has been logged by the engine. It is no call, so nothing is counted.
	e, _ := s.Engine.Explain(r.ctx, call)
	r.revision = e.Revision.String()
	return answer{json: &e}, nil
}

// asked reads one question and waits for the facts it wants.
func (s *Server) asked(r *request) (callas.Call, error) {
	q, err := wire.ReadQuestion(r.body)
	if err != nil {
		return callas.Call{}, err
	}
	return s.call(&q), s.await(r, q.MinRevision)
}

// call makes a call of a question: the dial plan says what the target is.
func (s *Server) call(q *wire.Question) callas.Call {
	return callas.Call{Agent: q.Agent, Target: s.habits.Classify(q.Target), Modality: q.Modality,
		CallAs: q.CallAs, CallID: q.CallID, Platform: q.Platform}
}

// reached reports whether the facts are as new as a caller knows them to be.
func (s *Server) reached(least string) bool {
	want, err := callas.ParseToken(least)
	have := s.State.Snapshot().Token()
	return err == nil && have.Revision >= want.Revision && !rewritten(have, want)
}

// rewritten reports whether two tokens tell of the same revision of different logs.
func rewritten(have, want callas.Token) bool {
	return have.Revision == want.Revision && want.Chain != "" && have.Chain != want.Chain
}

// await waits until the facts are as new as a caller knows them to be, so that
// nobody is answered from before their own change.
func (s *Server) await(r *request, least string) error {
	if least == "" {
		return nil
	}
	want, err := callas.ParseToken(least)
	if err != nil {
		return badAt("/min_revision", "%v", err)
	}
	have := s.State.Snapshot().Token()
	if have.Revision < want.Revision {
		ctx, cancel := context.WithTimeout(r.ctx, WaitTime)
		defer cancel()
		waited := s.State.Wait(ctx, want.Revision)
		have = s.State.Snapshot().Token()
		if waited != nil {
			r.revision = have.String()
			return refuse(stale, "the facts are at revision %s, and %s has not arrived within %v", have, want, WaitTime)
		}
	}
	if rewritten(have, want) {
		r.revision = have.String()
		p := refuse(stale, "revision %d was written anew since (a backup was restored, or a failover lost changes): take a new token", want.Revision)
		p.Status, p.retry = http.StatusConflict, false
		return p
	}
	return nil
}
