package client

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// ndjson is the media type of rows, one a line.
const ndjson = "application/x-ndjson"

// maxLine bounds a line of an export or of an import's answer, in bytes.
const maxLine = 4 << 20

// Progress is where an import has come to.
type Progress struct {
	Phase string `json:"phase"` // read, check, write
	Done  int    `json:"done"`
	Total int    `json:"total"`
}

// An Imported is how an import ended. With Errors, nothing was written.
type Imported struct {
	DryRun     bool          `json:"dry_run"`
	Created    int           `json:"created"`
	Changed    int           `json:"changed"`
	Unchanged  int           `json:"unchanged"`
	Deleted    int           `json:"deleted"`
	Revisions  []string      `json:"revisions"`
	Errors     []ImportError `json:"errors"`
	ErrorCount int           `json:"error_count"`
}

// An ImportError is one thing wrong with a line of what was sent.
type ImportError struct {
	Line    int    `json:"line"` // from 1; 0: with the whole
	Kind    string `json:"kind"`
	ID      string `json:"id"`
	Pointer string `json:"pointer"`
	Detail  string `json:"detail"`
}

// Import sends rows, one a line, and tells how it goes on. It is all or nothing.
func (c *Client) Import(ctx context.Context, rows []byte, dryRun bool, reason string, tell func(Progress)) (Imported, error) {
	r := Request{Method: http.MethodPost, Path: "/v1/import", Body: rows, Media: ndjson, Reason: reason}
	if dryRun {
		r.Query = url.Values{"dry_run": {"true"}}
	}
	var last *Imported
	err := c.lines(ctx, r, func(text []byte) error {
		var l struct {
			Progress
			Done json.RawMessage `json:"done"` // a count, and true in the last line
		}
		if err := json.Unmarshal(text, &l); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		if string(l.Done) == "true" {
			last = &Imported{}
			return json.Unmarshal(text, last)
		}
		if json.Unmarshal(l.Done, &l.Progress.Done) == nil {
			tell(l.Progress)
		}
		return nil
	})
	if err != nil {
		return Imported{}, err
	}
	if last == nil {
		return Imported{}, fmt.Errorf("%s: the import broke off before its end: look at the settings, then import again", c.name)
	}
	return *last, nil
}

// Export gives every setting to row, a line of NDJSON at a time, all of one revision.
func (c *Client) Export(ctx context.Context, row func(line []byte) error) error {
	return c.lines(ctx, Request{Method: http.MethodGet, Path: "/v1/export"}, row)
}

// lines reads an answer line by line.
func (c *Client) lines(ctx context.Context, r Request, line func([]byte) error) error {
	res, err := c.Open(ctx, r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	in := bufio.NewScanner(res.Body)
	in.Buffer(make([]byte, 64<<10), maxLine)
	for in.Scan() {
		if len(in.Bytes()) == 0 {
			continue
		}
		if err := line(in.Bytes()); err != nil {
			return err
		}
	}
	if err := in.Err(); err != nil {
		return errors.Join(ctx.Err(), fmt.Errorf("%s: the answer broke off: %w", c.name, err))
	}
	return nil
}
