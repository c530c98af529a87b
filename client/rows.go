package client

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"callas"
)

// Row reads one row. Its ETag is "<rev>", the row's own rev in quotes.
func (c *Client) Row(ctx context.Context, k callas.Kind, id string) (json.RawMessage, error) {
	var row json.RawMessage
	err := c.Do(ctx, Request{Method: http.MethodGet, Path: path(k, id)}, &row)
	return row, err
}

// Patch merges a patch (RFC 7396) into a row and returns the row as it is then.
// match is the ETag the row must still have; empty: whatever it has.
func (c *Client) Patch(ctx context.Context, k callas.Kind, id string, patch any, match, reason string) (json.RawMessage, error) {
	var row json.RawMessage
	err := c.Do(ctx, Request{Method: http.MethodPatch, Path: path(k, id), Body: patch, Match: match, Reason: reason,
		Media: "application/merge-patch+json"}, &row)
	return row, err
}

// Create makes a row that must not be there yet.
func (c *Client) Create(ctx context.Context, k callas.Kind, id string, row any, reason string) (json.RawMessage, error) {
	var out json.RawMessage
	err := c.Do(ctx, Request{Method: http.MethodPut, Path: path(k, id), Body: row, Match: "*", Reason: reason}, &out)
	return out, err
}

// Delete removes a row.
func (c *Client) Delete(ctx context.Context, k callas.Kind, id, reason string) error {
	return c.Do(ctx, Request{Method: http.MethodDelete, Path: path(k, id), Reason: reason}, nil)
}

func path(k callas.Kind, id string) string {
	return "/v1/" + string(k) + "s/" + url.PathEscape(id)
}

// A Page is part of a list.
type Page struct {
	Items []json.RawMessage `json:"items"`
	Next  string            `json:"next"` // the next page's cursor; empty: the last
	Total int               `json:"total"`
}

// maxPage is the largest page a server gives.
const maxPage = 1000

// List reads rows that a filter selects, at most limit of them; 0: all. The page
// returned is all of them together.
func (c *Client) List(ctx context.Context, k callas.Kind, filter url.Values, limit int) (Page, error) {
	var all Page
	query := url.Values{}
	for key, v := range filter {
		query[key] = v
	}
	for {
		want := maxPage
		if limit > 0 {
			want = min(maxPage, limit-len(all.Items))
		}
		query.Set("limit", strconv.Itoa(want))
		var page Page
		if err := c.Do(ctx, Request{Method: http.MethodGet, Path: "/v1/" + string(k) + "s", Query: query}, &page); err != nil {
			return Page{}, err
		}
		all.Items, all.Next, all.Total = append(all.Items, page.Items...), page.Next, page.Total
		if page.Next == "" || len(page.Items) == 0 || limit > 0 && len(all.Items) >= limit {
			return all, nil
		}
		query.Set("cursor", page.Next)
	}
}
