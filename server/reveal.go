package server

import (
	"context"
	"net/http"
	"time"

	"callas"
	"callas/decisionlog"
	"callas/server/wire"
)

// RevealTime is how long a reveal may wait to be on disk.
const RevealTime = 5 * time.Second

func (s *Server) revealRoutes() []route {
	return []route{{method: http.MethodPost, path: "/v1/decisions/:id/reveal", who: anyone, time: EditTime, body: jsonBody, limit: MaxCallBody, do: s.reveal}}
}

// reveal answers a recorded decision with whom the call was for. Who asked, and why, is on
// record before anything is shown.
func (s *Server) reveal(r *request) (answer, error) {
	said, err := wire.ReadReason(r.body)
	if err != nil {
		return answer{}, err
	}
	reason, err := r.reason(said)
	if err != nil {
		return answer{}, err
	}
	v, err := s.seeDecisions(r)
	if err != nil {
		return answer{}, err
	}
	d, err := s.find(r, v, r.http.Param("id"))
	if err != nil {
		return answer{}, err
	}
	verdict, err := s.Engine.May(r.ctx, v.sn, callas.Change{By: r.by, Action: callas.Reveal, Kind: callas.KindDecision, ID: d.ID})
	if err != nil {
		return answer{}, err
	}
	if !verdict.Allow {
		p := refuse(forbidden, "decision %s: whom it was for is shown in clear only to roles that data.settings.powers says so of", d.ID)
		p.Reasons = verdict.Reasons
		return answer{}, p
	}
	if reason == "" {
		return answer{}, badAt("/reason", "is missing: say why, it is put on record")
	}
	if _, hides := d.Hidden(); !hides {
		return answer{}, nothingToReveal(d)
	}
	ctx, cancel := context.WithTimeout(r.ctx, RevealTime)
	defer cancel()
	if err := s.Decisions.Reveal(ctx, decisionlog.Reveal{At: s.Now(), Decision: d.ID, By: r.by.Name, Reason: reason}); err != nil {
		s.Log.Error("a reveal could not be put on record, so nothing was shown", "decision", d.ID, "by", r.by.Name, "err", err)
		return answer{}, refuse(busy, "the reveal could not be put on record, so nothing is shown")
	}
	return answer{json: d}, nil
}

func nothingToReveal(d *decisionlog.Record) error {
	if d.Masked == "" {
		return refuse(conflict, "decision %s hides nothing: it is shown as it is", d.ID)
	}
	return refuse(conflict, "the record itself has only this much of whom decision %s was for: record.callee, or policy in callas.mask, decides that when a call is made (%s)", d.ID, d.Masked)
}
