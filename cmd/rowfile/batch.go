package rowfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"callas"
)

// MaxProblems is how many errors a batch spells out; the others are counted.
const MaxProblems = 100

// A Batch is the rows of one or more files, in the form the import route takes.
type Batch struct {
	shapes   map[callas.Kind][]field
	body     bytes.Buffer
	places   []place
	seen     map[rowID]int // line of the body, from 0
	problems []error
	wrong    int
}

// A place is where a row stands.
type place struct {
	file string
	line int
	rowID
}

type rowID struct {
	kind callas.Kind
	id   string
}

// NewBatch returns an empty batch.
func NewBatch() *Batch { return &Batch{shapes: shapes(), seen: map[rowID]int{}} }

// Read adds a file's rows. kind is what rows are that do not say it: agents where
// empty. What is wrong is gathered for Err; reading goes on to find more.
func (b *Batch) Read(name string, r io.Reader, format Format, kind callas.Kind) {
	if kind == "" {
		kind = callas.KindAgent
	}
	in := &reader{batch: b, file: name, kind: kind}
	switch format {
	case YAML:
		in.yaml(r)
	case CSV:
		in.csv(r)
	default:
		in.json(r)
	}
}

// Err tells everything that is wrong with the files, a line each, or nil.
func (b *Batch) Err() error {
	if b.wrong == 0 {
		return nil
	}
	all := b.problems
	if more := b.wrong - len(all); more > 0 {
		all = append(all[:len(all):len(all)], fmt.Errorf("... and %d more", more))
	}
	return errors.Join(all...)
}

// Len is how many rows there are.
func (b *Batch) Len() int { return len(b.places) }

// Body is the rows as the import route takes them, one a line.
func (b *Batch) Body() []byte { return b.body.Bytes() }

// Place tells where the body's line, from 1, came from: "agents.csv:12: agent ann".
func (b *Batch) Place(n int) string {
	if n < 1 || n > len(b.places) {
		return fmt.Sprintf("line %d", n)
	}
	p := b.places[n-1]
	return fmt.Sprintf("%s:%d: %s %s", p.file, p.line, p.kind, p.id)
}

// A reader reads one file into a batch.
type reader struct {
	batch *Batch
	file  string
	kind  callas.Kind // of rows that do not say it
}

func (r *reader) problem(line int, format string, args ...any) {
	b := r.batch
	b.wrong++
	if len(b.problems) < MaxProblems {
		b.problems = append(b.problems, fmt.Errorf("%s:%d: %s", r.file, line, fmt.Sprintf(format, args...)))
	}
}

// add takes a row that was read without a problem, after looking at it itself.
func (r *reader) add(n int, row callas.Row) {
	wrong := r.batch.wrong
	check(row, func(format string, args ...any) {
		r.problem(n, "%s %s: %s", row.Kind(), row.Key(), fmt.Sprintf(format, args...))
	})
	if r.batch.wrong != wrong {
		return
	}
	text, err := object(row, r.batch.shapes[row.Kind()])
	if err != nil {
		r.problem(n, "%s %s: %s", row.Kind(), row.Key(), err)
		return
	}
	r.put(n, row.Key(), line{Kind: row.Kind(), Row: text})
}

// put writes one line of the body.
func (r *reader) put(n int, id string, l line) {
	b, key := r.batch, rowID{l.Kind, id}
	if first, twice := b.seen[key]; twice {
		p := b.places[first]
		r.problem(n, "%s %s is there already, at %s:%d: remove one", l.Kind, id, p.file, p.line)
		return
	}
	text, err := json.Marshal(l)
	if err != nil {
		r.problem(n, "%s %s: %s", l.Kind, id, err)
		return
	}
	b.seen[key] = len(b.places)
	b.places = append(b.places, place{r.file, n, key})
	b.body.Write(text)
	b.body.WriteByte('\n')
}

// broken tells that the file cannot be read on, unless it merely ended. YAML says
// the line itself: "yaml: line 3: ...".
func (r *reader) broken(n int, err error) {
	if err == nil || errors.Is(err, io.EOF) {
		return
	}
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if at, rest, ok := strings.Cut(text, ": "); ok {
		if _, err := fmt.Sscanf(at, "line %d", &n); err == nil {
			text = rest
		}
	}
	r.problem(n, "%s", text)
}
