package server

import (
	"fmt"
	"slices"
	"time"

	"callas"
)

// resolveBatch answers up to MaxBatch calls from one snapshot, in their order:
//
//	{"calls":[{"agent":"anna","target":"2002"}, ...],"min_revision":"42.k3Jx"}
func (s *Server) resolveBatch(r *request) (answer, error) {
	calls, least, err := s.readBatch(r.body)
	if err != nil {
		return answer{}, err
	}
	if err := s.await(r, least, "/min_revision"); err != nil {
		return answer{}, err
	}
	start := time.Now()
	ds, err := s.Engine.ResolveAll(r.ctx, calls)
	each := time.Since(start) / time.Duration(max(1, len(ds)))
	for i := range ds {
		var failed error
		if undecided(&ds[i]) {
			failed = err
		}
		s.metrics.decided(&ds[i], failed, each)
	}
	r.read(s.State.Snapshot())
	if len(ds) > 0 {
		r.revision = ds[0].Revision.String()
	}
	return answer{json: struct {
		Decisions []callas.Decision `json:"decisions"`
	}{ds}}, nil
}

func (s *Server) readBatch(body []byte) (calls []callas.Call, least string, err error) {
	in := cursor{b: body}
	calls = []callas.Call{}
	var seen [2]bool
	err = in.object("", func(name string) error {
		field := slices.Index([]string{"calls", "min_revision"}, name)
		if field < 0 {
			return badAt("/"+pointerName(name), "unknown field %.64q%s", name, didYouMean(name, []string{"calls", "min_revision"}))
		}
		if seen[field] {
			return badAt("/"+name, "is there twice: send it once")
		}
		seen[field] = true
		if name == "calls" {
			calls, err = s.readCalls(&in)
			return err
		}
		if in.next() != '"' {
			return badAt("/min_revision", "%s, want a string", in.kind())
		}
		least, err = in.text("/min_revision")
		return err
	})
	if err == nil {
		err = in.end()
	}
	if err == nil && !seen[0] {
		err = badAt("/calls", "is missing: a list of calls, each as for /v1/resolve")
	}
	return calls, least, err
}

func (s *Server) readCalls(in *cursor) ([]callas.Call, error) {
	calls := []callas.Call{}
	if !in.take('[') {
		return nil, badAt("/calls", "%s, want an array", in.kind())
	}
	if in.take(']') {
		return calls, nil
	}
	for {
		at := fmt.Sprintf("/calls/%d", len(calls))
		if len(calls) == MaxBatch {
			return nil, badAt(at, "is one too many: at most %d calls a batch", MaxBatch)
		}
		q, err := in.question(at)
		if err != nil {
			return nil, err
		}
		if q.minRevision != "" {
			return nil, badAt(at+"/min_revision", "belongs beside calls: a batch has one snapshot")
		}
		call, err := s.ask(&q, at)
		if err != nil {
			return nil, err
		}
		calls = append(calls, call)
		if in.take(']') {
			return calls, nil
		}
		if !in.take(',') {
			return nil, in.broken()
		}
	}
}
