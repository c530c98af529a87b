package client

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
)

// Within returns a client of a listener's handler in the same process, with no network
// between: it asks what any client may ask, and gets what any client would get.
func Within(h http.Handler) *Client {
	return &Client{base: "http://callas", name: "callas", http: &http.Client{
		Transport:     within{h},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// As returns a client of the same listener with another token.
func (c *Client) As(token string) *Client {
	other := *c
	other.token = token
	return &other
}

// within carries a request to a handler, and the answer back while it is written.
type within struct{ handler http.Handler }

// RoundTrip returns as soon as the handler has begun to answer. Closing the answer's body
// ends the handler's context.
func (t within) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(r.Context())
	asked := r.Clone(ctx)
	if asked.Body == nil {
		asked.Body = http.NoBody
	}
	from, to := io.Pipe()
	w := &written{header: http.Header{}, to: to, begun: make(chan struct{})}
	go func() {
		defer func() {
			if p := recover(); p != nil {
				w.end(fmt.Errorf("the answer broke off: %v", p))
				return
			}
			w.end(nil)
		}()
		t.handler.ServeHTTP(w, asked)
	}()
	select {
	case <-w.begun:
	case <-ctx.Done():
		cancel()
		_ = from.CloseWithError(ctx.Err())
		return nil, ctx.Err()
	}
	return &http.Response{
		Status: fmt.Sprintf("%d %s", w.status, http.StatusText(w.status)), StatusCode: w.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: w.sent, Body: &reading{from, cancel}, ContentLength: -1, Request: r,
	}, nil
}

// A written answer is what a handler writes to.
type written struct {
	header http.Header
	to     *io.PipeWriter
	once   sync.Once
	begun  chan struct{} // closed when status and headers are settled
	status int
	sent   http.Header
}

func (w *written) Header() http.Header { return w.header }

func (w *written) WriteHeader(status int) {
	w.once.Do(func() {
		w.status, w.sent = status, w.header.Clone()
		close(w.begun)
	})
}

func (w *written) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.to.Write(b)
}

// Flush settles the headers; what is written is on its way already.
func (w *written) Flush() { w.WriteHeader(http.StatusOK) }

func (w *written) end(err error) {
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
	}
	w.WriteHeader(http.StatusOK)
	_ = w.to.CloseWithError(err) // nil is the end of the answer
}

// A reading is an answer's body; closing it tells the handler that nobody listens.
type reading struct {
	*io.PipeReader
	cancel context.CancelFunc
}

func (r *reading) Close() error {
	r.cancel()
	return r.PipeReader.Close()
}
