package server

import (
	"context"
	"errors"
	"net/http"
	"time"

	"callas"
	"callas/decisionlog"
)

// Proofs are what of the record and of the log of changes can be proved: that nothing in
// them was altered. Either may be nil.
type Proofs struct {
	Decisions func(context.Context) (decisionlog.Report, error)
	Changes   func(context.Context) (callas.Token, error)
	After     time.Duration // how long a start is left alone before the first
}

const (
	// proveEvery is how old a proof may be.
	proveEvery = 10 * time.Minute
	// proveShare is how many times as long as a proof took comes between two: reading a
	// record of a terabyte must not be all that a machine does.
	proveShare = 20
)

// A proof is what was found when it was last looked.
type proof struct {
	Decisions *decisionsProof `json:"decisions"` // null: nothing is recorded, or it was not looked at yet
	Changes   *changesProof   `json:"changes"`
}

type proved struct {
	VerifiedAt time.Time `json:"verified_at"`
	OK         bool      `json:"ok"`
	Problem    string    `json:"problem,omitempty"` // where it is not what was written
}

type decisionsProof struct {
	proved
	Segments int        `json:"segments"`
	Records  uint64     `json:"records"`
	From     *time.Time `json:"from"` // null: there are none
	To       *time.Time `json:"to"`
	Chain    string     `json:"chain"`
}

type changesProof struct {
	proved
	Revision callas.Token `json:"revision"` // proved up to it
}

// Prove looks through the record and the log of changes, after a start and from time to
// time, until ctx ends. What is wrong is logged when it is first found.
func (s *Server) Prove(ctx context.Context) {
	if s.Proofs.After > 0 && !pause(ctx, s.Proofs.After) {
		return
	}
	for {
		began := time.Now()
		s.prove(ctx)
		if !pause(ctx, max(proveEvery, proveShare*time.Since(began))) {
			return
		}
	}
}

func (s *Server) prove(ctx context.Context) {
	var now proof
	was := s.proof.Load()
	if s.Proofs.Decisions != nil {
		report, err := s.Proofs.Decisions(ctx)
		d := &decisionsProof{proved: s.found("the record of decisions", err, was == nil || was.Decisions == nil || was.Decisions.OK), Segments: report.Segments, Records: report.Records, Chain: report.Chain}
		if report.Records > 0 {
			d.From, d.To = &report.From, &report.To
		}
		now.Decisions = d
	}
	if s.Proofs.Changes != nil && ctx.Err() == nil {
		token, err := s.Proofs.Changes(ctx)
		now.Changes = &changesProof{s.found("the log of changes", err, was == nil || was.Changes == nil || was.Changes.OK), token}
	}
	if ctx.Err() == nil {
		s.proof.Store(&now)
	}
}

// found is what came of one proof. What was sound before and is not now is logged.
func (s *Server) found(what string, err error, sound bool) proved {
	p := proved{VerifiedAt: s.Now().UTC(), OK: err == nil}
	if err == nil || errors.Is(err, context.Canceled) {
		return p
	}
	if p.Problem = err.Error(); sound {
		s.Log.Error(what+" could not be proved to be as it was written", "err", err)
	}
	return p
}

func (s *Server) proofRoutes() []route {
	return []route{{method: http.MethodGet, path: "/v1/record", who: anyone, do: s.proved}}
}

// proved answers what was proved last. Who does not see every unit is told whether all is
// well, and not how much there is.
func (s *Server) proved(r *request) (answer, error) {
	v, err := s.see(r, r.read(s.State.Snapshot()))
	if err != nil {
		return answer{}, err
	}
	if !v.reads(callas.KindUnit) {
		return answer{}, refuse(forbidden, "a token of the role %s may not read the state of the record", r.by.Role)
	}
	last := s.proof.Load()
	if last == nil {
		last = &proof{}
	}
	if v.all {
		return answer{json: last}, nil
	}
	var out struct {
		Decisions *proved `json:"decisions"`
		Changes   *proved `json:"changes"`
	}
	if d := last.Decisions; d != nil {
		out.Decisions = &proved{VerifiedAt: d.VerifiedAt, OK: d.OK}
	}
	if c := last.Changes; c != nil {
		out.Changes = &proved{VerifiedAt: c.VerifiedAt, OK: c.OK}
	}
	return answer{json: out}, nil
}
