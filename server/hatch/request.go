package hatch

import (
	"bytes"
	"math"
	"strconv"
)

// A Request is a plain one: a POST to the one path with a body of a known length, and of
// its headers those that are looked at. Everything is part of the connection's room and
// is overwritten by the next request.
type Request struct {
	Body          []byte
	ContentType   []byte
	Authorization []byte
	Origin        []byte
	ID            []byte // X-Request-Id
	Close         bool   // the client wants no other request on this connection

	conn   *conn
	length int    // of Body
	seen   header // which of the headers below were there
	rest   []byte // of what has come: what is behind it
}

// Room is empty space for an answer's body, which goes with the next request.
func (r *Request) Room() []byte { return r.conn.body[:0] }

// AppendHead begins an answer of 200 with a body of some length. Headers that are the
// answer's own come next, and an empty line behind them.
func (r *Request) AppendHead(to, body []byte) []byte {
	r.conn.body = body
	r.Close = r.Close || len(r.rest) == 0 && r.conn.server.closing.Load() // what has come is answered first
	to = append(to, "HTTP/1.1 200 OK\r\nDate: "...)
	to = append(to, r.conn.date.text...)
	to = append(to, "\r\nContent-Length: "...)
	to = strconv.AppendInt(to, int64(len(body)), 10)
	if r.Close {
		to = append(to, "\r\nConnection: close"...)
	}
	return append(to, "\r\n"...)
}

// What has come of a request.
type came int

const (
	partly came = iota // more is to come
	plain              // all of it, and it is plain
	odd                // it is for net/http
)

// read takes a request off the front of what has come.
func (r *Request) read(line string) came {
	in := r.rest
	if n := min(len(in), len(line)); string(in[:n]) != line[:n] {
		return odd
	} else if n < len(line) {
		return partly
	}
	*r = Request{conn: r.conn, rest: in[len(line):], length: -1}
	for {
		end := bytes.IndexByte(r.rest, '\n')
		if end < 0 {
			return partly
		}
		if end == 0 || r.rest[end-1] != '\r' {
			return odd
		}
		field := r.rest[:end-1]
		r.rest = r.rest[end+1:]
		if len(field) == 0 {
			return r.body()
		}
		if !r.field(field) {
			return odd
		}
	}
}

// body takes the body, behind the headers.
func (r *Request) body() came {
	switch {
	case r.length < 0, r.seen&host == 0:
		return odd
	case r.length > len(r.rest):
		return partly
	}
	r.Body, r.rest = r.rest[:r.length:r.length], r.rest[r.length:]
	return plain
}

// A header is a bit for each that may be there but once.
type header uint

const (
	host header = 1 << iota
	contentLength
	contentType
	authorization
	origin
	requestID
	connection
)

// field reads one header, and reports whether it is plain: it is well formed, is not
// there twice where that has a meaning, and does not change how the request is to be read
// or answered. What nobody here knows the meaning of, net/http passes over too.
func (r *Request) field(line []byte) bool {
	colon := bytes.IndexByte(line, ':')
	if colon <= 0 {
		return false
	}
	name, value := line[:colon], trim(line[colon+1:])
	for _, c := range name {
		if !token[c] {
			return false
		}
	}
	for _, c := range value {
		if c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	switch len(name) {
	case 4:
		if is(name, "host") {
			return r.once(host) && plainHost(value)
		}
	case 6:
		if is(name, "origin") {
			r.Origin = value
			return r.once(origin)
		}
		return !is(name, "expect")
	case 7:
		return !is(name, "trailer")
	case 10:
		if is(name, "connection") {
			return r.once(connection) && r.offers(value)
		}
	case 12:
		if is(name, "content-type") {
			r.ContentType = value
			return r.once(contentType)
		}
		if is(name, "x-request-id") {
			r.ID = value
			return r.once(requestID)
		}
	case 13:
		if is(name, "authorization") {
			r.Authorization = value
			return r.once(authorization)
		}
	case 14:
		if is(name, "content-length") {
			r.length = number(value)
			return r.once(contentLength) && r.length >= 0
		}
	case 17:
		return !is(name, "transfer-encoding")
	}
	return true
}

// offers reads what is said of the connection, and reports whether it is plain. Java's
// client offers h2c with every request, and Perl's says TE: as net/http does, we go on in
// HTTP/1.1. Any other word would be the name of a header to be taken off.
func (r *Request) offers(words []byte) bool {
	for word := range bytes.SplitSeq(words, []byte{','}) {
		switch word = trim(word); {
		case is(word, "close"):
			r.Close = true
		case is(word, "keep-alive"), is(word, "upgrade"), is(word, "http2-settings"), is(word, "te"):
		default:
			return false
		}
	}
	return true
}

// once reports whether a header is there for the first time.
func (r *Request) once(h header) bool {
	first := r.seen&h == 0
	r.seen |= h
	return first
}

// token has the characters of a header's name: RFC 9110, section 5.6.2.
var token = func() (t [256]bool) {
	for _, c := range []byte("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		t[c] = true
	}
	return t
}()

// plainHost reports whether a host is a name or an address, with or without a port, as
// far as its characters go.
func plainHost(value []byte) bool {
	for _, c := range value {
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '.', c == '-', c == '_', c == ':', c == '[', c == ']':
		default:
			return false
		}
	}
	return len(value) > 0
}

// trim takes white space off both ends.
func trim(value []byte) []byte {
	for len(value) > 0 && (value[0] == ' ' || value[0] == '\t') {
		value = value[1:]
	}
	for len(value) > 0 && (value[len(value)-1] == ' ' || value[len(value)-1] == '\t') {
		value = value[:len(value)-1]
	}
	return value
}

// is reports whether text is a word, in letters of either case; the word is in small ones.
func is(text []byte, word string) bool {
	if len(text) != len(word) {
		return false
	}
	for i, c := range text {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != word[i] {
			return false
		}
	}
	return true
}

// number reads decimal digits; -1 where there is anything else, or more than a body in
// one connection's room can have.
func number(digits []byte) int {
	n := 0
	for _, c := range digits {
		if c < '0' || c > '9' || n > math.MaxInt16 {
			return -1
		}
		n = 10*n + int(c-'0')
	}
	if len(digits) == 0 {
		return -1
	}
	return n
}
