// Package load asks an HTTP/1.1 server prepared questions over kept
// connections and measures its answers. It writes and reads raw bytes, so that
// the client costs little beside the server it shares the machine with.
package load

import (
	"bufio"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"
)

// Request is a whole HTTP/1.1 request, ready to be written.
func Request(host, path string, body []byte) []byte {
	head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n",
		path, host, len(body))
	return append([]byte(head), body...)
}

// A Result is what a round of questions took.
type Result struct {
	Requests  int
	Elapsed   time.Duration
	Latencies []time.Duration // sorted
}

// PerSecond is the rate of answers.
func (r Result) PerSecond() float64 { return float64(r.Requests) / r.Elapsed.Seconds() }

// Percentile is the latency that p percent of the answers kept.
func (r Result) Percentile(p float64) time.Duration {
	if len(r.Latencies) == 0 {
		return 0
	}
	i := int(p / 100 * float64(len(r.Latencies)))
	return r.Latencies[min(i, len(r.Latencies)-1)]
}

// A Plan is how questions are asked.
type Plan struct {
	Conns int
	For   time.Duration
	Once  bool // no question twice: the round also ends when all have been asked
}

// Run asks the requests, each connection its own share of them in turn. Any
// answer but 200 ends it with an error.
func Run(addr string, requests [][]byte, plan Plan) (Result, error) {
	var wg sync.WaitGroup
	all := make([][]time.Duration, plan.Conns)
	errs := make([]error, plan.Conns)
	start := time.Now()
	for i := range plan.Conns {
		share := requests[i*len(requests)/plan.Conns : (i+1)*len(requests)/plan.Conns]
		wg.Go(func() { all[i], errs[i] = ask(addr, share, plan.Once, start.Add(plan.For)) })
	}
	wg.Wait()
	elapsed := time.Since(start)
	for _, err := range errs {
		if err != nil {
			return Result{}, fmt.Errorf("load on %s: %w", addr, err)
		}
	}
	latencies := slices.Concat(all...)
	slices.Sort(latencies)
	return Result{Requests: len(latencies), Elapsed: elapsed, Latencies: latencies}, nil
}

// ask is one connection's part of a round.
func ask(addr string, requests [][]byte, once bool, end time.Time) ([]time.Duration, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(end.Add(10 * time.Second)); err != nil {
		return nil, err
	}
	r := bufio.NewReaderSize(conn, 8<<10)
	latencies := make([]time.Duration, 0, 1<<16)
	for i := 0; len(requests) > 0 && !(once && i == len(requests)); i++ {
		asked := time.Now()
		if asked.After(end) {
			break
		}
		if _, err := conn.Write(requests[i%len(requests)]); err != nil {
			return nil, err
		}
		if err := skip(r); err != nil {
			return nil, fmt.Errorf("answer to %.2000s: %w", requests[i%len(requests)], err)
		}
		latencies = append(latencies, time.Since(asked))
	}
	return latencies, nil
}

// Ask writes one request on a connection of its own and returns the answer's body.
func Ask(addr string, request []byte) ([]byte, error) {
	conn, err := net.Dial("tcp", addr)
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
