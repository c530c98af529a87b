package client

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"callas"
)

// A Problem is what the server found wrong: RFC 9457.
type Problem struct {
	Type    string           `json:"type"` // urn:callas:problem:<slug>
	Title   string           `json:"title"`
	Status  int              `json:"status"`
	Detail  string           `json:"detail"`
	Errors  []callas.Problem `json:"errors"`
	Reasons []callas.Reason  `json:"reasons"`
	Current json.RawMessage  `json:"current"`
	hint    string           // what to try next, where the server cannot know
}

// Says reports whether the problem is of a kind, by its slug: "not-found".
func (p *Problem) Says(slug string) bool { return p.Type == "urn:callas:problem:"+slug }

// Error tells all of it, a line for each thing wrong.
func (p *Problem) Error() string {
	var b strings.Builder
	b.WriteString(strings.ToLower(p.Title[:min(1, len(p.Title))]) + p.Title[min(1, len(p.Title)):])
	if p.Detail != "" && p.Detail != "see errors" {
		b.WriteString(": " + p.Detail)
	}
	if len(p.Reasons) > 0 {
		fmt.Fprintf(&b, " (%s)", join(p.Reasons))
	}
	for _, e := range p.Errors {
		b.WriteString("\n  ")
		if e.Pointer != "" {
			b.WriteString(strings.ReplaceAll(strings.TrimPrefix(e.Pointer, "/"), "/", ".") + ": ")
		}
		b.WriteString(e.Detail)
	}
	if p.hint != "" {
		b.WriteString("\n" + p.hint)
	}
	return b.String()
}

func join(reasons []callas.Reason) string {
	out := make([]string, len(reasons))
	for i, r := range reasons {
		out[i] = string(r)
	}
	return strings.Join(out, ", ")
}

// maxProblem bounds what is read of a problem, in bytes.
const maxProblem = 1 << 20

// problem reads why an answer is none.
func (c *Client) problem(res *http.Response) error {
	text, _ := io.ReadAll(io.LimitReader(res.Body, maxProblem))
	p := &Problem{}
	if json.Unmarshal(text, p) != nil || p.Title == "" {
		return fmt.Errorf("%s: answered %s, not as callas would: is the address right?", c.name, res.Status)
	}
	switch {
	case res.StatusCode == http.StatusInternalServerError:
		p.hint = "X-Request-ID: " + res.Header.Get("X-Request-ID")
	case res.StatusCode == http.StatusUnauthorized && c.token == "":
		p.hint = "give a token: --token-file FILE or CALLAS_TOKEN; callas token create makes one, callas demo takes demo-admin"
	case res.StatusCode == http.StatusUnauthorized:
		p.hint = "the token came from --token, --token-file, CALLAS_TOKEN or the config file; callas token ls shows the valid ones"
	}
	return p
}
