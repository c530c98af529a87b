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

// A Recorded is a decision as it was recorded or, where Lost is set, the place of
// decisions that could not be, or, where Revealed is, a reveal of one.
type Recorded struct {
	callas.Decision
	Seq   uint64    `json:"seq"`
	At    time.Time `json:"at"`
	Agent string    `json:"agent"` // the id; empty for an unknown agent
	Asked string    `json:"asked"` // what the platform called the agent, where it is not the id
	Lost  uint64    `json:"lost"`

	Revealed string `json:"revealed"` // the decision of which By was shown in clear whom it was for; then nothing else but At
	By       string `json:"by"`
	Why      string `json:"reason"`

	Latency  time.Duration   `json:"latency_ns"`
	Platform string          `json:"platform"`
	CallID   string          `json:"call_id"`
	CallAs   string          `json:"call_as"` // what the call asked to go out as; empty: the selection
	Modality callas.Modality `json:"modality"`
	Masked   string          `json:"masked"` // how the target is hidden; empty: it is not

	Revealable bool `json:"revealable"` // the record has it in clear
}

// Decisions reads those that a filter selects, newest first, at most limit of them; 0:
// all. They are as they came.
func (c *Client) Decisions(ctx context.Context, filter url.Values, limit int) (items []json.RawMessage, err error) {
	query := url.Values{}
	for key, v := range filter {
		query[key] = v
	}
	for {
		want := maxPage
		if limit > 0 {
			want = min(maxPage, limit-len(items))
		}
		query.Set("limit", strconv.Itoa(want))
		var page Page
		if err := c.Do(ctx, Request{Method: http.MethodGet, Path: "/v1/decisions", Query: query}, &page); err != nil {
			return nil, err
		}
		items = append(items, page.Items...)
		if page.Next == "" || limit > 0 && len(items) >= limit {
			return items, nil
		}
		query.Set("cursor", page.Next) // a page may be empty and not the last
	}
}

// Decision reads one as it was recorded.
func (c *Client) Decision(ctx context.Context, id string) (json.RawMessage, error) {
	var raw json.RawMessage
	err := c.Do(ctx, Request{Method: http.MethodGet, Path: "/v1/decisions/" + url.PathEscape(id)}, &raw)
	return raw, err
}
