package server

import (
	"context"
	"net/http"
	"slices"
	"time"

	"callas"
)

var jsonBody = []string{"application/json"}

// callRoutes is the platform face's own table.
func (s *Server) callRoutes() []route {
	return []route{
		{method: http.MethodPost, path: "/v1/resolve", who: platformOnly, body: jsonBody, limit: MaxCallBody, do: s.resolve},
		{method: http.MethodPost, path: "/v1/resolve/batch", who: platformOnly, body: jsonBody, limit: MaxBatchBody, do: s.resolveBatch},
		{method: http.MethodPost, path: "/v1/explain", who: platformOnly, body: jsonBody, limit: MaxCallBody, do: s.explain},
	}
}

// resolve answers one call. A question that can be read always has a decision.
func (s *Server) resolve(r *request) (answer, error) {
	call, err := s.call(r)
	if err != nil {
		return answer{}, err
	}
	start := time.Now()
	d, err := s.Engine.Resolve(r.ctx, call)
	s.metrics.decided(&d, err, time.Since(start))
	r.revision = d.Revision.String()
	return answer{json: &d}, nil
}

// explain answers one call with every gate. Where the gates cannot be told the
// decision still is, and gates is empty.
func (s *Server) explain(r *request) (answer, error) {
	call, err := s.call(r)
	if err != nil {
		return answer{}, err
	}
	// An error has been logged by the engine. It is no call, so nothing is counted.
	e, _ := s.Engine.Explain(r.ctx, call)
	r.revision = e.Revision.String()
	return answer{json: &e}, nil
}

// call reads one question and waits for the facts it wants.
func (s *Server) call(r *request) (callas.Call, error) {
	q, err := readQuestion(r.body)
	if err != nil {
		return callas.Call{}, err
	}
	call, err := s.ask(&q, "")
	if err != nil {
		return call, err
	}
	return call, s.await(r, q.minRevision, "/min_revision")
}

// ask makes a call of a question: the dial plan says what the target is.
func (s *Server) ask(q *question, at string) (callas.Call, error) {
	if q.agent == "" {
		return callas.Call{}, badAt(at+"/agent", "is missing: the id, SIP URI, extension or number of who calls")
	}
	if q.target == "" {
		return callas.Call{}, badAt(at+"/target", "is missing: whom the call is for, as it was dialled")
	}
	modality := callas.Modality(q.modality)
	if modality == "" {
		modality = callas.Audio
	} else if !slices.Contains(callas.Modalities, modality) {
		return callas.Call{}, badAt(at+"/modality", "%.64q: want audio, video or im", q.modality)
	}
	return callas.Call{Agent: q.agent, Target: s.Plan.Classify(q.target), Modality: modality,
		CallAs: q.callAs, CallID: q.callID, Platform: q.platform}, nil
}

// await waits until the facts are as new as a caller knows them to be, so that
// nobody is answered from before their own change.
func (s *Server) await(r *request, least, at string) error {
	if least == "" {
		return nil
	}
	want, err := callas.ParseToken(least)
	if err != nil {
		return badAt(at, "%v", err)
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
	if have.Revision == want.Revision && want.Chain != "" && have.Chain != want.Chain {
		r.revision = have.String()
		p := refuse(stale, "revision %d was written anew since (a backup was restored, or a failover lost changes): take a new token", want.Revision)
		p.Status, p.retry = http.StatusConflict, false
		return p
	}
	return nil
}
