package server_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"callas/decisionlog"
)

// What the door costs a call that is decided from memory, recording included, without
// net/http: from the parsed headers to the last byte of the answer.
func BenchmarkResolve(b *testing.B) {
	record, err := decisionlog.Open(decisionlog.Config{Dir: filepath.Join(b.TempDir(), "record"), Log: slog.New(slog.DiscardHandler)})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, record.Close(context.Background())) })
	h := newHouse(b, func(p *build) {
		p.engine.Record, p.server.OpenPlatform = record, true
	})
	face := h.server.Platform()
	question := []byte(`{"agent":"anna","target":"tel:+447700900123","modality":"audio"}`)
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
