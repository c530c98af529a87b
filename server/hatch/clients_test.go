package hatch_test

import (
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas/server/hatch"
)

func TestWhoHasSaidAllIsStillAnswered(t *testing.T) {
	h := newHall(t, &http.Server{})
	for sent, heard := range map[string]string{ask("one"): "one", ask("full"): "in full: POST full"} {
		c := h.call()
		c.send(sent)
		require.NoError(t, c.Conn.(*net.TCPConn).CloseWrite())
		c.hears(heard)
		c.hearsNothingMore()
	}
}

func TestABodyThatBreaksOffIsNetHTTPs(t *testing.T) {
	h := newHall(t, &http.Server{})
	c := h.call()
	c.send(ask("one") + strings.TrimSuffix(ask("half"), "lf"))
	require.NoError(t, c.Conn.(*net.TCPConn).CloseWrite())
	c.hears("one")
	c.hears("in full: POST ha")
	require.Equal(t, "one", <-h.asked)
	require.Empty(t, h.asked)
}

// TestRequestsOfEveryLengthAboutTheRoom sends requests that just fit and just do not, in
// one piece and with the body behind, each with another request after it.
func TestRequestsOfEveryLengthAboutTheRoom(t *testing.T) {
	const room = 4 << 10
	h := newHall(t, &http.Server{})
	head := len(ask(strings.Repeat("x", 1000))) - 1000 // of bodies with four digits
	for length := room - 3; length <= room+3; length++ {
		body := strings.Repeat("x", length-head)
		for _, cut := range []int{length, head, head - 1, head - 2, head + 1, length - 1} {
			c := h.call()
			all := ask(body)
			require.Len(t, all, length)
			c.send(all[:cut])
			if cut < length {
				time.Sleep(time.Millisecond)
				c.send(all[cut:])
			}
			heard := body
			if length > room {
				heard = "in full: POST " + body
			}
			c.hears(heard)
			c.send(ask("next"))
			c.hears(strings.TrimSuffix(heard, body) + "next")
			require.NoError(t, c.Close())
		}
	}
}

func TestAnOddRequestAcrossTheEndOfTheRoomIsWhole(t *testing.T) {
	h := newHall(t, &http.Server{})
	odd := "PUT /ask HTTP/1.1\r\nHost: here\r\nContent-Length: 2000\r\n\r\n" + strings.Repeat("odd!", 500)
	for _, n := range []int{1, 40, 55, 60, 200} {
		c := h.call()
		c.send(strings.Repeat(ask("plain"), n) + odd + ask("behind"))
		for range n {
			c.hears("plain")
		}
		c.hears("in full: PUT " + strings.Repeat("odd!", 500))
		c.hears("in full: POST behind")
	}
}

// TestRequestsInAnyPieces sends drawn requests in drawn pieces, and hears an answer to each,
// in order and by the one whom it belongs to.
func TestRequestsInAnyPieces(t *testing.T) {
	const room = 4 << 10
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	draw := rand.New(rand.NewPCG(seed, 0))
	h := newHall(t, &http.Server{})
	for range 100 {
		var sent strings.Builder
		var heard []string
		before := ""
		for n := range 1 + draw.IntN(40) {
			body := strconv.Itoa(n) + strings.Repeat("x", draw.IntN(200))
			switch draw.IntN(60) {
			case 0:
				body = strconv.Itoa(n) + strings.Repeat("y", 3900+draw.IntN(300))
			case 1:
				body = "full"
			}
			one := ask(body, "X-Filler: "+strings.Repeat("z", draw.IntN(50)))
			if len(one) > room || body == "full" {
				before = "in full: POST "
			}
			sent.WriteString(one)
			heard = append(heard, before+body)
		}
		c := h.call()
		go func(all string, most int) {
			for len(all) > 0 {
				n := min(len(all), 1+rand.IntN(most))
				if _, err := io.WriteString(c, all[:n]); err != nil {
					return // the answers are missed then
				}
				all = all[n:]
				runtime.Gosched()
			}
		}(sent.String(), 1+draw.IntN(3*room))
		for _, body := range heard {
			c.hears(body)
		}
		require.NoError(t, c.Close())
	}
}

func TestThousandsWhoComeAndGoLeaveNothingBehind(t *testing.T) {
	h := newHall(t, &http.Server{})
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for n := range 250 {
				c, err := net.Dial("tcp", h.addr)
				if err != nil {
					t.Error(err)
					return
				}
				said := ask("said")
				_, _ = io.WriteString(c, said[:n*7%(len(said)+1)])
				if i%2 == 0 {
					_ = c.(*net.TCPConn).SetLinger(0) // a reset
				}
				c.Close()
			}
		})
	}
	all.Wait()
	c := h.call()
	c.send(ask("still here"))
	c.hears("still here")
	require.NoError(t, h.Shutdown(t.Context())) // and no goroutine is left: TestMain
}

// TestTheLastWordIsHeard sends net/http more than it reads before it closes: what it says
// must not be lost with that.
func TestTheLastWordIsHeard(t *testing.T) {
	h := newHall(t, &http.Server{MaxHeaderBytes: 8 << 10})
	c := h.call()
	c.send(ask("x", "Cookie: "+strings.Repeat("x", 100_000)))
	res, err := http.ReadResponse(c.in, nil)
	require.NoError(t, err)
	require.Equal(t, 431, res.StatusCode)
	_, err = io.Copy(io.Discard, res.Body)
	require.NoError(t, err)
	c.hearsNothingMore()
}

func TestAPanicIsOneConnectionsProblem(t *testing.T) {
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	require.NoError(t, err)
	var log strings.Builder
	s := hatch.New(l, "/ask", func(r *hatch.Request, to []byte) []byte {
		if string(r.Body) == "boo" {
			panic("nerves")
		}
		return append(append(r.AppendHead(to, r.Body), "\r\n"...), r.Body...)
	}, &http.Server{}, slog.New(slog.NewTextHandler(&log, nil)))
	ended := make(chan error, 1)
	go func() { ended <- s.Serve() }()
	h := &hall{t: t, network: "unix", addr: l.Addr().String()}
	calm, nervous := h.call(), h.call()
	nervous.send(ask("boo"))
	nervous.hearsNothingMore()
	calm.send(ask("calm"))
	calm.hears("calm")
	require.NoError(t, s.Shutdown(t.Context()))
	require.ErrorIs(t, <-ended, http.ErrServerClosed)
	require.Contains(t, log.String(), "nerves")
}
