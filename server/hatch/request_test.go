package hatch

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const line = "POST /ask HTTP/1.1\r\n"

func TestOnlyAPlainRequestIsPlain(t *testing.T) {
	const body = "Content-Length: 2\r\n\r\n{}"
	for _, tc := range []struct {
		name, in string
		want     came
	}{
		{"what a client sends", "Host: a\r\nContent-Type: application/json\r\n" + body, plain},
		{"with headers that mean nothing here", "Host: a\r\nUser-Agent: x\r\nAccept: */*\r\nAccept: b\r\nTE: trailers\r\n" + body, plain},
		{"in other letters", "hOST:a\r\ncontent-LENGTH:2\r\n\r\n{}", plain},
		{"at an address", "Host: [::1]:8181\r\n" + body, plain},
		{"kept, as by HTTP/1.0", "Host: a\r\nConnection: Keep-Alive\r\n" + body, plain},
		{"the last one", "Host: a\r\nConnection: close\r\n" + body, plain},
		{"the last one, among other words", "Host: a\r\nConnection: TE ,Close\r\nTE: deflate\r\n" + body, plain},
		{"an offer of HTTP/2, as Java makes it", "Host: a\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAEAAEAA\r\nUpgrade: h2c\r\n" + body, plain},
		{"another protocol, which net/http does not speak either", "Host: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n" + body, plain},
		{"without a body", "Host: a\r\nContent-Length: 0\r\n\r\n", plain},
		{"with another behind it", "Host: a\r\n" + body + line, plain},

		{"half a line", "Host: a\r\nContent-Le", partly},
		{"half a body", "Host: a\r\nContent-Length: 2\r\n\r\n{", partly},
		{"no empty line yet", "Host: a\r\nContent-Length: 2\r\n", partly},
		{"half an end of a line", "Host: a\r\nContent-Length: 0\r\n\r", partly},

		{"no host", body, odd},
		{"two hosts", "Host: a\r\nHost: a\r\n" + body, odd},
		{"an empty host", "Host:\r\n" + body, odd},
		{"a host with a path", "Host: a/b\r\n" + body, odd},
		{"no length", "Host: a\r\n\r\n", odd},
		{"two lengths", "Host: a\r\nContent-Length: 2\r\n" + body, odd},
		{"a negative length", "Host: a\r\nContent-Length: -2\r\n\r\n{}", odd},
		{"a length with a sign", "Host: a\r\nContent-Length: +2\r\n\r\n{}", odd},
		{"a length in hex", "Host: a\r\nContent-Length: 0x2\r\n\r\n{}", odd},
		{"an empty length", "Host: a\r\nContent-Length:\r\n\r\n{}", odd},
		{"a list of lengths", "Host: a\r\nContent-Length: 2, 2\r\n\r\n{}", odd},
		{"a length that is too long for a number", "Host: a\r\nContent-Length: 18446744073709551618\r\n\r\n{}", odd},
		{"in chunks", "Host: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", odd},
		{"in chunks, and with a length", "Host: a\r\nTransfer-Encoding: chunked\r\n" + body, odd},
		{"a trailer", "Host: a\r\nTrailer: Expires\r\n" + body, odd},
		{"whoever waits to be asked for the body", "Host: a\r\nExpect: 100-continue\r\n" + body, odd},
		{"a header to be taken off", "Host: a\r\nConnection: close, X-Request-Id\r\n" + body, odd},
		{"an empty wish", "Host: a\r\nConnection:\r\n" + body, odd},
		{"a wish that lacks a word", "Host: a\r\nConnection: close,\r\n" + body, odd},
		{"two wishes", "Host: a\r\nConnection: close\r\nConnection: keep-alive\r\n" + body, odd},
		{"two who ask", "Host: a\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n" + body, odd},
		{"two origins", "Host: a\r\nOrigin: b\r\nOrigin: c\r\n" + body, odd},
		{"two types", "Host: a\r\nContent-Type: application/json\r\nContent-Type: text/plain\r\n" + body, odd},
		{"two ids", "Host: a\r\nX-Request-Id: a\r\nX-Request-Id: b\r\n" + body, odd},
		{"a line without its CR", "Host: a\nContent-Length: 2\r\n\r\n{}", odd},
		{"a CR within a line", "Host: a\r\nX: a\rb\r\n" + body, odd},
		{"a line that goes on", "Host: a\r\nX: a\r\n b\r\n" + body, odd},
		{"a space before the colon", "Host: a\r\nContent-Length : 2\r\n\r\n{}", odd},
		{"a space in a name", "Host: a\r\nX Y: 2\r\n" + body, odd},
		{"no name", "Host: a\r\n: 2\r\n" + body, odd},
		{"no colon", "Host: a\r\nX\r\n" + body, odd},
		{"a null byte", "Host: a\r\nX: \x00\r\n" + body, odd},
		{"a name that is not ASCII", "Host: a\r\nContent-\u212aength: 2\r\n" + body, odd},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := Request{rest: []byte(line + tc.in)}
			require.Equal(t, tc.want, r.read(line))
		})
	}
	for _, in := range []string{"GET /ask HTTP/1.1\r\n", "POST /ask?x HTTP/1.1\r\n", "POST /asked HTTP/1.1\r\n", "POST http://a/ask HTTP/1.1\r\n",
		"POST /ask HTTP/1.0\r\n", "POST  /ask HTTP/1.1\r\n", "post /ask HTTP/1.1\r\n", "POST /ask HTTP/1.1\n", "\r\n" + line, "PRI * HTTP/2.0\r\n", "\x16\x03\x01"} {
		r := Request{rest: []byte(in + "Host: a\r\n" + body)}
		require.Equal(t, odd, r.read(line), "%q", in)
	}
	for n := range len(line) {
		r := Request{rest: []byte(line[:n])}
		require.Equal(t, partly, r.read(line), "%q", line[:n])
	}
}

