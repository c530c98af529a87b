package rowfile

import (
	"bufio"
	"encoding/csv"
	"slices"

	"callas"
)

// A csvWriter writes one table; of all kinds it is as wide as all of them.
type csvWriter struct {
	out     *bufio.Writer
	table   *csv.Writer
	shapes  map[callas.Kind][]field
	columns []string
	begun   bool
}

func newCSVWriter(out *bufio.Writer, kind callas.Kind) *csvWriter {
	w := &csvWriter{out: out, table: csv.NewWriter(out), shapes: shapes()}
	if kind != "" {
		w.columns = names(w.shapes[kind])
		return w
	}
	w.columns = []string{"kind"}
	for _, k := range Kinds {
		for _, name := range names(w.shapes[k]) {
			if !slices.Contains(w.columns, name) {
				w.columns = append(w.columns, name)
			}
		}
	}
	return w
}

func (w *csvWriter) header() error {
	if w.begun {
		return nil
	}
	w.begun = true
	return w.table.Write(w.columns)
}

func (w *csvWriter) Write(row callas.Row) error {
	if err := w.header(); err != nil {
		return err
	}
	cells := make([]string, len(w.columns))
	for i, name := range w.columns {
		f, ok := find(w.shapes[row.Kind()], name)
		switch {
		case name == "kind":
			cells[i] = string(row.Kind())
		case ok:
			var err error
			if cells[i], err = cellOf(f.of(row)); err != nil {
				return err
			}
		}
	}
	return w.table.Write(cells)
}

func (w *csvWriter) Close() error {
	if err := w.header(); err != nil {
		return err
	}
	w.table.Flush()
	if err := w.table.Error(); err != nil {
		return err
	}
	return w.out.Flush()
}
