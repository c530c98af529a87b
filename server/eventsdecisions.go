package server

import (
	"context"
	"time"

	"callas/decisionlog"
	"callas/giveway"
)

// A recordChoice is which decisions a stream tells, and up to which it has.
type recordChoice struct {
	decisionlog.Query
	seen uint64
}

const (
	// mostTold is how many decisions one event has: more than fits on a page.
	mostTold = 50
	// mostLooked is how many new records are looked at for one event, so that watching
	// costs the same however many calls there are: 4,000 a second.
	mostLooked = 1_000
)

// A decisionsEvent tells of new decisions, newest first.
type decisionsEvent struct {
	Items   []any  `json:"items"`   // as GET /v1/decisions has them, at most mostTold
	Skipped uint64 `json:"skipped"` // that could have been told as well; of very many, only those looked at
}

// greetDecisions tells the newest decisions before those that come.
func (s *Server) greetDecisions(r *request, v *sight, st *stream) error {
	e := decisionsEvent{Items: []any{}}
	if s.Decisions != nil {
		st.choice.seen = s.Decisions.Stats().Seq
		q := st.choice.Query
		q.Limit = mostTold
		page, err := s.seek(r.ctx, v, q)
		if err != nil {
			return err
		}
		for i := range page.Records {
			e.Items = append(e.Items, recorded(&page.Records[i]))
			st.choice.seen = max(st.choice.seen, page.Records[i].Seq)
		}
	}
	text, err := event("decisions", "", e)
	st.put(text)
	return err
}

// watchDecisions reads the record as it grows, and tells each stream what it asked for.
// It reads what is written down, so that no call waits for it.
func (s *Server) watchDecisions(ctx context.Context, t *topic) {
	tick := time.NewTicker(s.rhythm.records)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if s.Decisions == nil {
			continue
		}
		newest, streams := s.Decisions.Stats().Seq, t.all()
		from := newest
		for _, st := range streams {
			from = min(from, st.choice.seen)
		}
		if from == newest {
			continue
		}
		if err := s.tellDecisions(ctx, streams, from, newest); err != nil && ctx.Err() == nil {
			s.Log.Warn("decisions are not told yet", "err", err)
		}
	}
}

// tellDecisions tells of the records after one.
func (s *Server) tellDecisions(ctx context.Context, streams []*stream, from, newest uint64) error {
	page, err := s.Decisions.Search(ctx, decisionlog.Query{Limit: int(min(newest-from, mostLooked))})
	if err != nil {
		return err
	}
	if len(page.Records) > 0 {
		newest = max(newest, page.Records[0].Seq)
	}
	var work giveway.Worker
	view := s.viewing(ctx, s.State.Snapshot())
	for _, st := range streams {
		if v := view.of(st); v != nil {
			st.tell(v, page.Records, newest, &work)
		}
	}
	return nil
}

// tell puts those records that a stream has not told, that were asked for and may be seen.
func (st *stream) tell(v *sight, records []decisionlog.Record, newest uint64, work *giveway.Worker) {
	e := decisionsEvent{Items: []any{}}
	q := st.choice.Query
	q.Visible = v.shows
	matching, oldest := uint64(0), newest+1
	for i := range records {
		work.Step()
		d := &records[i]
		if d.Seq <= st.choice.seen {
			break
		}
		if oldest = d.Seq; !q.Matches(d) {
			continue
		}
		if matching++; len(e.Items) < mostTold {
			e.Items = append(e.Items, recorded(d))
		}
	}
	e.Skipped = matching - uint64(len(e.Items))
	if v.all && q.Everything() && oldest > st.choice.seen+1 {
		e.Skipped += oldest - st.choice.seen - 1 // were not even looked at
	}
	st.choice.seen = newest
	if len(e.Items) == 0 {
		return
	}
	if text, err := event("decisions", "", e); err == nil {
		st.put(text)
	}
}
