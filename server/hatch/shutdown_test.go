package hatch_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas/server/hatch"
)

func TestAShutdownWaitsForWhatIsAskedAndForNobodyElse(t *testing.T) {
	h := newHall(t, &http.Server{})
	asked, quiet, full := h.call(), h.call(), h.call()
	quiet.send(ask("quiet"))
	quiet.hears("quiet")
	full.send("GET / HTTP/1.1\r\nHost: here\r\n\r\n")
	full.hears("in full: GET ")
	<-h.asked
	h.let.Lock()
	asked.send(ask("asked"))
	<-h.asked
	done := make(chan error, 1)
	go func() { done <- h.Shutdown(t.Context()) }()
	quiet.hearsNothingMore()
	_, err := net.Dial("tcp", h.addr)
	require.Error(t, err)
	select {
	case <-done:
		t.Fatal("it did not wait")
	case <-time.After(20 * time.Millisecond):
	}
	h.let.Unlock()
	require.True(t, asked.hears("asked").Close)
	asked.hearsNothingMore()
	require.NoError(t, <-done)
	full.hearsNothingMore()
}

func TestAShutdownWaitsNoLongerThanItIsTold(t *testing.T) {
	h := newHall(t, &http.Server{})
	c := h.call()
	h.let.Lock()
	c.send(ask("slow"))
	<-h.asked
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, h.Shutdown(ctx), context.DeadlineExceeded)
	h.let.Unlock()
	h.end()
}

// TestEveryRequestIsAnsweredThroughAShutdown asks on many connections, plainly and in
// full, while the server stops: who was heard is answered, and nobody twice.
func TestEveryRequestIsAnsweredThroughAShutdown(t *testing.T) {
	h := newHall(t, &http.Server{IdleTimeout: time.Minute, ReadTimeout: time.Minute, WriteTimeout: time.Minute})
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			c := h.call()
			for n := 0; ; n++ {
				body := "plain"
				if i%4 == 0 && n == 50 {
					body = "full"
				}
				if _, err := io.WriteString(c, ask(body)); err != nil {
					return
				}
				res, err := http.ReadResponse(c.in, nil)
				if err != nil { // closed before it was heard
					return
				}
				got, err := io.ReadAll(res.Body)
				if err != nil || !strings.HasSuffix(string(got), body) {
					t.Errorf("%q was answered %q, %v", body, got, err)
				}
				if res.Close {
					return
				}
			}
		})
	}
	time.Sleep(50 * time.Millisecond)
	require.NoError(t, h.Shutdown(t.Context()))
	all.Wait()
}

// TestWhatWasHeardIsAnsweredThroughAShutdown hands connections over without end while the
// server stops: whatever the hatch has looked at has one answer, whoever gives it.
func TestWhatWasHeardIsAnsweredThroughAShutdown(t *testing.T) {
	for range 20 {
		h := newHall(t, &http.Server{IdleTimeout: time.Minute, ReadTimeout: time.Minute, WriteTimeout: time.Minute})
		var all sync.WaitGroup
		var answers atomic.Int64
		for range 8 {
			all.Go(func() {
				for {
					c, err := net.Dial("tcp", h.addr)
					if err != nil {
						return
					}
					in := bufio.NewReader(c)
					for _, body := range []string{"plain", "full"} {
						_, _ = io.WriteString(c, ask(body))
						res, err := http.ReadResponse(in, nil)
						if err != nil {
							break
						}
						_, _ = io.Copy(io.Discard, res.Body)
						answers.Add(1)
						if res.Close {
							break
						}
					}
					c.Close()
				}
			})
		}
		time.Sleep(10 * time.Millisecond)
		require.NoError(t, h.Shutdown(t.Context()))
		all.Wait()
		require.Equal(t, h.looked.Load(), answers.Load())
		h.end()
	}
}

// A watched listener tells when a shutdown comes to one of its connections, before the
// connection feels it.
type watched struct {
	net.Listener
	come func()
}

type watchedConn struct {
	net.Conn
	come func()
}

func (l watched) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return watchedConn{c, l.come}, err
}

func (c watchedConn) SetReadDeadline(at time.Time) error {
	if !at.IsZero() && at.Before(time.Now().Add(-time.Hour)) {
		c.come()
	}
	return c.Conn.SetReadDeadline(at)
}

func TestAShutdownDoesNotDisturbWhatHasBeenHandedOver(t *testing.T) {
	come, goOn := make(chan struct{}), make(chan struct{})
	started := make(chan struct{}, 1)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	in := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started <- struct{}{}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			body = []byte(err.Error())
		}
		_, _ = w.Write(body)
	})}
	s := hatch.New(watched{l, func() { close(come); <-goOn }}, "/ask", func(r *hatch.Request, to []byte) []byte {
		return append(append(r.AppendHead(to, r.Body), "\r\n"...), r.Body...)
	}, in, slog.New(slog.DiscardHandler))
	ended := make(chan error, 1)
	go func() { ended <- s.Serve() }()
	c := (&hall{t: t, addr: l.Addr().String()}).call()
	c.send(ask("plain"))
	c.hears("plain")
	done := make(chan error, 1)
	go func() { done <- s.Shutdown(t.Context()) }()
	<-come
	c.send("PUT /ask HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\nha")
	select { // a connection that net/http has by now must not be woken
	case <-started:
	case <-time.After(100 * time.Millisecond):
	}
	close(goOn)
	c.send("lf")
	c.hears("half")
	require.NoError(t, <-done)
	require.ErrorIs(t, <-ended, http.ErrServerClosed)
}

