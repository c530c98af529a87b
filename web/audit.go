package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"callas"
	"callas/client"
)

// Who changed what: the audit trail. A change of many rows is one entry.
func (w *Web) auditRoutes(mux *http.ServeMux) {
	mux.Handle("GET /audit", w.page(w.audit))
	mux.Handle("GET /audit/export", w.page(w.exportAudit))
	mux.Handle("GET /audit/{revision}", w.page(w.auditEntry))
}

// An auditList is a page of the trail.
type auditList struct {
	Actor, ID, From, To string
	Kinds, Origins      []whyOption
	Entries             []auditEntry
	Older, Newest       string
	Export              string
	Filtered            bool
	Mine                bool
	Seals               []auditSeal
}

// An auditEntry is one change.
type auditEntry struct {
	Revision int64
	At       time.Time
	Actor    string
	Origin   string
	Reason   string
	Edits    []auditEdit
	Count    int         // of edits that may be seen, whether told here or not
	Many     string      // what was changed, as one: 383 agents
	Same     []fieldMove // what all edits told here have alike
	CanUndo  bool
	Back     string
	Next     string // where more of its edits are
}

// Folded reports whether the entry is told as one, its edits on demand.
func (e auditEntry) Folded() bool { return e.Count > mostUnfolded }

// mostUnfolded is how many edits an entry of the list tells by itself.
const mostUnfolded = 3

// An auditEdit is one row as a change moved it.
type auditEdit struct {
	Kind, Name, Href string
	Born, Gone       bool
	Moves            []fieldMove
}

var auditFilters = []string{"actor", "kind", "id", "origin", "from", "to"}

// auditOrigins are through what changes are made, as the API names it.
var auditOrigins = []string{"api", "cli", "import", "undo", "sign-in", "expiry", "demo"}

// auditPage is how many changes a page has.
const auditPage = 50

func (w *Web) audit(v *visit) (view, error) {
	asked := url.Values{}
	for _, key := range auditFilters {
		if value := strings.TrimSpace(v.r.URL.Query().Get(key)); value != "" {
			asked.Set(key, value)
		}
	}
	list := &auditList{Actor: asked.Get("actor"), ID: asked.Get("id"), From: asked.Get("from"), To: asked.Get("to"), Filtered: len(asked) > 0,
		Export: asked.Encode(), Mine: v.me.Agent != ""}
	for _, kind := range callas.Kinds {
		list.Kinds = append(list.Kinds, whyOption{Value: string(kind), Text: v.say("audit.kind." + string(kind)), Chosen: string(kind) == asked.Get("kind")})
	}
	for _, origin := range auditOrigins {
		list.Origins = append(list.Origins, whyOption{Value: origin, Text: v.auditOrigin(origin), Chosen: origin == asked.Get("origin")})
	}
	query := v.auditQuery(asked)
	query.Set("limit", whyNumber(auditPage))
	if before := v.r.URL.Query().Get("before"); before != "" {
		query.Set("before", before)
		list.Newest = "/audit?" + asked.Encode()
	}
	var page struct {
		Items []changeset `json:"items"`
		Next  string      `json:"next"`
	}
	if err := v.api.Do(v.r.Context(), client.Request{Method: http.MethodGet, Path: "/v1/changes", Query: query}, &page); err != nil {
		return view{}, err
	}
	d, err := v.auditDirectory()
	if err != nil {
		return view{}, err
	}
	for _, c := range page.Items {
		list.Entries = append(list.Entries, v.auditOf(d, c))
	}
	if page.Next != "" {
		asked.Set("before", page.Next)
		list.Older = "/audit?" + asked.Encode()
	}
	if !v.partial() {
		if list.Seals, err = v.auditSeals(); err != nil {
			return view{}, err
		}
	}
	return view{page: "audit", part: "audit-body", title: v.say("audit.title"), nav: "audit", body: list}, nil
}

