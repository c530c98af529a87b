package hatch_test

import (
	"bufio"
	"cmp"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"callas/server/hatch"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A hall is a hatch on loopback: it answers a body with itself, and leaves "full" to
// net/http, which writes "in full:" before it.
type hall struct {
	*hatch.Server
	t       *testing.T
	addr    string
	network string       // of addr; tcp where empty
	asked   chan string  // bodies that the hatch has looked at
	looked  atomic.Int64 // how many those are
	let     sync.Mutex   // held by a test: answers have to wait
	ended   chan error
	closed  sync.Once
}

func newHall(t *testing.T, limits *http.Server) *hall {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	h := &hall{t: t, addr: l.Addr().String(), asked: make(chan string, 100), ended: make(chan error, 1)}
	limits.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = io.WriteString(w, "in full: "+r.Method+" "+string(body))
	})
	h.Server = hatch.New(l, "/ask", h.answer, limits, slog.New(slog.DiscardHandler))
	go func() { h.ended <- h.Serve() }()
	t.Cleanup(h.end)
	return h
}

func (h *hall) end() {
	h.closed.Do(func() {
		require.NoError(h.t, h.Close())
		require.ErrorIs(h.t, <-h.ended, http.ErrServerClosed)
	})
}

func (h *hall) answer(r *hatch.Request, to []byte) []byte {
	h.looked.Add(1)
	select {
	case h.asked <- string(r.Body):
	default: // more than a test looks at
	}
	h.let.Lock()
	defer h.let.Unlock()
	if string(r.Body) == "full" {
		return to
	}
	body := append(r.Room(), r.Body...)
	return append(append(r.AppendHead(to, body), "X: y\r\n\r\n"...), body...)
}

// A caller is a connection of the test's own.
type caller struct {
	net.Conn
	t  *testing.T
	in *bufio.Reader
}

func (h *hall) call() *caller {
	c, err := net.Dial(cmp.Or(h.network, "tcp"), h.addr)
	require.NoError(h.t, err)
	h.t.Cleanup(func() { c.Close() })
	require.NoError(h.t, c.SetDeadline(time.Now().Add(30*time.Second)))
	return &caller{c, h.t, bufio.NewReader(c)}
}

func (c *caller) send(text string) {
	c.t.Helper()
	_, err := io.WriteString(c, text)
	require.NoError(c.t, err)
}

// hears reads one answer, which net/http's client understands.
func (c *caller) hears(body string) *http.Response {
	c.t.Helper()
	res, err := http.ReadResponse(c.in, &http.Request{Method: "POST"})
	require.NoError(c.t, err)
	got, err := io.ReadAll(res.Body)
	require.NoError(c.t, err)
	require.Equal(c.t, body, string(got))
	require.Equal(c.t, 200, res.StatusCode)
	at, err := http.ParseTime(res.Header.Get("Date"))
	require.NoError(c.t, err)
	require.WithinDuration(c.t, time.Now(), at, 10*time.Second)
	return res
}

func (c *caller) hearsNothingMore() {
	c.t.Helper()
	_, err := c.in.ReadByte()
	require.ErrorIs(c.t, err, io.EOF)
}

func ask(body string, headers ...string) string {
	head := "POST /ask HTTP/1.1\r\nHost: here\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n"
	for _, h := range headers {
		head += h + "\r\n"
	}
	return head + "\r\n" + body
}

func TestPlainRequestsAreAnsweredOneAfterTheOther(t *testing.T) {
	h := newHall(t, &http.Server{})
	c := h.call()
	for _, body := range []string{"one", "two", "", "three"} {
		c.send(ask(body))
		res := c.hears(body)
		require.Equal(t, "y", res.Header.Get("X"))
		require.False(t, res.Close)
	}
}

func TestRequestsComeInPiecesAndInHeaps(t *testing.T) {
	h := newHall(t, &http.Server{})
	c := h.call()
	for _, b := range []byte(ask("byte by byte")) {
		c.send(string(b))
		time.Sleep(50 * time.Microsecond)
	}
	c.hears("byte by byte")
	all := strings.Repeat(ask("heaped"), 200) // much more than there is room for
	c.send(all + ask("la"))
	for range 200 {
		c.hears("heaped")
	}
	c.send(ask("last"))
	c.hears("la")
	c.hears("last")
}

