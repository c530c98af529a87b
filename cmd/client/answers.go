package client

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"callas"
)

// A Question is what resolve and explain are asked.
type Question struct {
	Agent    string          `json:"agent"` // an id or any alias
	Target   string          `json:"target"`
	Modality callas.Modality `json:"modality"`
	CallAs   string          `json:"call_as,omitempty"`
	Platform string          `json:"platform,omitempty"`
}

// A Gate is one condition of an explanation, and how it came out.
type Gate struct {
	Gate    callas.Reason   `json:"gate"`
	Passed  bool            `json:"passed"`
	Applies bool            `json:"applies"`
	Fact    string          `json:"fact"`
	Path    string          `json:"path"`
	Who     string          `json:"who"` // who can fix it
	Policy  json.RawMessage `json:"policy"`
}

// An Explanation is a decision and every gate on the way to it.
type Explanation struct {
	callas.Decision
	Gates []Gate `json:"gates"`
}

// Resolve asks the platform listener for a decision. raw is the answer as it came.
func (c *Client) Resolve(ctx context.Context, q Question) (d callas.Decision, raw json.RawMessage, err error) {
	err = c.Do(ctx, Request{Method: http.MethodPost, Path: "/v1/resolve", Body: q}, &raw)
	if err == nil {
		err = json.Unmarshal(raw, &d)
	}
	return d, raw, err
}

// Explain asks the platform listener for a decision and its gates.
func (c *Client) Explain(ctx context.Context, q Question) (e Explanation, raw json.RawMessage, err error) {
	err = c.Do(ctx, Request{Method: http.MethodPost, Path: "/v1/explain", Body: q}, &raw)
	if err == nil {
		err = json.Unmarshal(raw, &e)
	}
	return e, raw, err
}

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

// A BulkEdit is asked for by ids or a filter. With Plan, that plan is applied.
type BulkEdit struct {
	IDs    []string       `json:"ids,omitempty"`
	Filter map[string]any `json:"filter,omitempty"`
	Set    map[string]any `json:"set,omitempty"`
	Reason string         `json:"reason,omitempty"`
	DryRun bool           `json:"dry_run,omitempty"`
	Plan   string         `json:"plan,omitempty"`
}

// A Plan is what a bulk edit would do, frozen until it is applied.
type Plan struct {
	ID        string    `json:"plan"`
	ExpiresAt time.Time `json:"expires_at"`
	Matched   int       `json:"matched"`
	Changed   int       `json:"changed"`
	Unchanged int       `json:"unchanged"`
	Locked    []struct {
		ID     string   `json:"id"`
		Fields []string `json:"fields"`
		Source string   `json:"source"`
	} `json:"locked"`
	Allowed int `json:"allowed"` // pairs of agent and service that begin to work
	Blocked int `json:"blocked"` // and that cease to
	Pairs   []struct {
		Agent   string          `json:"agent"`
		Service string          `json:"service"`
		Becomes string          `json:"becomes"`
		Reasons []callas.Reason `json:"reasons"`
	} `json:"pairs"`
	CallingNow []struct {
		Agent   string `json:"agent"`
		Service string `json:"service"`
		Name    string `json:"name"`
	} `json:"calling_now"`
	CallingNowTotal int `json:"calling_now_total"`
	Refused         []struct {
		ID      string          `json:"id"`
		Reasons []callas.Reason `json:"reasons"`
	} `json:"refused"`
}

// Bulk plans or applies a bulk edit and reads the answer into out: a *Plan, or an
// *Applied where it was applied.
func (c *Client) Bulk(ctx context.Context, e BulkEdit, out any) error {
	return c.Do(ctx, Request{Method: http.MethodPost, Path: "/v1/agents/bulk", Body: e}, out)
}

// Applied is what a change did.
type Applied struct {
	Revision callas.Token `json:"revision"`
	Changed  int          `json:"changed"`
}
