package server

import (
	"bufio"
	"bytes"
	"context"
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
	"callas/giveway"
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
	// Both fail where the connection knows no deadlines: then RequestTime holds.
	_ = conn.SetReadDeadline(deadline)
	_ = conn.SetWriteDeadline(deadline)

	sum := sha256.New()
	limited := &io.LimitedReader{R: r.http.Request.Body, N: MaxImportBody + 1}
	in := bufio.NewReaderSize(io.TeeReader(limited, sum), 1<<16)
	b := &batch{}
	var some []numbered
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
			some = append(some, numbered{n: n, text: bytes.Clone(line)})
		}
		if err == io.EOF || len(some) == readAtOnce {
			if err := b.take(r.ctx, some); err != nil {
				return nil, err
			}
			some = some[:0]
		}
		if err == io.EOF {
			b.digest = hex.EncodeToString(sum.Sum(nil))
			return b, nil
		}
	}
}

// readAtOnce is how many lines are decoded together.
const readAtOnce = 1000

// A numbered line, and what it came to.
type numbered struct {
	n     int
	text  []byte
	write source.Write
	wrong []lineError
}

// take decodes lines on all cores but one and adds them in their order.
func (b *batch) take(ctx context.Context, lines []numbered) error {
	err := giveway.InParallel(ctx, len(lines), func(i int) error {
		lines[i].write, lines[i].wrong = readWrite(lines[i].n, lines[i].text)
		return nil
	})
	for _, line := range lines {
		for _, e := range line.wrong {
			b.fail(e)
		}
		if len(line.wrong) == 0 {
			b.writes = append(b.writes, line.write)
			b.lines = append(b.lines, line.n)
		}
	}
	return err
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

// readWrite reads line n as a write, or says what is wrong with it.
func readWrite(n int, text []byte) (w source.Write, wrong []lineError) {
	var line importLine
	fail := func(pointer, format string, args ...any) (source.Write, []lineError) {
		return w, append(wrong, lineError{n, line.Kind, line.ID, pointer, fmt.Sprintf(format, args...)})
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&line); err != nil {
		return fail("", `%v: a line is {"kind":"agent","row":{...}} or {"kind":"agent","id":"anna","delete":true}`, err)
	}
	_, behind := dec.Token()
	switch {
	case behind != io.EOF:
		return fail("", "something follows the object: one a line")
	case !importable(line.Kind):
		return fail("/kind", "%.64q cannot be imported: unit, service, profile, agent and session can", line.Kind)
	case line.Delete && line.Row != nil:
		return fail("/delete", "stands beside a row: either, not both")
	case line.Delete && line.ID == "":
		return fail("/id", "is missing: which %s?", line.Kind)
	case line.Delete:
		return source.Write{Kind: line.Kind, ID: line.ID}, nil
	case line.Row == nil:
		return fail("/row", "is missing")
	}
	row, problems := settings.Decode(line.Kind, line.Row)
	for _, p := range problems {
		_, wrong = fail("/row"+p.Pointer, "%s", p.Detail)
	}
	if len(problems) > 0 {
		return w, wrong
	}
	if line.ID != "" && line.ID != row.Key() {
		return fail("/id", "is not the row's, which is %q", row.Key())
	}
	return source.Write{Kind: line.Kind, ID: row.Key(), Row: row}, nil
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