func TestAHeapOfRequestsIsAnsweredToItsEndWhileTheServerStops(t *testing.T) {
	for last, heard := range map[string]string{"third": "third", "full": "in full: POST full"} {
		h := newHall(t, &http.Server{})
		c := h.call()
		h.let.Lock()
		c.send(ask("first") + ask("second") + ask(last))
		<-h.asked
		done := make(chan error, 1)
		go func() { done <- h.Shutdown(t.Context()) }()
		for { // it has begun once nobody is let in
			other, err := net.Dial("tcp", h.addr)
			if err != nil {
				break
			}
			other.Close()
		}
		h.let.Unlock()
		require.False(t, c.hears("first").Close)
		require.False(t, c.hears("second").Close)
		require.True(t, c.hears(heard).Close)
		c.hearsNothingMore()
		require.NoError(t, <-done)
	}
}

func TestAHalfRequestMayBeFinishedWhileTheServerStops(t *testing.T) {
	h := newHall(t, &http.Server{IdleTimeout: time.Minute, ReadTimeout: time.Minute})
	c := h.call()
	c.send(ask("first") + ask("half")[:40])
	c.hears("first")
	done := make(chan error, 1)
	go func() { done <- h.Shutdown(t.Context()) }()
	for range 2 {
		select {
		case <-done:
			t.Fatal("it did not wait")
		case <-time.After(20 * time.Millisecond):
		}
	}
	c.send(ask("half")[40:])
	require.True(t, c.hears("half").Close)
	require.NoError(t, <-done)
}

func TestWhoNeverFinishesIsWaitedForAMomentOnly(t *testing.T) {
	h := newHall(t, &http.Server{IdleTimeout: time.Minute, ReadTimeout: time.Minute})
	c := h.call()
	c.send(ask("first") + ask("half")[:40])
	c.hears("first")
	began := time.Now()
	require.NoError(t, h.Shutdown(t.Context()))
	require.Less(t, time.Since(began), 10*time.Second)
	c.hearsNothingMore()
}

func TestAServerIsStoppedInAnyOrder(t *testing.T) {
	for name, stop := range map[string]func(context.Context, *hatch.Server) error{
		"shut down and closed": func(ctx context.Context, s *hatch.Server) error { return errors.Join(s.Shutdown(ctx), s.Close()) },
		"closed and shut down": func(ctx context.Context, s *hatch.Server) error { return errors.Join(s.Close(), s.Shutdown(ctx)) },
		"shut down twice":      func(ctx context.Context, s *hatch.Server) error { return errors.Join(s.Shutdown(ctx), s.Shutdown(ctx)) },
		"closed twice":         func(_ context.Context, s *hatch.Server) error { return errors.Join(s.Close(), s.Close()) },
		"shut down while it is so": func(ctx context.Context, s *hatch.Server) error {
			other := make(chan error, 1)
			go func() { other <- s.Shutdown(ctx) }()
			return errors.Join(s.Shutdown(ctx), <-other)
		},
	} {
		for _, before := range []bool{false, true} {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			s := hatch.New(l, "/ask", nil, &http.Server{}, slog.New(slog.DiscardHandler))
			ended := make(chan error, 1)
			if !before {
				go func() { ended <- s.Serve() }()
			}
			require.NoError(t, stop(t.Context(), s), name)
			if before {
				go func() { ended <- s.Serve() }()
			}
			require.ErrorIs(t, <-ended, http.ErrServerClosed, name)
		}
	}
}

// A tired listener fails a few times before it accepts, as one does without open files.
type tired struct {
	net.Listener
	errors int
}

func (l *tired) Accept() (net.Conn, error) {
	if l.errors--; l.errors >= 0 {
		return nil, errors.New("too many open files")
	}
	return l.Listener.Accept()
}

func TestAcceptingGoesOnAfterAnError(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := hatch.New(&tired{l, 3}, "/ask", func(r *hatch.Request, to []byte) []byte {
		return append(r.AppendHead(to, nil), "\r\n"...)
	}, &http.Server{}, slog.New(slog.DiscardHandler))
	ended := make(chan error, 1)
	go func() { ended <- s.Serve() }()
	h := &hall{t: t, addr: l.Addr().String()}
	c := h.call()
	c.send(ask(""))
	c.hears("")
	require.NoError(t, s.Close())
	require.ErrorIs(t, <-ended, http.ErrServerClosed)
}

func TestALostListenerEndsTheServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := hatch.New(l, "/ask", nil, &http.Server{}, slog.New(slog.DiscardHandler))
	require.NoError(t, l.Close())
	require.ErrorIs(t, s.Serve(), net.ErrClosed)
}
