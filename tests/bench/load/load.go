// Package load asks an HTTP/1.1 server prepared questions over kept
// connections and measures its answers. One thread writes and reads raw bytes
// and allocates nothing while it does, so that the client costs little beside
// the server it shares the machine with, and never stops to collect garbage.
package load

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"time"
)

// Request is a whole HTTP/1.1 request, ready to be written.
func Request(method, path string, body []byte) []byte {
	head := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n",
		method, path, len(body))
	return append([]byte(head), body...)
}

// Questions are requests in the order in which they are asked, and then again.
type Questions struct {
	Requests [][]byte
	Order    []uint32 // indices of Requests; nil: as they stand
}

// Len is how many questions there are before they come again.
func (q Questions) Len() int {
	if q.Order != nil {
		return len(q.Order)
	}
	return len(q.Requests)
}

func (q Questions) at(i int) []byte {
	i %= q.Len()
	if q.Order != nil {
		i = int(q.Order[i])
	}
	return q.Requests[i]
}

// A Plan is how questions are asked.
type Plan struct {
	Conns int // each asks one question at a time
	For   time.Duration
	From  int  // the first question's place
	Once  bool // no question twice: the round also ends after the last

	// Rate is how many questions a second fall due; zero: as many as are answered. One
	// that finds no connection free waits for it, and its latency counts from when it
	// was due.
	Rate int
}

// A Result is what a round of questions took.
type Result struct {
	Requests  int
	Elapsed   time.Duration
	CPU       time.Duration // of the client, all of it
	Next      int           // the place of the first question that was not asked
	Latencies Histogram
}

// PerSecond is the rate of answers.
func (r *Result) PerSecond() float64 { return float64(r.Requests) / r.Elapsed.Seconds() }

// network is how an address is reached: a path is a unix socket.
func network(addr string) string {
	if strings.HasPrefix(addr, "/") {
		return "unix"
	}
	return "tcp"
}

// Ask writes one request on a connection of its own and returns the answer's body.
func Ask(addr string, request []byte) ([]byte, error) {
	conn, err := net.Dial(network(addr), addr)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return nil, err
	}
	if _, err := conn.Write(request); err != nil {
		return nil, err
	}
	return body(bufio.NewReader(conn))
}