func TestWhatIsNotPlainIsAnsweredInFullAndInOrder(t *testing.T) {
	long := strings.Repeat("long", 10_000)
	for name, tc := range map[string]struct{ sent, heard string }{
		"another method":                    {"PUT /ask HTTP/1.1\r\nHost: here\r\nContent-Length: 1\r\n\r\nx", "in full: PUT x"},
		"another path":                      {"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 1\r\n\r\nx", "in full: POST x"},
		"chunks":                            {"POST /ask HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", "in full: POST x"},
		"a body that there is no room for":  {ask(long), "in full: POST " + long},
		"headers that there is no room for": {ask("x", "Cookie: "+long[:8000]), "in full: POST x"},
		"what the hatch leaves to it":       {ask("full"), "in full: POST full"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHall(t, &http.Server{})
			c := h.call()
			c.send(ask("first") + ask("second") + tc.sent + ask("third"))
			c.hears("first")
			c.hears("second")
			c.hears(tc.heard)
			c.hears("in full: POST third") // for good
			c.send(ask("fourth"))
			c.hears("in full: POST fourth")
		})
	}
}

func TestWhoWaitsToBeAskedForTheBodyIsAsked(t *testing.T) {
	h := newHall(t, &http.Server{})
	c := h.call()
	head, body, _ := strings.Cut(ask("x", "Expect: 100-continue"), "\r\n\r\n")
	c.send(head + "\r\n\r\n")
	line, err := c.in.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "HTTP/1.1 100 Continue\r\n", line)
	_, err = c.in.ReadString('\n')
	require.NoError(t, err)
	c.send(body)
	c.hears("in full: POST x")
}

func TestABadRequestIsToldSoByNetHTTP(t *testing.T) {
	h := newHall(t, &http.Server{})
	for _, bad := range []string{"POST /ask HTTP/1.1\r\nContent-Length: 1\r\n\r\nx", "POST /ask HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", "nonsense\r\n\r\n"} {
		c := h.call()
		c.send(bad)
		res, err := http.ReadResponse(c.in, nil)
		require.NoError(t, err)
		require.Equal(t, 400, res.StatusCode, bad)
		require.NoError(t, res.Body.Close())
	}
	require.Empty(t, h.asked)
}

func TestTheLastAnswerSaysSo(t *testing.T) {
	h := newHall(t, &http.Server{})
	c := h.call()
	c.send(ask("bye", "Connection: close") + ask("not heard"))
	require.True(t, c.hears("bye").Close)
	c.hearsNothingMore()
}

func TestAHalfRequestHasAShortTimeAndAQuietConnectionALongOne(t *testing.T) {
	h := newHall(t, &http.Server{ReadTimeout: 300 * time.Millisecond, IdleTimeout: time.Hour, WriteTimeout: time.Hour})
	half, quiet, silent := h.call(), h.call(), h.call()
	half.send(ask("whole") + ask("half")[:30])
	quiet.send(ask("begun")[:30])
	quiet.send(ask("begun")[30:])
	half.hears("whole")
	half.hearsNothingMore()
	silent.hearsNothingMore()
	quiet.hears("begun")
	time.Sleep(400 * time.Millisecond)
	quiet.send(ask("still here"))
	quiet.hears("still here")

	short := newHall(t, &http.Server{IdleTimeout: 50 * time.Millisecond})
	c := short.call()
	c.send(ask("only"))
	c.hears("only")
	c.hearsNothingMore()
}

func TestWhoDoesNotListenIsNotWaitedForForEver(t *testing.T) {
	h := newHall(t, &http.Server{WriteTimeout: 100 * time.Millisecond})
	c := h.call()
	require.NoError(t, c.SetDeadline(time.Now().Add(20*time.Second)))
	ended := make(chan error, 1)
	go func() {
		for {
			if _, err := io.WriteString(c, strings.Repeat(ask(strings.Repeat("x", 1000)), 100)); err != nil {
				ended <- err
				return
			}
		}
	}()
	require.NotErrorIs(t, <-ended, context.DeadlineExceeded)
}
