package client

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"callas"
)

// A Question is what resolve and explain are asked.
type Question struct {
	Agent    string          `json:"agent"` // an id or any alias
	Target   string          `json:"target,omitempty"`
	Class    callas.Class    `json:"class,omitempty"` // of any target, in Target's place: only the admin listener takes it
	Modality callas.Modality `json:"modality"`
	CallAs   string          `json:"call_as,omitempty"`
	Platform string          `json:"platform,omitempty"`
}

// A Gate is one condition of an explanation, and how it came out.
type Gate struct {
	Gate    callas.Reason   `json:"gate"`
	Passed  bool            `json:"passed"`
	Applies bool            `json:"applies"` // false: the call never came to it
	Fact    json.RawMessage `json:"fact"`    // the value that decided it
	Path    string          `json:"path"`    // where that value stands
	Who     string          `json:"who"`     // who can change it: agent, supervisor, admin, operator, nobody
	You     bool            `json:"you"`     // the asker can: only the admin listener tells
	Policy  *struct {
		File string `json:"file"`
		Line int    `json:"line"`
	} `json:"policy"`
}

// An Explanation is a decision and every gate on the way to it.
type Explanation struct {
	callas.Decision
	Gates   []Gate        `json:"gates"`
	Latency time.Duration `json:"latency_ns"` // only the admin listener tells
}

// ExplainAgain asks the admin listener why a recorded decision came out as it did.
func (c *Client) ExplainAgain(ctx context.Context, id string) (e Explanation, err error) {
	err = c.Do(ctx, Request{Method: http.MethodPost, Path: "/v1/explain", Body: map[string]string{"at": id}}, &e)
	return e, err
}

// Resolve asks the platform listener for a decision. raw is the answer as it came.
func (c *Client) Resolve(ctx context.Context, q Question) (d callas.Decision, raw json.RawMessage, err error) {
	err = c.Do(ctx, Request{Method: http.MethodPost, Path: "/v1/resolve", Body: q}, &raw)
	if err == nil {
		err = json.Unmarshal(raw, &d)
	}
	return d, raw, err
}

// Explain asks either listener for a decision and its gates.
func (c *Client) Explain(ctx context.Context, q Question) (e Explanation, raw json.RawMessage, err error) {
	err = c.Do(ctx, Request{Method: http.MethodPost, Path: "/v1/explain", Body: q}, &raw)
	if err == nil {
		err = json.Unmarshal(raw, &e)
	}
	return e, raw, err
}
