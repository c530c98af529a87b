package client

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
)

// Follow asks, and hands an answer on piece by piece as it is written, until it ends or told
// returns an error, which Follow then returns. Nothing is told of an answer that is a
// problem. A piece is good only until told returns.
//
// Within one process it all happens in the caller's goroutine: whoever writes the answer
// calls told, and waits for it. A thousand streams have one goroutine each, nothing between
// writer and reader is kept for them, and what is written first is told first.
func (c *Client) Follow(ctx context.Context, r Request, told func([]byte) error) error {
	t, ok := c.http.Transport.(within)
	if !ok {
		return c.followFar(ctx, r, told)
	}
	req, err := c.request(ctx, r)
	if err != nil {
		return err
	}
	if req.Body == nil {
		req.Body = http.NoBody
	}
	to := &handedOn{header: http.Header{}, told: told}
	t.handler.ServeHTTP(to, req)
	if to.status >= 300 {
		return c.problem(&http.Response{StatusCode: to.status, Status: fmt.Sprintf("%d %s", to.status, http.StatusText(to.status)),
			Header: to.header, Body: io.NopCloser(&to.problem), Request: req})
	}
	if to.err != nil {
		return to.err
	}
	return ctx.Err()
}

// followFar is Follow over a network.
func (c *Client) followFar(ctx context.Context, r Request, told func([]byte) error) error {
	res, err := c.Open(ctx, r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	room := make([]byte, 4<<10)
	for {
		n, err := res.Body.Read(room)
		if n > 0 {
			if err := told(room[:n]); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return c.unreached(ctx, err)
		}
	}
}

// A handedOn answer is told while the handler writes it; a problem is kept.
type handedOn struct {
	header  http.Header
	status  int
	told    func([]byte) error
	err     error // what told returned: nobody listens any more
	problem bytes.Buffer
}

func (w *handedOn) Header() http.Header { return w.header }

func (w *handedOn) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *handedOn) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.status >= 300 {
		return w.problem.Write(b)
	}
	if w.err == nil {
		w.err = w.told(b)
	}
	if w.err != nil {
		return 0, w.err
	}
	return len(b), nil
}

// Flush settles the status; what is written has been told already.
func (w *handedOn) Flush() { w.WriteHeader(http.StatusOK) }
