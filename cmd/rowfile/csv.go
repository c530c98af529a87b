package rowfile

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"callas"
	"callas/hint"
)

// csv reads a table whose first row names the columns. A column kind tells each
// row's kind; a cell of a column that the row's kind does not have must be empty.
func (r *reader) csv(from io.Reader) {
	text := bufio.NewReader(from)
	if mark, err := text.Peek(3); err == nil && string(mark) == "\ufeff" {
		text.Discard(len(mark)) // spreadsheets begin a file so
	}
	table := csv.NewReader(text)
	table.ReuseRecord = true
	table.FieldsPerRecord = -1
	header, err := table.Read()
	if err != nil {
		r.broken(1, csvError(err))
		return
	}
	header = slices.Clone(header)
	if !r.header(header) {
		return
	}
	for {
		cells, err := table.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if parse := (*csv.ParseError)(nil); errors.As(err, &parse) {
			r.problem(parse.Line, "%s: a cell with quotes or line breaks stands in \"quotes\", its own quotes doubled", parse.Err)
			return
		}
		if err != nil {
			r.broken(1, err)
			return
		}
		n, _ := table.FieldPos(0)
		if len(cells) != len(header) {
			r.problem(n, "has %d cells, the header %d: a cell with a comma stands in \"quotes\"", len(cells), len(header))
			continue
		}
		r.record(n, header, cells)
	}
}

func csvError(err error) error {
	if errors.Is(err, io.EOF) {
		return errors.New("is empty: the first row names the columns, such as id,name,unit,direction")
	}
	return err
}

// header tidies the columns' names and reports whether all are known.
func (r *reader) header(header []string) bool {
	known := []string{"kind", revision}
	kinds := []callas.Kind{r.kind}
	for i := range header {
		header[i] = strings.ToLower(strings.TrimSpace(header[i]))
	}
	if slices.Contains(header, "kind") {
		kinds = Kinds
	}
	for _, k := range kinds {
		known = append(known, names(r.batch.shapes[k])...)
	}
	wrong := r.batch.wrong
	for i, name := range header {
		switch {
		case !slices.Contains(known, name) && len(header) == 1 && strings.ContainsAny(name, ";\t"):
			r.problem(1, "the columns are not separated by commas: save the file as CSV with commas")
		case !slices.Contains(known, name):
			r.problem(1, "unknown column %q%s", name, hint.OneOf(name, known))
		case slices.Contains(header[:i], name):
			r.problem(1, "column %q is there twice", name)
		}
	}
	if r.batch.wrong == wrong && !slices.Contains(header, "id") {
		r.problem(1, "no column id: every row needs one")
	}
	return r.batch.wrong == wrong
}

// record reads one row of the table.
func (r *reader) record(n int, header, cells []string) {
	wrong, kind := r.batch.wrong, r.kind
	if i := slices.Index(header, "kind"); i >= 0 && strings.TrimSpace(cells[i]) != "" {
		var err error
		if kind, err = ParseKind(strings.TrimSpace(cells[i])); err != nil {
			r.problem(n, "%s", err)
			return
		}
	}
	row, fs := blank(kind), r.batch.shapes[kind]
	for i, name := range header {
		text := strings.TrimSpace(cells[i])
		f, ok := find(fs, name)
		switch {
		case text == "" || name == "kind" || name == revision:
		case !ok:
			r.problem(n, "a %s has no %s: leave the cell empty", kind, name)
		default:
			if err := cell(f.of(row), text); err != nil {
				r.problem(n, "%s: %s", name, err)
			}
		}
	}
	if r.batch.wrong == wrong {
		r.add(n, row)
	}
}
