package server

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"callas"
	"callas/source"
)

// maxLooks bounds how far a page of the audit trail looks back for changes that its
// reader may see: beyond it the page ends early and says where to go on. A look decodes
// 32 MB at most.
const maxLooks = 20

// atDesk is from which look on a page looks back at the desk: most are full after the
// first.
const atDesk = 1

func (s *Server) changeRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/v1/changes", who: anyone, time: EditTime, do: s.changes},
		{method: http.MethodGet, path: "/v1/changes/:revision", who: anyone, time: EditTime, do: s.change},
		{method: http.MethodPost, path: "/v1/changes/:revision/undo", who: anyone, time: BulkTime,
			body: jsonBody, limit: MaxCallBody, once: true, do: s.undo},
	}
}

// A told is a changeset as the audit trail tells it.
type told struct {
	Revision  callas.Token  `json:"revision"`
	At        time.Time     `json:"at"`
	Actor     string        `json:"actor"`
	Origin    string        `json:"origin"`
	Reason    string        `json:"reason"`
	Edits     []callas.Edit `json:"edits"` // those that may be read: in a list the first MaxListed
	EditCount int           `json:"edit_count"`
}

// changes answers a page of the audit trail, newest first, of what may be read.
func (s *Server) changes(r *request) (answer, error) {
	q, limit, err := historyQuery(r.http.Request.URL.Query())
	if err != nil {
		return answer{}, err
	}
	v, err := s.see(r, r.read(s.State.Snapshot()))
	if err != nil {
		return answer{}, err
	}
	if len(v.kinds) == 0 {
		return answer{}, refuse(forbidden, "a token of the role %s may not read changes", r.by.Role)
	}
	page := struct {
		Items []told `json:"items"`
		Next  string `json:"next"`
	}{Items: []told{}}
	for look := range maxLooks {
		if look == atDesk {
			leave, err := s.back.take(r.ctx)
			if err != nil {
				break // the page ends here: it says where to go on
			}
			defer leave()
		}
		sets, err := s.Source.History(r.ctx, q)
		if err != nil {
			return answer{}, err
		}
		if len(sets) == 0 {
			return answer{json: page}, nil
		}
		for _, cs := range sets {
			q.Before = cs.Token.Revision
			if !v.answers(cs, q) {
				continue
			}
			cs.Edits = askedFirst(cs.Edits, q)
			if t := v.tell(cs); t.EditCount > 0 {
				page.Items = append(page.Items, t)
			}
			if len(page.Items) == limit {
				page.Next = strconv.FormatInt(q.Before, 10)
				return answer{json: page}, nil
			}
		}
	}
	page.Next = strconv.FormatInt(q.Before, 10)
	return answer{json: page}, nil
}

// answers reports whether a change is found by an edit that may be read: what is said of
// it must not tell that it wrote a row which may not.
func (v *sight) answers(cs callas.Changeset, q source.HistoryQuery) bool {
	return q.Kind == "" || slices.ContainsFunc(cs.Edits, func(e callas.Edit) bool {
		return e.Kind == q.Kind && (q.ID == "" || e.ID == q.ID) && v.coversEdit(e)
	})
}

// coversEdit reports whether an edit may be read: the row could be before it, or can be after.
func (v *sight) coversEdit(e callas.Edit) bool { return v.covers(e.Before) || v.covers(e.After) }

// askedFirst puts the edit of the row that is asked for before the others: of a change of
// thousands only the first are told.
func askedFirst(edits []callas.Edit, q source.HistoryQuery) []callas.Edit {
	i := slices.IndexFunc(edits, func(e callas.Edit) bool { return e.Kind == q.Kind && e.ID == q.ID })
	if i <= 0 {
		return edits
	}
	return slices.Concat(edits[i:i+1], edits[:i], edits[i+1:])
}

