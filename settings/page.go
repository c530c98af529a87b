package settings

import (
	"context"
	"encoding/base64"
	"fmt"

	"callas"
	"callas/state"
)

// A Page is one page of the rows that match a query, in the order of their ids.
type Page struct {
	Items []callas.Row `json:"items"`
	Next  string       `json:"next"`  // the next page's Cursor; empty: this is the last
	Total int          `json:"total"` // rows over all pages
}

// Page returns the page that the query asks for. Going on from page to page gives every
// row that matches all the while exactly once, whatever else comes and goes. A query
// that names what does not exist is *Invalid.
func (q Query) Page(ctx context.Context, sn *state.Snapshot, menus Menus) (Page, error) {
	last, err := lastSeen(q.Cursor)
	if err != nil {
		return Page{}, &Invalid{problem("/cursor", "%v", err)}
	}
	limit := q.Limit
	if limit <= 0 || limit > MaxPage {
		limit = DefaultPage
	}
	page := Page{Items: []callas.Row{}}
	m, err := newMatcher(sn, q)
	if err != nil {
		return page, err
	}
	if m.everything() {
		page.Total = sn.Count(q.Kind)
		for row := range sn.From(q.Kind, last) {
			if row.Key() != last && !page.take(row, limit) {
				break
			}
		}
		return page, nil
	}
	rows, err := m.all(ctx, menus.Menus(sn))
	if err != nil {
		return page, err
	}
	page.Total = len(rows)
	for _, row := range rows {
		if row.Key() > last && !page.take(row, limit) {
			break
		}
	}
	return page, nil
}

// take adds a row, or notes that there is more.
func (p *Page) take(row callas.Row, limit int) bool {
	if len(p.Items) == limit {
		p.Next = base64.RawURLEncoding.EncodeToString([]byte(p.Items[limit-1].Key()))
		return false
	}
	p.Items = append(p.Items, row)
	return true
}

// lastSeen reads a cursor: the id of the last row of the page before.
func lastSeen(cursor string) (string, error) {
	id, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil && len(id) > 0 {
		err = callas.CheckID(string(id))
	}
	if err != nil {
		return "", fmt.Errorf("%.80q is no cursor: send the last page's \"next\"", cursor)
	}
	return string(id), nil
}
