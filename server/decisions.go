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
	Stats() decisionlog.Stats
	Reveal(context.Context, decisionlog.Reveal) error
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
	q, err := decisionQuery(r.http.Request.URL.Query(), decisionFields)
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
	found, err := s.seek(r.ctx, v, q)
	if err != nil {
		return answer{}, err
	}
	for i := range found.Records {
		page.Items = append(page.Items, recorded(&found.Records[i]))
	}
	page.Next = found.Next
	return answer{json: page}, nil
}

// A revealed stands in a page for what somebody was shown, for those who may read all.
type revealed struct {
	Seq      uint64    `json:"seq"`
	At       time.Time `json:"at"`
	Revealed string    `json:"revealed"` // the decision
	By       string    `json:"by"`
	Reason   string    `json:"reason"`
}

// A hidden decision is masked as it is read, whatever the record has.
type hidden struct {
	*decisionlog.Record
	Revealable bool `json:"revealable"` // the record has in clear whom it was for
}

// recorded is a record as it is told.
func recorded(d *decisionlog.Record) any {
	switch {
	case d.Lost > 0:
		return gap{d.Seq, d.At, d.Lost}
	case d.Revealed != "":
		return revealed{d.Seq, d.At, d.Revealed, d.By, d.Why}
	}
	if masked, hides := d.Hidden(); hides {
		return hidden{&masked, true}
	}
	return d
}

// seek looks for a page of what may be read, newest first, and not further back than a
// page may take.
func (s *Server) seek(ctx context.Context, v *sight, q decisionlog.Query) (decisionlog.Page, error) {
	q.Visible = v.shows
	if !v.all && len(v.below) == 0 && q.Agent == "" {
		q.Agent = v.agent // found through the index rather than by looking at everybody's
	}
	var page decisionlog.Page
	limit := q.Limit
	for look := range maxLooks {
		if look == atDesk {
			leave, err := s.back.take(ctx)
			if err != nil {
				break // the page ends here: it says where to go on
			}
			defer leave()
		}
		q.Limit = limit - len(page.Records)
		found, err := s.Decisions.Search(ctx, q)
		if err != nil {
			return page, err
		}
		page.Records = append(page.Records, found.Records...)
		page.Next, q.Cursor = found.Next, found.Next
		if page.Next == "" || len(page.Records) == limit {
			break
		}
	}
	return page, nil
}

// decision answers one. One that is not there and one that may not be seen are
// answered alike.
func (s *Server) decision(r *request) (answer, error) {
	v, err := s.seeDecisions(r)
	if err != nil {
		return answer{}, err
	}
	d, err := s.find(r, v, r.http.Param("id"))
	if err != nil {
		return answer{}, err
	}
	return answer{json: recorded(d)}, nil
}

// find looks for one decision that may be read.
func (s *Server) find(r *request, v *sight, id string) (*decisionlog.Record, error) {
	if s.Decisions != nil {
		d, err := s.Decisions.Find(r.ctx, id, v.shows)
		if err != nil || d != nil {
			return d, err
		}
	}
	return nil, refuse(notFound, "there is no decision %.64q on record, or none that you may see", id)
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

// decisionFilters say which decisions are asked for, decisionFields also where to begin.
var (
	decisionFilters = []string{"agent", "service", "as", "class", "reason", "from", "to"}
	decisionFields  = append(slices.Clone(decisionFilters), "limit", "cursor")
)

var (
	bothAs  = []callas.As{callas.AsService, callas.AsAgent}
	classes = []callas.Class{callas.PSTN, callas.Internal, callas.Federated, callas.Emergency, callas.Unknown}
)

func decisionQuery(values url.Values, fields []string) (decisionlog.Query, error) {
	q := decisionlog.Query{Limit: PageSize}
	p := parameters(values, fields, func(p *Problem, key, at, value string) {
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
			if t := moment(p, at, value); key == "from" {
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

// moment reads a time of a query.
func moment(p *Problem, at, value string) time.Time {
	t, err := time.Parse(time.RFC3339, value)
	if err != nil {
		p.at(at, "%.64q is no time: write 2026-11-22T13:00:00Z", value)
	}
	return t
}
