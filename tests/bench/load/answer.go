package load

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
)

const chunked = -1 // the length of a body that comes in chunks

var (
	statusOK      = []byte("HTTP/1.1 200 ")
	contentLength = []byte("\r\nContent-Length: ")
	endOfHead     = []byte("\r\n\r\n")
)

// complete reports whether b holds one whole answer. It looks for the status and
// the length only, and reads in full what is not of that shape.
func complete(b []byte) (bool, error) {
	head := bytes.Index(b, endOfHead)
	if head < 0 {
		return false, nil
	}
	if at := bytes.Index(b[:head], contentLength); bytes.HasPrefix(b, statusOK) && at >= 0 {
		n := 0
		for _, digit := range b[at+len(contentLength) : head] {
			if digit < '0' || digit > '9' {
				break
			}
			n = 10*n + int(digit-'0')
		}
		if whole := head + len(endOfHead) + n; len(b) <= whole {
			return len(b) == whole, nil
		}
		return false, fmt.Errorf("more than one answer: %.300q", b)
	}
	err := answer(bufio.NewReader(bytes.NewReader(b)), io.Discard)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return false, nil // its chunks are still coming
	}
	return err == nil, err
}

// body reads one answer's body.
func body(r *bufio.Reader) ([]byte, error) {
	var b bytes.Buffer
	err := answer(r, &b)
	return b.Bytes(), err
}

// answer reads one HTTP/1.1 answer, of the shape
//
//	HTTP/1.1 200 OK\r\nContent-Length: 2\r\n...\r\n\r\n{}
//
// and writes its body to w. A status other than 200 is an error that quotes it.
func answer(r *bufio.Reader, w io.Writer) error {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return err
	}
	if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.1 ")) {
		return fmt.Errorf("no status line: %q", line)
	}
	ok := string(line[9:12]) == "200"
	status := ""
	if !ok {
		status = string(bytes.TrimSpace(line[9:]))
	}
	n, err := headers(r)
	if err != nil {
		return err
	}
	if ok {
		return copyBody(r, w, n)
	}
	var b bytes.Buffer
	if err := copyBody(r, &b, n); err != nil {
		return err
	}
	return fmt.Errorf("%s: %.300s", status, b.Bytes())
}

// headers reads up to the empty line and returns the body's length.
func headers(r *bufio.Reader) (int, error) {
	n := 0
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			return n, nil
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimSpace(value)
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if n, err = strconv.Atoi(string(value)); err != nil || n < 0 {
				return 0, fmt.Errorf("content length %q", value)
			}
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			n = chunked
		}
	}
}

func copyBody(r *bufio.Reader, w io.Writer, n int) error {
	if n != chunked {
		return copyN(r, w, n)
	}
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		size, err := strconv.ParseUint(string(bytes.TrimRight(line, "\r\n")), 16, 31)
		if err != nil {
			return fmt.Errorf("chunk size %q", line)
		}
		if err := copyN(r, w, int(size)); err != nil {
			return err
		}
		end, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if !bytes.Equal(end, []byte("\r\n")) {
			return errors.New("a chunk does not end where it should")
		}
		if size == 0 {
			return nil
		}
	}
}

// copyN moves n bytes; what is skipped is not copied.
func copyN(r *bufio.Reader, w io.Writer, n int) error {
	if w == io.Discard {
		_, err := r.Discard(n)
		return err
	}
	_, err := io.CopyN(w, r, int64(n))
	return err
}
