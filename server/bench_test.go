package server_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/decisionlog"
	"callas/demo"
)

// What the door costs a call that is decided from memory, recording included. In full is
// without net/http: from the parsed headers to the last byte of the answer. Plain is all
// but the kernel: from the bytes that have come to those that go.
func BenchmarkResolve(b *testing.B) {
	record, err := decisionlog.Open(decisionlog.Config{Dir: filepath.Join(b.TempDir(), "record"), Log: slog.New(slog.DiscardHandler)})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, record.Close(context.Background())) })
	h := newHouse(b, func(p *build) {
		p.engine.Record, p.server.OpenPlatform = record, true
	})
	face := h.server.Platform()
	question := []byte(`{"agent":"anna","target":"tel:+447700900123","modality":"audio"}`)
	b.Run("in full", func(b *testing.B) {
		body := &rewound{Reader: bytes.NewReader(question)}
		r, err := http.NewRequest(http.MethodPost, "/v1/resolve", body)
		require.NoError(b, err)
		r.ContentLength = int64(len(question))
		r.Header.Set("Content-Type", "application/json")
		w := &sink{header: http.Header{}}
		b.ReportAllocs()
		for b.Loop() {
			body.Reset(question)
			face.ServeHTTP(w, r)
			if w.status != http.StatusOK {
				b.Fatal(w.status)
			}
		}
	})
	b.Run("plain", func(b *testing.B) {
		l := loopback(b)
		s := h.server.Hatch(l, face, h.logger)
		ended := make(chan error)
		go func() { ended <- s.Serve() }()
		c, err := net.Dial("tcp", l.Addr().String())
		require.NoError(b, err)
		asked := fmt.Appendf(nil, "POST /v1/resolve HTTP/1.1\r\nHost: callas\r\nUser-Agent: bench\r\nAccept: */*\r\n"+
			"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(question), question)
		asked = bytes.Repeat(asked, 10) // what fits the room: the kernel's part is a tenth
		heard := make([]byte, 1<<20)
		n := 0
		_, err = c.Write(asked)
		require.NoError(b, err)
		for answers := 0; answers < 10; answers = bytes.Count(heard[:n], []byte("HTTP/1.1 200")) {
			got, err := c.Read(heard[n:])
			require.NoError(b, err)
			n += got
		}
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if i%10 == 0 {
				_, err := c.Write(asked)
				require.NoError(b, err)
				_, err = io.ReadFull(c, heard[:n])
				require.NoError(b, err)
			}
		}
		require.NoError(b, c.Close())
		require.NoError(b, s.Close())
		<-ended
	})
}

// rewound is a body that is read again and again.
type rewound struct{ *bytes.Reader }

func (rewound) Close() error { return nil }

// sink is a writer that forgets what is written.
type sink struct {
	header http.Header
	status int
}

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) WriteHeader(status int)      { s.status = status }
func (s *sink) Write(b []byte) (int, error) { return io.Discard.Write(b) }

// An assistant is a stream without a socket: it counts what it is told.
type assistant struct {
	header http.Header
	told   *atomic.Int64
}

func (a *assistant) Header() http.Header { return a.header }
func (a *assistant) WriteHeader(int)     {}
func (a *assistant) Flush()              {}
func (a *assistant) Write(b []byte) (int, error) {
	a.told.Add(int64(bytes.Count(b, []byte("event: menu"))))
	return len(b), nil
}

// BenchmarkAThousandAssistants is how long it takes until everyone is told that a service
// was switched, which is in the menus of all, and what a change of one of them costs.
func BenchmarkAThousandAssistants(b *testing.B) {
	h := newHouse(b, func(p *build) {
		p.rows = append(demo.Rows(since), tokenRow(callas.Principal{Name: "root", Role: callas.RoleAdmin}, nil))
		for _, row := range demo.Rows(since) {
			if row.Kind() == callas.KindAgent {
				p.rows = append(p.rows, tokenRow(callas.Principal{Name: "t" + row.Key(), Role: callas.RoleAgent, Agent: row.Key()}, nil))
			}
		}
	})
	face, told := h.server.Admin(), &atomic.Int64{}
	ctx, stop := context.WithCancel(b.Context())
	var open sync.WaitGroup
	streams := int64(0)
	for row := range h.state.Snapshot().Rows(callas.KindAgent) {
		req := httptest.NewRequest("GET", "/v1/events?topic=me", nil).WithContext(ctx)
		req.Header.Set("Authorization", "Bearer "+as("t"+row.Key()))
		open.Go(func() { face.ServeHTTP(&assistant{http.Header{}, told}, req) })
		streams++
	}
	defer open.Wait()
	defer stop()
	until := func(n int64) {
		for told.Load() < n {
			time.Sleep(time.Millisecond)
		}
	}
	until(streams)
	b.Run("all", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			was := told.Load()
			h.patch("root", "/v1/services/help", map[string]bool{"call_as_enabled": i%2 == 1})
			until(was + streams)
		}
	})
	b.Run("one", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			was := told.Load()
			h.patch("root", "/v1/agents/anna", map[string]string{"name": fmt.Sprint("Anna ", b.N, i)})
			until(was + 1)
		}
	})
}
