package server

import (
	"callas"
	"callas/server/wire"
)

// resolveBatch answers up to MaxBatch calls from one snapshot, in their order.
func (s *Server) resolveBatch(r *request) (answer, error) {
	questions, least, err := wire.ReadBatch(r.body, MaxBatch)
	if err != nil {
		return answer{}, err
	}
	calls := make([]callas.Call, len(questions))
	for i := range questions {
		calls[i] = s.call(&questions[i])
	}
	if err := s.await(r, least); err != nil {
		return answer{}, err
	}
	ds, err := s.Engine.ResolveAll(r.ctx, calls)
	for i := range ds {
		var failed error
		if undecided(&ds[i]) {
			failed = err
		}
		s.metrics.decided(&ds[i], failed)
	}
	r.read(s.State.Snapshot())
	if len(ds) > 0 {
		r.revision = ds[0].Revision.String()
	}
	return answer{json: struct {
		Decisions []callas.Decision `json:"decisions"`
	}{ds}}, nil
}
