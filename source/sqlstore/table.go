package sqlstore

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"callas"
	"callas/source"
)

// A table says how rows of one kind are kept. The first column is the row's key,
// the second its revision.
type table struct {
	kind    callas.Kind
	name    string
	columns []string
	refers  []string                   // the columns that name another row, each with an index
	named   func(callas.Row) [2]string // what is in them; nil: there are none
	values  func(callas.Row) []any     // in the order of columns
	scan    func(*scanner) callas.Row
}

// selectAll reads every row; selectSome those with one of n keys.
func (t table) selectAll() string {
	return "SELECT " + strings.Join(t.columns, ", ") + " FROM " + t.name + " ORDER BY " + t.columns[0]
}

func (t table) selectSome(n int) string {
	return "SELECT " + strings.Join(t.columns, ", ") + " FROM " + t.name + " WHERE " + t.columns[0] + " IN " + marks(n)
}

// upsert writes n rows, whether they are there or not. Of rows that are there and still
// name the same rows it leaves the columns that do so alone: else the database writes
// their indexes anew and looks up what they name, which is most of what a bulk edit costs.
func (t table) upsert(n int, still bool) string {
	set := make([]string, 0, len(t.columns)-1)
	for _, c := range t.columns[1:] {
		if !still || !slices.Contains(t.refers, c) {
			set = append(set, c+" = excluded."+c)
		}
	}
	return "INSERT INTO " + t.name + " (" + strings.Join(t.columns, ", ") + ") VALUES " + tuples(n, len(t.columns)) +
		" ON CONFLICT (" + t.columns[0] + ") DO UPDATE SET " + strings.Join(set, ", ")
}

// still reports whether a row that is there goes on naming what it names.
func (t table) still(e callas.Edit) bool {
	return e.Before != nil && t.named != nil && t.named(e.Before) == t.named(e.After)
}

func (t table) remove() string { return "DELETE FROM " + t.name + " WHERE " + t.columns[0] + " = ?" }

// marks is (?, ?, ?) for n values.
func marks(n int) string { return "(?" + strings.Repeat(", ?", n-1) + ")" }

// tuples is (?, ?), (?, ?) for n rows.
func tuples(n, columns int) string {
	one := marks(columns)
	return one + strings.Repeat(", "+one, n-1)
}

// rows gives every row that a query of t finds to fn.
func (t table) rows(found *sql.Rows, fn func(callas.Row) error) error {
	defer found.Close()
	s := scanner{cells: make([]sql.RawBytes, len(t.columns)), into: make([]any, len(t.columns))}
	for i := range s.cells {
		s.into[i] = &s.cells[i]
	}
	for found.Next() {
		if err := found.Scan(s.into...); err != nil {
			return err
		}
		s.next = 0
		row := t.scan(&s)
		if s.err != nil {
			return fmt.Errorf("table %s: row %s: %w", t.name, row.Key(), s.err)
		}
		if err := fn(row); err != nil {
			return err
		}
	}
	return found.Err()
}

// A scanner takes the cells of one row, in the order of its columns. It keeps the
// first error.
type scanner struct {
	cells  []sql.RawBytes
	into   []any
	next   int
	err    error
	shared shared
}

func (s *scanner) cell() sql.RawBytes {
	s.next++
	return s.cells[s.next-1]
}

func (s *scanner) text() string { return string(s.cell()) }

func (s *scanner) number() int64 {
	n, err := strconv.ParseInt(s.text(), 10, 64)
	s.keep(err)
	return n
}

func (s *scanner) boolean() bool {
	switch cell := string(s.cell()); cell {
	case "1", "true", "t":
		return true
	case "0", "false", "f":
		return false
	default:
		s.keep(fmt.Errorf("%q is no boolean", cell))
		return false
	}
}

func (s *scanner) time() time.Time {
	t, err := time.Parse(time.RFC3339Nano, s.text())
	s.keep(err)
	return t
}

func (s *scanner) timeOrNil() *time.Time {
	if s.cells[s.next] == nil {
		s.next++
		return nil
	}
	t := s.time()
	return &t
}

func (s *scanner) json(into any) { s.keep(json.Unmarshal(s.cell(), into)) }

func (s *scanner) keep(err error) {
	if s.err == nil {
		s.err = err
	}
}

// nullable is null for an empty text, which refers to nothing.
func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func timeText(t time.Time) string { return t.Format(source.TimeFormat) }

func timeOrNull(t *time.Time) any {
	if t == nil {
		return nil
	}
	return timeText(*t)
}

// jsonText encodes a list or a map of rows, which hold nothing that JSON cannot.
func jsonText(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}
