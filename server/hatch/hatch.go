// Package hatch answers plain requests without net/http, and knows nothing of what they
// ask.
//
// A telephony platform asks the same thing over connections that it keeps, thousands of
// times a second, and net/http takes longer over each than deciding does. So what comes
// on a connection is looked at here first. A request that is plain in every respect is
// answered at once; the first one that is not goes to net/http as it came, and its
// connection with it for good. So all of HTTP is spoken on every connection, and this
// package never has to say that something is wrong: it has no errors of its own.
package hatch

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// An Answerer appends the whole answer to a plain request: what AppendHead writes, further
// headers, an empty line and the body. It appends nothing where net/http is to answer.
type Answerer func(r *Request, to []byte) []byte

// A Server answers what comes on one listener.
type Server struct {
	answer Answerer
	http   *http.Server // answers all else, and has the times that hold here too
	line   string       // how a plain request begins
	log    *slog.Logger

	rest     *passed
	listener net.Listener
	closing  atomic.Bool
	mu       sync.Mutex
	conns    map[*conn]struct{}
	open     sync.WaitGroup // of conns
	mute     sync.WaitGroup // of those passed on to which net/http has not said anything yet
}

// New makes a server of l for POST requests to one path; h answers all others. Only the
// caller starts it, and shuts it down; h is started and shut down with it.
func New(l net.Listener, path string, answer Answerer, h *http.Server, log *slog.Logger) *Server {
	return &Server{answer: answer, http: h, line: "POST " + path + " HTTP/1.1\r\n", log: log,
		rest: newPassed(l.Addr()), listener: l, conns: map[*conn]struct{}{}}
}

// Serve answers until the server is shut down, and then returns http.ErrServerClosed.
func (s *Server) Serve() error {
	ended := make(chan error, 1)
	go func() { ended <- s.http.Serve(s.rest) }()
	err := s.accept()
	if s.closing.Load() {
		<-ended
		return http.ErrServerClosed
	}
	s.http.Close()
	<-ended
	return err
}

// Waiting after an error in accepting, such as too many open files, doubles from the
// first to the last of these, as in net/http.
const firstWait, lastWait = 5 * time.Millisecond, time.Second

func (s *Server) accept() error {
	var wait time.Duration
	for {
		c, err := s.listener.Accept()
		switch {
		case err == nil:
			wait = 0
			s.start(c)
		case s.closing.Load() || errors.Is(err, net.ErrClosed):
			return err
		default:
			wait = min(max(2*wait, firstWait), lastWait)
			s.log.Warn("a connection could not be accepted", "err", err, "next_try_in", wait)
			time.Sleep(wait)
		}
	}
}

func (s *Server) start(c net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing.Load() {
		c.Close()
		return
	}
	own := &conn{Conn: c, server: s, in: make([]byte, 0, room)}
	s.conns[own] = struct{}{}
	s.open.Go(func() {
		defer s.forget(own)
		own.run()
	})
}

// forget takes a connection off those that close comes to.
func (s *Server) forget(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
}

// Shutdown stops accepting, closes connections on which nothing is asked, and waits until
// the rest are answered, or ctx ends.
func (s *Server) Shutdown(ctx context.Context) error {
	s.close(func(c *conn) { _ = c.SetReadDeadline(time.Unix(1, 0)) }) // wakes who waits for a request
	s.http.SetKeepAlivesEnabled(false)
	if err := wait(ctx, &s.open); err != nil {
		return err
	}
	// Once it shuts down, net/http throws away what it has read: so what was passed on a
	// moment ago is waited for before that.
	soon, cancel := context.WithTimeout(ctx, late)
	defer cancel()
	_ = wait(soon, &s.mute)
	return s.http.Shutdown(ctx)
}

func wait(ctx context.Context, all *sync.WaitGroup) error {
	done := make(chan struct{})
	go func() { all.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close closes everything at once.
func (s *Server) Close() error {
	s.close(func(c *conn) { c.Close() })
	err := s.http.Close()
	s.open.Wait()
	return err
}

func (s *Server) close(each func(*conn)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closing.Store(true)
	s.listener.Close()
	for c := range s.conns {
		each(c)
	}
}

// passed is the listener of net/http: on it come the connections that are not plain.
type passed struct {
	addr   net.Addr
	conns  chan net.Conn
	closed chan struct{}
	close  sync.Once
}

func newPassed(addr net.Addr) *passed {
	return &passed{addr: addr, conns: make(chan net.Conn), closed: make(chan struct{})}
}

// pass hands a connection over.
func (p *passed) pass(c *begun) {
	select {
	case p.conns <- c:
	case <-p.closed:
		c.Close()
	}
}

func (p *passed) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *passed) Close() error {
	p.close.Do(func() { close(p.closed) })
	return nil
}

func (p *passed) Addr() net.Addr { return p.addr }

// A begun connection is one of which something has been read.
type begun struct {
	net.Conn
	read  []byte
	spoke func() // called when net/http answers, or closes it
}

func (b *begun) Write(p []byte) (int, error) {
	b.spoke()
	return b.Conn.Write(p)
}

func (b *begun) Close() error {
	b.spoke()
	return b.Conn.Close()
}

func (b *begun) Read(to []byte) (int, error) {
	if len(b.read) == 0 {
		return b.Conn.Read(to)
	}
	n := copy(to, b.read)
	if b.read = b.read[n:]; len(b.read) == 0 {
		b.read = nil
	}
	return n, nil
}

// CloseWrite is looked for by net/http where it closes a connection of which it has not
// read all: what the client has yet to read would be lost otherwise.
func (b *begun) CloseWrite() error {
	if c, ok := b.Conn.(interface{ CloseWrite() error }); ok {
		return c.CloseWrite()
	}
	return errors.ErrUnsupported
}
