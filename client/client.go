// Package client asks a running callas over HTTP: its admin listener for settings,
// its platform listener for decisions.
//
// It carries questions and answers and must never decide anything itself. Every
// error tells what to try next.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Parts is what a client is made of.
type Parts struct {
	Server string // http://host:port, https://host, host:port or unix:/path/to/socket
	Token  string // bearer token; empty: none is sent
}

// A Client asks one listener. Its methods are safe for concurrent use.
type Client struct {
	base  string // without a slash at the end
	name  string // what errors call the listener
	token string
	http  *http.Client
}

// The longest that connecting, and an answer that is read whole, may take. Imports and
// exports are as long as they are.
const (
	connectTime = 5 * time.Second
	answerTime  = 3 * time.Minute // more than the door gives its longest change
)

// maxAnswer bounds an answer that is read whole, in bytes.
const maxAnswer = 64 << 20

// New returns a client of the listener that p names.
func New(p Parts) (*Client, error) {
	base, socket, err := address(p.Server)
	if err != nil {
		return nil, err
	}
	if strings.ContainsAny(p.Token, " \t\r\n") {
		return nil, errors.New("the token holds white space: give just callas_<id>_<secret>")
	}
	dial := &net.Dialer{Timeout: connectTime}
	transport := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         dial.DialContext,
		TLSHandshakeTimeout: connectTime,
	}
	if socket != "" {
		transport.Proxy = nil
		transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dial.DialContext(ctx, "unix", socket)
		}
	}
	return &Client{base: base, name: p.Server, token: p.Token, http: &http.Client{
		Transport: transport,
		// A token must not follow a redirect to somewhere else.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// address reads a listener's address as people write it: the URL to ask, and the
// socket to ask it over, if any.
func address(s string) (base, socket string, err error) {
	if path, ok := strings.CutPrefix(s, "unix:"); ok {
		if path = strings.TrimPrefix(path, "//"); path == "" {
			return "", "", fmt.Errorf("%q: want http://host:port, host:port or unix:/path/to/socket", s)
		}
		return "http://callas", path, nil
	}
	if !strings.Contains(s, "://") {
		if _, _, err := net.SplitHostPort(s); err != nil {
			return "", "", fmt.Errorf("%q: want http://host:port, host:port or unix:/path/to/socket", s)
		}
		s = "http://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.User != nil {
		return "", "", fmt.Errorf("%q: want http://host:port, host:port or unix:/path/to/socket", s)
	}
	return strings.TrimSuffix(u.String(), "/"), "", nil
}

// A Request is one question.
type Request struct {
	Method string
	Path   string     // "/v1/agents/ann"
	Query  url.Values // nil: none
	Reason string     // why, for the record of the change
	Match  string     // If-Match or If-None-Match: see Row
	Key    string     // Idempotency-Key: the same request twice is done once
	Media  string     // the body's type: application/json where empty
	Body   any        // []byte as it is, anything else as JSON; nil: none
}

// Do asks and reads the JSON answer into out, where out is not nil. The error is a
// *Problem when the server gave one.
func (c *Client) Do(ctx context.Context, r Request, out any) error {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	res, err := c.Open(ctx, r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("%s: the answer broke off: %w", c.name, err)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("%s: answered something else than callas would (%w): is the address right?", c.name, err)
	}
	return nil
}

// Open asks and hands back the answer unread. The caller closes its body.
func (c *Client) Open(ctx context.Context, r Request) (*http.Response, error) {
	req, err := c.request(ctx, r)
	if err != nil {
		return nil, err
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, c.unreached(ctx, err)
	}
	if res.StatusCode >= 300 {
		defer res.Body.Close()
		return nil, c.problem(res)
	}
	return res, nil
}

// request spells a question as HTTP.
func (c *Client) request(ctx context.Context, r Request) (*http.Request, error) {
	var body io.Reader
	switch b := r.Body.(type) {
	case nil:
	case []byte:
		body = bytes.NewReader(b)
	default:
		text, err := json.Marshal(b)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(text)
	}
	target := c.base + r.Path
	if len(r.Query) > 0 {
		target += "?" + r.Query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, target, body)
	if err != nil {
		return nil, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.Media != "" {
		req.Header.Set("Content-Type", r.Media)
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	if r.Reason != "" {
		req.Header.Set("Callas-Reason", url.PathEscape(r.Reason))
	}
	if r.Key != "" {
		req.Header.Set("Idempotency-Key", r.Key)
	}
	if r.Match == "*" {
		req.Header.Set("If-None-Match", "*")
	} else if r.Match != "" {
		req.Header.Set("If-Match", r.Match)
	}
	return req, nil
}

// unreached tells why there was no answer, without the URL that net/http repeats.
func (c *Client) unreached(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("%s: no answer in time: %w", c.name, ctx.Err())
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return fmt.Errorf("%s: %w: is callas serve (or callas demo) running there?", c.name, op.Err)
	}
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return fmt.Errorf("%s: %w", c.name, err)
}