// change answers one change with a page of its edits, however many it has.
func (s *Server) change(r *request) (answer, error) {
	token, err := callas.ParseToken(r.http.Param("revision"))
	if err != nil || token.Revision == 0 {
		return answer{}, refuse(notFound, "%.64q is no revision", r.http.Param("revision"))
	}
	from, limit := 0, MaxListed
	p := parameters(r.http.Request.URL.Query(), []string{"cursor", "limit"}, func(p *Problem, key, at, value string) {
		n, err := strconv.Atoi(value)
		switch {
		case key == "cursor" && (err != nil || n < 1):
			p.at(at, "%.64q is no cursor: use a page's next", value)
		case key == "cursor":
			from = n
		case err != nil || n < 1 || n > MaxPage:
			p.at(at, "%.64q is no number of edits: use 1 to %d", value, MaxPage)
		default:
			limit = n
		}
	})
	if len(p.Errors) > 0 {
		return answer{}, p
	}
	v, err := s.see(r, r.read(s.State.Snapshot()))
	if err != nil {
		return answer{}, err
	}
	if len(v.kinds) == 0 {
		return answer{}, refuse(forbidden, "a token of the role %s may not read changes", r.by.Role)
	}
	cs, err := s.changeset(r.ctx, v, token)
	if err != nil {
		return answer{}, err
	}
	out := struct {
		told
		Next string `json:"next"`
	}{told: v.tellFrom(cs, from, limit)}
	if from+len(out.Edits) < out.EditCount {
		out.Next = strconv.Itoa(from + len(out.Edits))
	}
	return answer{json: out}, nil
}

// tell leaves out what may not be read, and the hashes of tokens always.
func (v *sight) tell(cs callas.Changeset) told { return v.tellFrom(cs, 0, MaxListed) }

// tellFrom tells of the edits that may be read those from one on, so many at most.
func (v *sight) tellFrom(cs callas.Changeset, from, limit int) told {
	t := told{Revision: cs.Token, At: cs.At.UTC(), Actor: cs.Actor, Origin: cs.Origin, Reason: cs.Reason, Edits: []callas.Edit{}}
	for _, e := range cs.Edits {
		if !v.coversEdit(e) {
			continue
		}
		if t.EditCount++; t.EditCount > from && len(t.Edits) < limit {
			e.Before, e.After = withoutHash(e.Before), withoutHash(e.After)
			t.Edits = append(t.Edits, e)
		}
	}
	return t
}

func withoutHash(row callas.Row) callas.Row {
	if t, ok := row.(*callas.AccessToken); ok {
		shown := *t
		shown.Hash = ""
		return &shown
	}
	return row
}

var historyFields = []string{"kind", "id", "actor", "origin", "from", "to", "before", "limit"}

func historyQuery(values url.Values) (q source.HistoryQuery, limit int, err error) {
	limit = PageSize
	p := parameters(values, historyFields, func(p *Problem, key, at, value string) {
		switch key {
		case "kind":
			if q.Kind = callas.Kind(value); !slices.Contains(callas.Kinds, q.Kind) {
				p.at(at, "%.64q is no kind of row: use one of %v", value, callas.Kinds)
			}
		case "id":
			q.ID = value
		case "actor":
			q.Actor = value
		case "origin":
			q.Origin = value
		case "from", "to":
			if t := moment(p, at, value); key == "from" {
				q.From = t
			} else {
				q.To = t
			}
		case "before":
			token, err := callas.ParseToken(value)
			if q.Before = token.Revision; err != nil || q.Before < 1 {
				p.at(at, "%.64q is no revision: use a page's next", value)
			}
		case "limit":
			if limit, err = strconv.Atoi(value); err != nil || limit < 1 || limit > MaxPage {
				p.at(at, "%.64q is no number of changes: use 1 to %d", value, MaxPage)
			}
		}
	})
	if q.ID != "" && q.Kind == "" {
		p.at("/id", "names a row only together with kind")
	}
	q.Limit = limit
	if len(p.Errors) > 0 {
		return q, limit, p
	}
	return q, limit, nil
}
