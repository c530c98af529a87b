package server_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callas/server"
)

// A send is one request.
type send struct {
	method, path string
	by           string // whose token; empty: none
	token        string // instead of by
	body         any    // a string as it is, anything else as JSON; nil: none
	media        string // application/json where empty and there is a body
	header       map[string]string
}

// A got is its answer, which has been held against the document.
type got struct {
	t      testing.TB
	status int
	header http.Header
	body   []byte
}

// ask sends to a face and holds the answer against the document.
func (h *house) ask(s send) got {
	h.t.Helper()
	to := h.admin
	if strings.HasPrefix(s.path, "/v1/resolve") || strings.HasPrefix(s.path, "/v1/explain") {
		to = h.platform
	}
	return h.askAt(to, s)
}

// askAdmin asks the admin face what both answer.
func (h *house) askAdmin(s send) got {
	h.t.Helper()
	return h.askAt(h.admin, s)
}

func (h *house) askAt(to *site, s send) got {
	h.t.Helper()
	var body io.Reader
	switch b := s.body.(type) {
	case nil:
	case string:
		body = strings.NewReader(b)
	default:
		text, err := json.Marshal(b)
		require.NoError(h.t, err)
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(h.t.Context(), s.method, to.URL+s.path, body)
	require.NoError(h.t, err)
	if s.media == "" && body != nil {
		s.media = "application/json"
	}
	if s.media != "" {
		req.Header.Set("Content-Type", s.media)
	}
	token := s.token
	if token == "" {
		token = as(s.by)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for k, v := range s.header {
		req.Header.Set(k, v)
	}
	res, err := to.client.Do(req)
	require.NoError(h.t, err)
	defer res.Body.Close()
	text, err := whole(res)
	require.NoError(h.t, err)
	g := got{h.t, res.StatusCode, res.Header, text}
	h.doc.hold(h.t, s.method, req.URL.Path, g)
	return g
}

// whole reads an answer or, of a stream, which has no end, up to its first event.
func whole(res *http.Response) ([]byte, error) {
	if res.Header.Get("Content-Type") != "text/event-stream" {
		return io.ReadAll(res.Body)
	}
	var text []byte
	for lines := bufio.NewReader(res.Body); ; {
		line, err := lines.ReadBytes('\n')
		text = append(text, line...)
		if err != nil || bytes.HasPrefix(line, []byte("data: ")) {
			return text, err
		}
	}
}

func (h *house) get(by, path string) got {
	h.t.Helper()
	return h.ask(send{method: "GET", path: path, by: by})
}

func (h *house) put(by, path string, body any) got {
	h.t.Helper()
	return h.ask(send{method: "PUT", path: path, by: by, body: body})
}

func (h *house) patch(by, path string, body any) got {
	h.t.Helper()
	return h.ask(send{method: "PATCH", path: path, by: by, body: body, media: "application/merge-patch+json"})
}

func (h *house) post(by, path string, body any) got {
	h.t.Helper()
	return h.ask(send{method: "POST", path: path, by: by, body: body})
}

func (h *house) del(by, path string) got {
	h.t.Helper()
	return h.ask(send{method: "DELETE", path: path, by: by})
}

// is asserts the status and hands the answer on.
func (g got) is(status int) got {
	g.t.Helper()
	require.Equal(g.t, status, g.status, "%s", g.body)
	return g
}

// into decodes the answer.
func (g got) into(v any) got {
	g.t.Helper()
	require.NoError(g.t, json.Unmarshal(g.body, v), "%s", g.body)
	return g
}

// problem decodes a problem.
func (g got) problem(status int) server.Problem {
	g.t.Helper()
	var p struct {
		server.Problem
		Current json.RawMessage `json:"current"`
	}
	g.is(status).into(&p)
	require.Equal(g.t, "application/problem+json", g.header.Get("Content-Type"))
	return p.Problem
}

// object decodes an answer that is an object.
func (g got) object() map[string]any {
	g.t.Helper()
	var o map[string]any
	g.into(&o)
	return o
}
