package rowfile

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"

	"callas"
)

// A Writer writes rows as a file that a Batch reads back. Rows of a kind come
// together, as an export gives them. Close finishes the file.
type Writer interface {
	Write(callas.Row) error
	Close() error
}

// NewWriter returns a writer. With a kind, only rows of it are written; a table
// then has its columns and no column kind.
func NewWriter(w io.Writer, format Format, kind callas.Kind) (Writer, error) {
	out := bufio.NewWriter(w)
	var to Writer
	switch format {
	case YAML:
		to = &yamlWriter{out: out, shapes: shapes()}
	case CSV:
		to = newCSVWriter(out, kind)
	case JSON:
		to = &jsonWriter{out: out, shapes: shapes()}
	case NDJSON:
		to = &ndjsonWriter{out: out, shapes: shapes()}
	default:
		return nil, fmt.Errorf("format %q is none of yaml, csv, json, ndjson", format)
	}
	return only{to, kind}, nil
}

// only keeps other kinds from a writer.
type only struct {
	Writer
	kind callas.Kind
}

func (o only) Write(row callas.Row) error {
	if o.kind != "" && row.Kind() != o.kind {
		return nil
	}
	return o.Writer.Write(row)
}

type ndjsonWriter struct {
	out    *bufio.Writer
	shapes map[callas.Kind][]field
}

func (w *ndjsonWriter) Write(row callas.Row) error {
	text, err := object(row, w.shapes[row.Kind()])
	if err != nil {
		return err
	}
	if text, err = json.Marshal(line{Kind: row.Kind(), Row: text}); err != nil {
		return err
	}
	w.out.Write(text)
	return w.out.WriteByte('\n')
}

func (w *ndjsonWriter) Close() error { return w.out.Flush() }

// A jsonWriter writes one object of sections, a row a line.
type jsonWriter struct {
	out     *bufio.Writer
	shapes  map[callas.Kind][]field
	section callas.Kind
}

func (w *jsonWriter) Write(row callas.Row) error {
	text, err := object(row, w.shapes[row.Kind()])
	if err != nil {
		return err
	}
	switch w.section {
	case row.Kind():
		w.out.WriteString(",\n")
	case "":
		fmt.Fprintf(w.out, "{\n%q: [\n", Section(row.Kind()))
	default:
		fmt.Fprintf(w.out, "\n],\n%q: [\n", Section(row.Kind()))
	}
	w.section = row.Kind()
	_, err = w.out.Write(text)
	return err
}

func (w *jsonWriter) Close() error {
	if w.section == "" {
		w.out.WriteString("{}\n")
	} else {
		w.out.WriteString("\n]\n}\n")
	}
	return w.out.Flush()
}

// documentRows is how many rows a YAML document holds at most: readers keep a
// whole document in memory, and the encoder all it has written.
const documentRows = 1000

// A yamlWriter writes documents of sections.
type yamlWriter struct {
	out    *bufio.Writer
	shapes map[callas.Kind][]field
	doc    yaml.Node // the sections since the last document
	rows   int       // in doc

	documents int
}

func (w *yamlWriter) Write(row callas.Row) error {
	sections := w.doc.Content
	if n := len(sections); n == 0 || sections[n-2].Value != Section(row.Kind()) {
		w.doc.Content = append(sections, text(Section(row.Kind())), &yaml.Node{Kind: yaml.SequenceNode})
	}
	list := w.doc.Content[len(w.doc.Content)-1]
	list.Content = append(list.Content, rowNode(row, w.shapes[row.Kind()]))
	if w.rows++; w.rows == documentRows {
		return w.flush()
	}
	return nil
}

func (w *yamlWriter) flush() error {
	if w.documents++; w.documents > 1 {
		w.out.WriteString("---\n")
	}
	enc := yaml.NewEncoder(w.out)
	enc.SetIndent(2)
	err := enc.Encode(&yaml.Node{Kind: yaml.MappingNode, Content: w.doc.Content})
	w.doc, w.rows = yaml.Node{}, 0
	return errors.Join(err, enc.Close())
}

func (w *yamlWriter) Close() error {
	if w.rows > 0 {
		if err := w.flush(); err != nil {
			return err
		}
	}
	return w.out.Flush()
}
