package server

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"callas"
	"callas/settings"
	"callas/source"
)

// An importLine is one line of an import: a whole row, or an id to delete.
//
//	{"kind":"agent","row":{"id":"anna",...}}
//	{"kind":"agent","id":"ben","delete":true}
type importLine struct {
	Kind   callas.Kind     `json:"kind"`
	Row    json.RawMessage `json:"row"`
	ID     string          `json:"id"`
	Delete bool            `json:"delete"`
}

// A lineError is what is wrong with one line. Line 0 is the import as a whole.
type lineError struct {
	Line    int         `json:"line"`
	Kind    callas.Kind `json:"kind,omitempty"`
	ID      string      `json:"id,omitempty"`
	Pointer string      `json:"pointer,omitempty"`
	Detail  string      `json:"detail"`
}

// A batch is the lines of an import as writes.
type batch struct {
	writes []source.Write
	lines  []int // of each write, from 1
	errors []lineError
	wrong  int // how many errors there are; the first MaxProblems are kept
	digest string
}

func (b *batch) fail(e lineError) {
	if b.wrong++; len(b.errors) < MaxProblems {
		b.errors = append(b.errors, e)
	}
}

// readLines reads an import. Lines that cannot be read are all told, not just the first.
func readLines(r *request) (*batch, error) {
	deadline := time.Now().Add(ImportTime)
	conn := http.NewResponseController(r.http.Writer)
	// Both fail where the connection knows no deadlines: then BodyTime holds.
	_ = conn.SetReadDeadline(deadline)
	_ = conn.SetWriteDeadline(deadline)

	sum := sha256.New()
	limited := &io.LimitedReader{R: r.http.Request.Body, N: MaxImportBody + 1}
	in := bufio.NewReaderSize(io.TeeReader(limited, sum), 1<<16)
	b := &batch{}
	for n := 1; ; n++ {
		line, err := readLine(in)
		switch {
		case limited.N == 0:
			return nil, oversized(MaxImportBody)
		case errors.Is(err, errLongLine):
			return nil, refuse(tooLarge, "line %d is longer than %d bytes", n, MaxImportLine)
		case err != nil && err != io.EOF:
			return nil, refuse(badRequest, "the body broke off at line %d", n)
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			b.take(n, line)
		}
		if err == io.EOF {
			b.digest = hex.EncodeToString(sum.Sum(nil))
			return b, nil
		}
	}
}

var errLongLine = errors.New("line too long")

func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		if len(line)+len(part) > MaxImportLine {
			return nil, errLongLine
		}
		if err == nil && line == nil {
			return part, nil
		}
		line = append(line, part...)
		if err != bufio.ErrBufferFull {
			return line, err
		}
	}
}

func (b *batch) take(n int, text []byte) {
	var line importLine
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&line); err != nil {
		b.fail(lineError{Line: n, Detail: fmt.Sprintf(`%v: a line is {"kind":"agent","row":{...}} or {"kind":"agent","id":"anna","delete":true}`, err)})
		return
	}
	if dec.More() {
		b.fail(lineError{Line: n, Detail: "something follows the object: one a line"})
		return
	}
	fail := func(pointer, format string, args ...any) {
		b.fail(lineError{n, line.Kind, line.ID, pointer, fmt.Sprintf(format, args...)})
	}
	switch {
	case !importable(line.Kind):
		fail("/kind", "%.64q cannot be imported: unit, service, profile, agent and session can", line.Kind)
	case line.Delete && line.Row != nil:
		fail("/delete", "stands beside a row: either, not both")
	case line.Delete && line.ID == "":
		fail("/id", "is missing: which %s?", line.Kind)
	case line.Delete:
		b.add(n, source.Write{Kind: line.Kind, ID: line.ID})
	case line.Row == nil:
		fail("/row", "is missing")
	default:
		row, problems := settings.Decode(line.Kind, line.Row)
		for _, p := range problems {
			fail("/row"+p.Pointer, "%s", p.Detail)
		}
		if len(problems) > 0 {
			return
		}
		if line.ID != "" && line.ID != row.Key() {
			fail("/id", "is not the row's, which is %q", row.Key())
			return
		}
		b.add(n, source.Write{Kind: line.Kind, ID: row.Key(), Row: row})
	}
}

func (b *batch) add(line int, w source.Write) {
	b.writes = append(b.writes, w)
	b.lines = append(b.lines, line)
}

// importable reports whether rows of a kind travel; tokens never do.
func importable(k callas.Kind) bool {
	return k != callas.KindToken && callas.NewRow(k) != nil
}

// found takes over the rules' findings.
func (b *batch) found(list []settings.Finding, total int) {
	for _, f := range list {
		w := b.writes[f.Write]
		pointer := f.Pointer
		if pointer != "" || w.Row != nil {
			pointer = strings.TrimSuffix("/row"+pointer, "/")
		}
		b.fail(lineError{b.lines[f.Write], w.Kind, w.ID, pointer, f.Detail})
	}
	b.wrong += total - len(list)
}
