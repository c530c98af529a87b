package server

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"callas"
	"callas/decisionlog"
)

// A Seeker looks through the record of decisions.
type Seeker interface {
	Search(context.Context, decisionlog.Query) (decisionlog.Page, error)
	Find(ctx context.Context, id string, visible func(*decisionlog.Record) bool) (*decisionlog.Record, error)
}

func (s *Server) decisionRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/v1/decisions", who: anyone, time: EditTime, do: s.decisions},
		{method: http.MethodGet, path: "/v1/decisions/:id", who: anyone, time: EditTime, do: s.decision},
	}
}

// A gap stands in a page for decisions that could not be recorded.
type gap struct {
	Seq  uint64    `json:"seq"`
	At   time.Time `json:"at"` // when the first of them was lost
	Lost uint64    `json:"lost"`
}

// decisions answers a page of who called as whom, newest first, of what may be read.
// It may end early and say where to go on, as the audit trail does.
func (s *Server) decisions(r *request) (answer, error) {
	q, err := decisionQuery(r.http.Request.URL.Query())
	if err != nil {
		return answer{}, err
	}
	v, err := s.seeDecisions(r)
	if err != nil {
		return answer{}, err
	}
	page := struct {
		Items []any  `json:"items"`
		Next  string `json:"next"`
	}{Items: []any{}}
	if s.Decisions == nil {
		return answer{json: page}, nil
	}
	q.Visible = v.shows
	if !v.all && len(v.below) == 0 && q.Agent == "" {
		q.Agent = v.agent // found through the index rather than by looking at everybody's
	}
	limit := q.Limit
	for range maxLooks {
		q.Limit = limit - len(page.Items)
		found, err := s.Decisions.Search(r.ctx, q)
		if err != nil {
			return answer{}, err
		}
		for i := range found.Records {
			d := &found.Records[i]
			if d.Lost > 0 {
				page.Items = append(page.Items, gap{d.Seq, d.At, d.Lost})
			} else {
				page.Items = append(page.Items, d)
			}
		}
		page.Next, q.Cursor = found.Next, found.Next
		if page.Next == "" || len(page.Items) == limit {
			break
		}
	}
	return answer{json: page}, nil
}

// decision answers one. One that is not there and one that may not be seen are
// answered alike.
func (s *Server) decision(r *request) (answer, error) {
	v, err := s.seeDecisions(r)
	if err != nil {
		return answer{}, err
	}
	id := r.http.Param("id")
	if s.Decisions != nil {
		d, err := s.Decisions.Find(r.ctx, id, v.shows)
		if err != nil || d != nil {
			return answer{json: d}, err
		}
	}
	return answer{}, refuse(notFound, "there is no decision %.64q on record, or none that you may see", id)
}

// seeDecisions is see for the record: who may not read agents may not read what they did.
func (s *Server) seeDecisions(r *request) (*sight, error) {
	v, err := s.see(r, r.read(s.State.Snapshot()))
	if err != nil {
		return nil, err
	}
	if !v.reads(callas.KindAgent) {
		return nil, refuse(forbidden, "a token of the role %s may not read decisions", r.by.Role)
	}
	return v, nil
}

// shows reports whether a recorded decision may be read: it is of an agent, or was made
// as a service, that is in the asker's units or below now, or it is the asker's own.
// What is of nobody (an unknown agent, a gap, an agent who is gone) is for those who
// see every unit.
func (v *sight) shows(r *decisionlog.Record) bool {
	if v.all {
		return true
	}
	if r.Agent != "" && r.Agent == v.agent {
		return true
	}
	if a := v.sn.Agent(r.Agent); a != nil && v.below[a.Unit] {
		return true
	}
	service := v.sn.Service(r.Service)
	return service != nil && v.below[service.Unit] && v.reads(callas.KindService)
}

var decisionFields = []string{"agent", "service", "as", "class", "reason", "from", "to", "limit", "cursor"}

var (
	bothAs  = []callas.As{callas.AsService, callas.AsAgent}
	classes = []callas.Class{callas.PSTN, callas.Internal, callas.Federated, callas.Emergency, callas.Unknown}
)

func decisionQuery(values url.Values) (decisionlog.Query, error) {
	q := decisionlog.Query{Limit: PageSize}
	p := parameters(values, decisionFields, func(p *Problem, key, at, value string) {
		switch key {
		case "agent":
			q.Agent = value
		case "service":
			q.Service = value
		case "reason":
			q.Reason = callas.Reason(value)
		case "as":
			if q.As = callas.As(value); !slices.Contains(bothAs, q.As) {
				p.at(at, "%.64q: use one of %v", value, bothAs)
			}
		case "class":
			if q.Class = callas.Class(value); !slices.Contains(classes, q.Class) {
				p.at(at, "%.64q is no class of target: use one of %v", value, classes)
			}
		case "from", "to":
			t, err := time.Parse(time.RFC3339, value)
			if err != nil {
				p.at(at, "%.64q is no time: write 2026-11-22T13:00:00Z", value)
			}
			if key == "from" {
				q.From = t
			} else {
				q.To = t
			}
		case "cursor":
			if n, err := strconv.ParseUint(value, 10, 64); err != nil || n == 0 {
				p.at(at, "%.64q is no cursor: use a page's next", value)
			}
			q.Cursor = value
		case "limit":
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 || n > MaxPage {
				p.at(at, "%.64q is no number of decisions: use 1 to %d", value, MaxPage)
			}
			q.Limit = n
		}
	})
	if len(p.Errors) > 0 {
		return q, p
	}
	return q, nil
}