// FuzzRequest holds the reading against net/http's: what is plain means the same there,
// to the last byte.
func FuzzRequest(f *testing.F) {
	for _, seed := range []string{
		"Host: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", "Host: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
		"Host: a\r\nConnection: close\r\nX-Request-Id: b\r\nOrigin: c\r\nAuthorization: Bearer d\r\nContent-Length: 2\r\n\r\n{}POST",
		"Host:a\r\ncontent-length:\t2 \r\n\r\n{}", "Host: a\r\nContent-Length : 2\r\n\r\n{}", "Host: a\r\n X: b\r\nContent-Length: 0\r\n\r\n",
		"Host: a\r\nConnection: Upgrade, HTTP2-Settings , close\r\nUpgrade: h2c\r\nContent-Length: 0\r\n\r\n",
		"Host: a\r\nConnection: keep-alive\r\nContent-Length: 00\r\n\r\n", "Host: a\r\nX: \x80\r\nContent-Length: 0\r\n\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		in = append([]byte(line), in...)
		r := Request{rest: in}
		if r.read(line) != plain {
			return
		}
		buffered := bufio.NewReader(bytes.NewReader(in))
		want, err := http.ReadRequest(buffered)
		require.NoError(t, err)
		body, err := io.ReadAll(want.Body)
		require.NoError(t, err)
		behind, err := io.ReadAll(buffered)
		require.NoError(t, err)
		require.Equal(t, string(body), string(r.Body))
		require.Equal(t, string(behind), string(r.rest))
		require.Equal(t, want.ContentLength, int64(len(r.Body)))
		require.Empty(t, want.TransferEncoding)
		require.Empty(t, want.Trailer)
		require.Equal(t, want.Close, r.Close)
		for name, got := range map[string][]byte{"Content-Type": r.ContentType, "Authorization": r.Authorization, "Origin": r.Origin, "X-Request-Id": r.ID} {
			require.LessOrEqual(t, len(want.Header[name]), 1, name)
			require.Equal(t, want.Header.Get(name), string(got), name)
		}
		for _, name := range []string{"Expect", "Transfer-Encoding", "Trailer"} {
			require.NotContains(t, want.Header, name)
		}
		require.Equal(t, 1, strings.Count(strings.ToLower("\n"+string(in[:len(in)-len(behind)-len(body)])), "\nhost:"))
	})
}

// What reading a request costs, as a client in Go sends it.
func BenchmarkRequest(b *testing.B) {
	in := []byte(line + "Host: 127.0.0.1:8181\r\nUser-Agent: Go-http-client/1.1\r\nContent-Length: 75\r\nContent-Type: application/json\r\nAccept-Encoding: gzip\r\n\r\n" +
		`{"agent":"a000123","target":"tel:+447700900123","modality":"audio","x":"ab"}`)
	b.ReportAllocs()
	for b.Loop() {
		r := Request{rest: in}
		if r.read(line) != plain {
			b.Fatal("not plain")
		}
	}
}
