package client

import (
	"context"
	"net/http"
	"time"

	"callas"
)

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
	LockedTotal int `json:"locked_total"`
	Allowed     int `json:"allowed"` // pairs of agent and service that begin to work
	Blocked     int `json:"blocked"` // and that cease to
	Pairs       []struct {
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
	RefusedTotal int `json:"refused_total"`
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
