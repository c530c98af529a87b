package client

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"callas"
)

// A Menu is what an agent sees under Call As, and the answer as it came.
type Menu struct {
	callas.Menu
	Raw json.RawMessage
}

// Menu reads what an agent sees under Call As.
func (c *Client) Menu(ctx context.Context, agent string) (Menu, error) {
	return c.menu(ctx, Request{Method: http.MethodGet, Path: agentPath(agent, "menu")})
}

// SetSession changes an agent's session and returns the menu as it is then. What
// set leaves out stays; nil clears: {"profile":"day","call_as":nil,"expires_in":"8h"}.
func (c *Client) SetSession(ctx context.Context, agent string, set map[string]any) (Menu, error) {
	return c.menu(ctx, Request{Method: http.MethodPut, Path: agentPath(agent, "session"), Body: set})
}

// EndSession logs an agent out: off duty, None.
func (c *Client) EndSession(ctx context.Context, agent string) error {
	return c.Do(ctx, Request{Method: http.MethodDelete, Path: agentPath(agent, "session")}, nil)
}

func (c *Client) menu(ctx context.Context, r Request) (m Menu, err error) {
	if err = c.Do(ctx, r, &m.Raw); err == nil {
		err = json.Unmarshal(m.Raw, &m.Menu)
	}
	return m, err
}

func agentPath(agent, part string) string { return "/v1/agents/" + url.PathEscape(agent) + "/" + part }
