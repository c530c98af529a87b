package server

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"callas"
	"callas/state"
)

// A route is one line of a face's table. All of them pass through serve.
type route struct {
	method, path string
	who          access
	body         []string      // content types taken; none: the body is left unread
	limit        int64         // bytes of body
	stream       bool          // the route reads the body itself
	once         bool          // takes an Idempotency-Key
	time         time.Duration // until its context ends; zero: as long as it takes
	do           func(*request) (answer, error)
}

// access says who may come to a route at all; what they may do there is policy.
type access int

const (
	open         access = iota // anyone: health, metrics, the document
	platformOnly               // a platform or an admin, or anyone where the face is open
	anyone                     // whoever has a valid token
)

// A request is what a route works on.
type request struct {
	ctx      context.Context
	http     *gin.Context
	id       string
	by       callas.Principal
	body     []byte
	key      string // of an Idempotency-Key; empty: none
	revision string // of the facts that were read: Callas-Revision
}

// read notes the facts that the answer is made from.
func (r *request) read(sn *state.Snapshot) *state.Snapshot {
	r.revision = sn.Token().String()
	return sn
}

// An answer is what a route hands back. At most one of json, raw, stream and
// handler is set.
type answer struct {
	status  int    // 200 where zero
	json    any    // encoded as JSON
	raw     []byte // sent as media
	media   string
	stream  func(io.Writer) error // sent as media while it is made
	handler http.Handler          // writes the answer itself
	sent    bool                  // the route has written it already
	etag    int64                 // the row's revision; none where zero
	header  map[string]string     // further headers
}

// serve takes a route from the wire to the wire: who asks, what was sent, the
// answer or the problem, and the count of it. A panic is one request's problem.
func (s *Server) serve(rt route) gin.HandlerFunc {
	return func(c *gin.Context) {
		r := &request{ctx: c.Request.Context(), http: c, id: s.ids.of(c.GetHeader("X-Request-ID"))}
		a, err := s.answer(r, rt)
		if err != nil {
			a = s.problem(r, err)
		}
		s.write(r, a)
		s.metrics.answered(rt.path, c.Request.Method, c.Writer.Status())
	}
}

func (s *Server) answer(r *request, rt route) (a answer, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	if err := s.admit(r, rt.who); err != nil {
		return answer{}, err
	}
	if len(rt.body) > 0 {
		if err := checkMedia(r.http.GetHeader("Content-Type"), rt.body); err != nil {
			return answer{}, err
		}
		if r.http.Request.ContentLength > rt.limit {
			return answer{}, oversized(rt.limit)
		}
		if !rt.stream {
			if r.body, err = readBody(r.http, rt.limit); err != nil {
				return answer{}, err
			}
		}
	}
	if rt.time > AnswerTime {
		// Without this the connection would be closed before the answer is there.
		_ = http.NewResponseController(r.http.Writer).SetWriteDeadline(time.Now().Add(rt.time + AnswerTime))
	}
	if rt.time > 0 {
		ctx, cancel := context.WithTimeout(r.ctx, rt.time)
		defer cancel()
		r.ctx = ctx
	}
	if !rt.once {
		return rt.do(r)
	}
	if r.key, err = r.requestKey(string(r.body)); err != nil {
		return answer{}, err
	}
	return s.once.do(r.ctx, r.key, r, func() (answer, error) { return rt.do(r) })
}

// problem turns an error into its answer. Only what is wrong inside is logged.
func (s *Server) problem(r *request, err error) answer {
	p := problemOf(err)
	if p.Status == http.StatusInternalServerError {
		s.Log.Error("request failed", "request", r.id, "method", r.http.Request.Method,
			"route", r.http.FullPath(), "by", r.by.Name, "err", p.cause)
	}
	a := answer{status: p.Status, json: p, media: "application/problem+json", header: map[string]string{}}
	if p.retry {
		a.header["Retry-After"] = "1"
	}
	if p.Status == http.StatusUnauthorized {
		a.header["Www-Authenticate"] = "Bearer"
	}
	return a
}

// checkMedia refuses a body of another content type: a form that a browser posts
// across sites must never be read as a question.
func checkMedia(sent string, taken []string) error {
	if slices.Contains(taken, sent) {
		return nil
	}
	media, params, err := mime.ParseMediaType(sent)
	charset := params["charset"]
	if err != nil || !slices.Contains(taken, media) || charset != "" && !strings.EqualFold(charset, "utf-8") {
		return refuse(unsupportedMedia, "Content-Type is %.64q: send %s", sent, strings.Join(taken, " or "))
	}
	return nil
}

func readBody(c *gin.Context, limit int64) ([]byte, error) {
	body := c.Request.Body
	b := make([]byte, 0, max(512, c.Request.ContentLength+1))
	for {
		n, err := body.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		switch {
		case int64(len(b)) > limit:
			return nil, oversized(limit)
		case err == io.EOF:
			return b, nil
		case err != nil:
			return nil, refuse(badRequest, "the body broke off after %d bytes", len(b))
		}
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
	}
}

func oversized(limit int64) error {
	return refuse(tooLarge, "the body may have %d bytes here", limit)
}
