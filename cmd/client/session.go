package client

import (
	"context"
	"net/http"
	"net/url"

	"callas"
)

// Menu reads what an agent sees under Call As.
func (c *Client) Menu(ctx context.Context, agent string) (m callas.Menu, err error) {
	err = c.Do(ctx, Request{Method: http.MethodGet, Path: agentPath(agent, "menu")}, &m)
	return m, err
}

// SetSession changes an agent's session and returns the menu as it is then. What
// set leaves out stays; nil clears: {"profile":"day","call_as":nil,"expires_in":"8h"}.
func (c *Client) SetSession(ctx context.Context, agent string, set map[string]any) (m callas.Menu, err error) {
	err = c.Do(ctx, Request{Method: http.MethodPut, Path: agentPath(agent, "session"), Body: set}, &m)
	return m, err
}

// EndSession logs an agent out: off duty, None.
func (c *Client) EndSession(ctx context.Context, agent string) error {
	return c.Do(ctx, Request{Method: http.MethodDelete, Path: agentPath(agent, "session")}, nil)
}

func agentPath(agent, part string) string { return "/v1/agents/" + url.PathEscape(agent) + "/" + part }