// auditQuery is the filter as the API takes it. An id alone is an agent's.
func (v *visit) auditQuery(asked url.Values) url.Values {
	query := url.Values{}
	for key := range asked {
		query.Set(key, asked.Get(key))
	}
	for _, key := range []string{"from", "to"} {
		if value := query.Get(key); value != "" {
			query.Set(key, v.moment(value))
		}
	}
	if query.Get("id") != "" && query.Get("kind") == "" {
		query.Set("kind", string(callas.KindAgent))
	}
	return query
}

// auditDirectory names what changes name by ids, as far as it may be seen.
func (v *visit) auditDirectory() (*directory, error) {
	d, err := v.directory()
	if unseen(err) {
		return &directory{}, nil
	}
	return d, err
}

// auditEntry shows one change with its edits, a page of them at a time.
func (w *Web) auditEntry(v *visit) (view, error) {
	revision := v.r.PathValue("revision")
	query := url.Values{}
	if cursor := v.r.URL.Query().Get("cursor"); cursor != "" {
		query.Set("cursor", cursor)
	}
	var c struct {
		changeset
		Next string `json:"next"`
	}
	if err := v.api.Do(v.r.Context(), client.Request{Method: http.MethodGet, Path: "/v1/changes/" + url.PathEscape(revision), Query: query}, &c); err != nil {
		return view{}, err
	}
	d, err := v.auditDirectory()
	if err != nil {
		return view{}, err
	}
	entry := v.auditOf(d, c.changeset)
	if c.Next != "" {
		entry.Next = "/audit/" + strconv.FormatInt(entry.Revision, 10) + "?cursor=" + c.Next
	}
	out := view{page: "audit-entry", part: "audit-sheet", title: v.say("audit.change", entry.Revision), nav: "audit", body: entry}
	if len(query) > 0 {
		out.part = "audit-more"
	}
	return out, nil
}

// auditOf tells a change in words.
func (v *visit) auditOf(d *directory, c changeset) auditEntry {
	e := auditEntry{Revision: c.Revision.Revision, At: c.At, Actor: c.Actor, Origin: v.auditOrigin(c.Origin), Reason: c.Reason, Count: c.EditCount,
		CanUndo: v.mayUndo(c), Back: "/audit"}
	for _, edit := range c.Edits {
		e.Edits = append(e.Edits, v.auditEdit(d, edit))
	}
	if len(e.Edits) > 0 {
		e.Same = e.Edits[0].Moves
	}
	kind := "mixed"
	for i, edit := range e.Edits {
		e.Same = v.shared(e.Same, edit.Moves)
		if was := string(c.Edits[i].Kind); i == 0 || was == kind {
			kind = was
		} else {
			kind = "mixed"
		}
	}
	if len(c.Edits) < c.EditCount && len(c.Edits) > 0 && c.Edits[len(c.Edits)-1].Kind != callas.KindAgent {
		kind = "mixed" // what is not told here may be anything
	}
	e.Many = v.say("audit.many."+kind, e.Count)
	return e
}

// mayUndo reports whether taking a change back is offered: not what an importer or the
// machine itself has done, and nobody's session or token.
func (v *visit) mayUndo(c changeset) bool {
	switch c.Origin {
	case "import", "demo", "expiry", "sign-in":
		return false
	}
	for _, e := range c.Edits {
		if e.Kind == callas.KindToken || e.Kind == callas.KindSession || !v.does(callas.Update, e.Kind) {
			return false
		}
	}
	return true
}

// shared are the moves that two edits have alike: of a field to the same value, wherever
// it came from.
func (v *visit) shared(a, b []fieldMove) (both []fieldMove) {
	for _, m := range a {
		for _, n := range b {
			if m.Field != n.Field || m.To != n.To {
				continue
			}
			if m.From != n.From {
				m.From = v.say("audit.various")
			}
			both = append(both, m)
		}
	}
	return both
}

func (w *words) auditOrigin(origin string) string {
	if key := "audit.origin." + origin; w.has(key) {
		return w.say(key)
	}
	return origin
}
