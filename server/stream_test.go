package server_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas/server"
)

func TestAStreamIsNeverSilentForLong(t *testing.T) {
	h := newHouse(t)
	server.Hasten(h.server, 20*time.Millisecond, time.Hour, time.Second)
	l := h.listen("aud", "topic=changes")
	require.Equal(t, "hello", (<-l.came).event)
	for range 3 {
		beat := <-l.came
		require.Equal(t, "beat", beat.event)
		require.NotEmpty(t, beat.object(t)["at"])
	}
}

func TestATokenThatIsTakenBackEndsItsStreams(t *testing.T) {
	h := newHouse(t)
	server.Hasten(h.server, 10*time.Millisecond, 30*time.Millisecond, time.Second)
	me, changes, others := h.listen("anna", "topic=me"), h.listen("anna", "topic=changes"), h.listen("aud", "topic=changes")
	me.is("menu")
	changes.is("hello")
	others.is("hello")
	h.del("root", "/v1/agents/anna").is(204)
	others.is("change")
	for l, news := range map[*listener]string{me: "menu", changes: "change"} {
		m := l.next()
		for ; m.event == news; m = l.next() { // until the token is looked at again
		}
		require.Equal(t, "bye", m.event)
		require.Equal(t, "token", m.object(t)["because"])
	}
	others.silent(100 * time.Millisecond)
}

func TestStreamsSayGoodbyeWhenTheServerStops(t *testing.T) {
	h := newHouse(t)
	l := h.listen("aud", "topic=changes")
	l.is("hello")
	h.server.Drain()
	h.server.Drain()
	l.ended("shutdown")
	h.listen("anna", "topic=me").ended("shutdown")
}

func TestNobodyTakesAllStreams(t *testing.T) {
	h := newHouse(t)
	for range server.MaxStreamsOfOne {
		h.listen("aud", "topic=changes").is("hello")
	}
	require.Equal(t, "1", h.get("aud", "/v1/events?topic=changes").is(503).header.Get("Retry-After"))
	h.listen("root", "topic=changes").is("hello")
	require.Contains(t, string(h.get("root", "/metrics").body), `callas_event_streams{topic="changes"} 49`)
}

// A pipeListener has connections without any buffer, so that a reader who does not read
// is felt at once.
type pipeListener struct{ conns chan net.Conn }

func (l pipeListener) Accept() (net.Conn, error) {
	if c, ok := <-l.conns; ok {
		return c, nil
	}
	return nil, net.ErrClosed
}
func (l pipeListener) Close() error   { return nil }
func (l pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

// dial opens a stream over a server with the door's limits, and returns what its reader reads.
func (h *house) dial(by, query string, limits func(*http.Server)) net.Conn {
	s := server.HTTP(h.server.Admin(), h.logger)
	limits(s)
	here, there := net.Pipe()
	l := pipeListener{make(chan net.Conn, 1)}
	l.conns <- there
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	h.t.Cleanup(func() {
		here.Close()
		close(l.conns)
		s.Close()
		<-served
	})
	_, err := fmt.Fprintf(here, "GET /v1/events?%s HTTP/1.1\r\nHost: callas\r\nAuthorization: Bearer %s\r\n\r\n", query, as(by))
	require.NoError(h.t, err)
	return here
}

// streams is how many are open.
func (h *house) streams(topic string) string {
	_, after, _ := strings.Cut(string(h.get("root", "/metrics").body), `callas_event_streams{topic="`+topic+`"} `)
	n, _, _ := strings.Cut(after, "\n")
	return n
}

func TestAStreamOutlivesTheTimesOfAnAnswer(t *testing.T) {
	h := newHouse(t)
	server.Hasten(h.server, 50*time.Millisecond, time.Hour, time.Second)
	conn := h.dial("aud", "topic=changes", func(s *http.Server) { s.ReadTimeout, s.WriteTimeout = 100*time.Millisecond, 100*time.Millisecond })
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(10*time.Second)))
	beats := 0
	for lines := bufio.NewScanner(conn); beats < 10 && lines.Scan(); {
		if lines.Text() == "event: beat" {
			beats++
		}
	}
	require.Equal(t, 10, beats)
}

func TestAReaderWhoDoesNotReadIsCutAndKeepsNobodyWaiting(t *testing.T) {
	h := newHouse(t)
	server.Hasten(h.server, 50*time.Millisecond, time.Hour, 200*time.Millisecond)
	h.dial("aud", "topic=changes", func(*http.Server) {})
	others := h.listen("root", "topic=changes")
	others.is("hello")
	require.Eventually(t, func() bool { return h.streams("changes") == "1" }, 10*time.Second, 10*time.Millisecond)
	h.patch("root", "/v1/agents/anna", `{"name":"Anna M."}`).is(200)
	others.is("change")
}
