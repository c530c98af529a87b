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

// A changeset is a change as the audit trail tells it.
type changeset struct {
	Revision  callas.Token  `json:"revision"`
	At        time.Time     `json:"at"`
	Actor     string        `json:"actor"`
	Origin    string        `json:"origin"`
	Reason    string        `json:"reason"`
	Edits     []callas.Edit `json:"edits"`
	EditCount int           `json:"edit_count"`
}

// changes reads the changes that a query selects, newest first.
func (v *visit) changes(query url.Values, limit int) ([]changeset, error) {
	query.Set("limit", strconv.Itoa(limit))
	var page struct {
		Items []changeset `json:"items"`
	}
	err := v.api.Do(v.r.Context(), client.Request{Method: http.MethodGet, Path: "/v1/changes", Query: query}, &page)
	return page.Items, err
}

// changesOf reads a row's last changes, newest first.
func (v *visit) changesOf(k callas.Kind, id string, limit int) ([]changeset, error) {
	return v.changes(url.Values{"kind": {string(k)}, "id": {id}}, limit)
}

// newest is the first of changes; nil where there is none.
func newest(changes []changeset, err error) (*changeset, error) {
	if err != nil || len(changes) == 0 {
		return nil, err
	}
	return &changes[0], nil
}

// lastChange is the newest change of a row.
func (v *visit) lastChange(k callas.Kind, id string) (*changeset, error) {
	return newest(v.changesOf(k, id, 1))
}

// A done is a change that has just been made, as the page after it tells.
type done struct {
	At       time.Time
	Revision int64
	What     string // saved, created, deleted, undone
	Kind     callas.Kind
	ID, Name string
	Named    bool   // the page is not its own, so its name is told
	Undo     bool   // its maker may take it back
	Others   bool   // only others may: it took along what lies outside its maker's units
	Back     string // where undoing it leads
}

// doneBy tells of the change that ?done= names, from the record: what a link claims is not
// taken for true.
func (v *visit) doneBy(revision, back string) (*done, error) {
	n, err := strconv.ParseInt(revision, 10, 64)
	if err != nil || n < 1 {
		return nil, nil
	}
	c, err := newest(v.changes(url.Values{"before": {strconv.FormatInt(n+1, 10)}}, 1))
	if err != nil || c == nil || c.Revision.Revision != n || c.Actor != v.me.Name || len(c.Edits) == 0 {
		return nil, err
	}
	e := c.Edits[0]
	d := &done{At: c.At, Revision: n, What: "saved", Kind: e.Kind, ID: e.ID, Back: back, Undo: c.Origin != "undo"}
	row := e.After
	switch {
	case c.Origin == "undo":
		d.What = "undone"
	case e.Before == nil:
		d.What = "created"
	case e.After == nil:
		d.What = "deleted"
	}
	if row == nil {
		row = e.Before
	}
	if d.Others, err = v.reachesOut(c); err != nil {
		return nil, err
	}
	d.Undo = d.Undo && !d.Others
	d.Name, d.Named = nameOf(row), !strings.Contains(back, "/"+e.ID)
	return d, nil
}

// reachesOut reports whether a change moved rows that its maker may not write by themselves:
// deleting a service takes it out of duty profiles that are offered everywhere.
func (v *visit) reachesOut(c *changeset) (bool, error) {
	if len(c.Edits) == 1 || v.me.Role != callas.RoleSupervisor {
		return false, nil
	}
	tree, err := v.units(nil)
	for _, e := range c.Edits {
		switch row := e.Before.(type) {
		case *callas.Profile:
			if !v.may(callas.Update, e.Kind, tree, row.Unit) {
				return true, err
			}
		case *callas.Agent:
			if !v.may(callas.Update, e.Kind, tree, row.Unit) {
				return true, err
			}
		}
	}
	return false, err
}

// nameOf is what people call a row.
func nameOf(row callas.Row) string {
	switch row := row.(type) {
	case *callas.Unit:
		return row.Name
	case *callas.Service:
		return row.Name
	case *callas.Profile:
		return row.Name
	case *callas.Agent:
		return row.Name
	}
	return row.Key()
}
