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
	call         bool          // a platform asks about a call: see request.again
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

	answer []byte    // room for the answer to a call
	values [2]string // of the headers X-Request-Id and Callas-Revision
}

// again empties a request for the next one of a route about calls. Only the room in it
// is used again: net/http has copied the headers and the answer by then, and what a
// question says has been copied out of its body.
func (r *request) again() {
	body, answer := r.body[:0], r.answer[:0]
	if cap(body) > maxRoom {
		body = nil
	}
	if cap(answer) > maxRoom {
		answer = nil
	}
	*r = request{body: body, answer: answer}
}

// maxRoom is how much of a request's room is kept for the next, in bytes: a call's
// question and answer are well under a kilobyte each.
const maxRoom = 4 << 10

// read notes the facts that the answer is made from.
func (r *request) read(sn *state.Snapshot) *state.Snapshot {
	r.revision = sn.Token().String()
	return sn
}

// An answer is what a route hands back. At most one of json, raw, stream and
// handler is set.
type answer struct {
	status int    // 200 where zero
	json   any    // encoded as JSON
	raw    []byte // sent as media

	decision bool // see headers
	media    string
	stream   func(io.Writer) error // sent as media while it is made
	handler  http.Handler          // writes the answer itself
	sent     bool                  // the route has written it already
	etag     int64                 // the row's revision; none where zero
	header   map[string]string     // further headers
}

// serve takes a route from the wire to the wire: who asks, what was sent, the
// answer or the problem, and the count of it. A panic is one request's problem.
func (s *Server) serve(rt route) gin.HandlerFunc {
	return func(c *gin.Context) {
		r := s.requests.Get().(*request)
		r.ctx, r.http, r.id = c.Request.Context(), c, echo(sent(c, "X-Request-Id"))
		a, err := s.answer(r, rt)
		if err != nil {
			a = s.problem(r, err)
		}
		s.write(r, a)
		s.metrics.answered(rt.path, c.Request.Method, c.Writer.Status())
		if rt.call {
			r.again()
			s.requests.Put(r)
		}
	}
}

// sent is a header's first value; name is spelt as net/http spells it.
func sent(c *gin.Context, name string) string {
	if values := c.Request.Header[name]; len(values) > 0 {
		return values[0]
	}
	return ""
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
		if err := checkMedia(sent(r.http, "Content-Type"), rt.body); err != nil {
			return answer{}, err
		}
		if r.http.Request.ContentLength > rt.limit {
			return answer{}, oversized(rt.limit)
		}
		if !rt.stream {
			if err := r.readBody(rt.limit); err != nil {
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
	p := problemOf(s.veiled(r, err))
	if p.Status == http.StatusInternalServerError {
		s.Log.Error("request failed", "request", s.name(r), "method", r.http.Request.Method,
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

func (r *request) readBody(limit int64) error {
	body := r.http.Request.Body
	b := slices.Grow(r.body, int(max(512, r.http.Request.ContentLength+1)))
	for {
		n, err := body.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		switch {
		case int64(len(b)) > limit:
			return oversized(limit)
		case err == io.EOF:
			r.body = b
			return nil
		case err != nil:
			return refuse(badRequest, "the body broke off after %d bytes", len(b))
		}
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
	}
}

func oversized(limit int64) error {
	return refuse(tooLarge, "the body may have %d bytes here", limit)
}
