package client

import (
	"context"
	"encoding/json"
	"net/http"

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
	Applies bool            `json:"applies"` // false: the call never came to it
	Fact    json.RawMessage `json:"fact"`    // the value that decided it
	Path    string          `json:"path"`    // where that value stands
	Who     string          `json:"who"`     // who can change it: agent, supervisor, admin, operator, nobody
	Policy  *struct {
		File string `json:"file"`
		Line int    `json:"line"`
	} `json:"policy"`
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
