package web

import "bytes"

// An event of a stream (WHATWG HTML, "Server-sent events").
type event struct {
	name, id string
	data     []byte // good until the next is read
}

// An eventReader makes events of a stream's text as it comes, in whatever pieces.
type eventReader struct {
	rest []byte // of a line that has not ended
	e    event
	some bool // of e has been read
}

// read takes the next piece, and passes on what it completes.
func (r *eventReader) read(text []byte, pass func(event) error) error {
	for line := range bytes.Lines(text) {
		if line[len(line)-1] != '\n' {
			r.rest = append(r.rest, line...)
			break
		}
		if len(r.rest) > 0 {
			line = append(r.rest, line...)
			r.rest = nil
		}
		if !r.take(bytes.TrimRight(line, "\r\n")) || !r.some {
			continue
		}
		e := r.e
		if r.e, r.some = (event{}), false; e.name == "" {
			e.name = "message"
		}
		if err := pass(e); err != nil {
			return err
		}
	}
	if r.some {
		r.e.data = bytes.Clone(r.e.data) // the piece is another's after this
	}
	return nil
}

// take reads one line, and reports whether it ends an event.
func (r *eventReader) take(line []byte) (ends bool) {
	field, value, _ := bytes.Cut(line, []byte(":"))
	value = bytes.TrimPrefix(value, []byte(" "))
	switch string(field) {
	case "":
		return len(line) == 0 // else a comment
	case "event":
		r.e.name = string(value)
	case "id":
		r.e.id = string(value)
	case "data":
		if r.e.data != nil {
			value = append(append(bytes.Clone(r.e.data), '\n'), value...)
		}
		r.e.data = value
	default:
		return false // which is not known
	}
	r.some = true
	return false
}
