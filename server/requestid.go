package server

import (
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"sync/atomic"
)

// requestIDs names requests whose sender gave no name: a random beginning, then
// a count, so that no two are alike in one installation's logs.
type requestIDs struct {
	start string
	n     atomic.Uint64
}

func newRequestIDs(random io.Reader) (*requestIDs, error) {
	var b [8]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return nil, fmt.Errorf("request ids: %w", err)
	}
	return &requestIDs{start: hex.EncodeToString(b[:]) + "-"}, nil
}

func (ids *requestIDs) next() string { return ids.start + strconv.FormatUint(ids.n.Add(1), 36) }

// name is what the request is called, in its answer and in the log.
func (s *Server) name(r *request) string {
	if r.id == "" {
		r.id = s.ids.next()
	}
	return r.id
}

// echo returns the sender's id where it can be echoed and logged as it stands.
func echo(sent string) string {
	if echoable(sent) {
		return sent
	}
	return ""
}

// echoable reports whether s is 1 to MaxRequestID printable ASCII characters
// without a space: nothing that could forge a header or a line of the log.
func echoable[T string | []byte](s T) bool {
	if len(s) == 0 || len(s) > MaxRequestID {
		return false
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
