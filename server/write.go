package server

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// Values of headers that answers carry, as net/http wants them: constants, shared by
// all answers. None may be sniffed, framed, kept by a cache or take its address along.
// There is no CORS: pages come from the same origin. A decision goes without: it answers
// a POST of JSON, which no cache keeps and no browser shows, and each header costs a call
// a fifth of a microsecond at both ends.
var (
	nosniff    = []string{"nosniff"}
	noStore    = []string{"no-store"}
	noReferrer = []string{"no-referrer"}
	noContent  = []string{"default-src 'none'; frame-ancestors 'none'"}
)

// headers sets what an answer says beside its body.
func (s *Server) headers(r *request, a answer) {
	h := r.http.Writer.Header()
	if !a.decision {
		h["X-Content-Type-Options"] = nosniff
		h["Cache-Control"] = noStore
		h["Referrer-Policy"] = noReferrer
		h["Content-Security-Policy"] = noContent
	}
	r.values = [2]string{s.name(r), r.revision}
	h["X-Request-Id"] = r.values[:1]
	if r.revision != "" {
		h["Callas-Revision"] = r.values[1:]
	}
	if a.etag > 0 {
		h.Set("ETag", etag(a.etag))
	}
	for k, v := range a.header {
		h.Set(k, v)
	}
	switch a.media {
	case "":
	case jsonBody[0]:
		h["Content-Type"] = jsonBody
	default:
		h["Content-Type"] = []string{a.media}
	}
}

// encode turns an answer's value into the bytes to send.
func (a *answer) encode() (err error) {
	if a.json == nil {
		return nil
	}
	a.raw, err = json.Marshal(a.json)
	if a.json = nil; a.media == "" {
		a.media = jsonBody[0]
	}
	return err
}

// shortAnswer is up to how many bytes net/http finds the length of an answer by itself.
const shortAnswer = 1 << 10

// write sends an answer.
func (s *Server) write(r *request, a answer) {
	if a.sent {
		return
	}
	if err := a.encode(); err != nil {
		a = s.problem(r, err)
		_ = a.encode() // a problem is made of texts and numbers
	}
	s.headers(r, a)
	if a.status == 0 {
		a.status = http.StatusOK
	}
	w := r.http.Writer
	switch {
	case a.handler != nil:
		a.handler.ServeHTTP(w, r.http.Request)
		return
	case a.stream != nil:
		w.WriteHeader(a.status)
		s.stream(r, a)
		return
	case a.status != http.StatusNoContent && len(a.raw) > shortAnswer:
		w.Header()["Content-Length"] = []string{strconv.Itoa(len(a.raw))}
	}
	w.WriteHeader(a.status)
	w.WriteHeaderNow()
	if len(a.raw) > 0 {
		// A failed write means that nobody listens any more: there is nobody to tell.
		_, _ = w.Write(a.raw)
	}
}

// stream sends an answer while it is made. One that breaks off is cut, so that
// nobody can take it for whole.
func (s *Server) stream(r *request, a answer) {
	if err := a.stream(r.http.Writer); err != nil {
		if r.http.Request.Context().Err() == nil {
			s.Log.Error("answer broke off", "request", s.name(r), "route", r.http.FullPath(), "err", err)
		}
		panic(http.ErrAbortHandler)
	}
}

// etag writes a row's revision as an entity tag.
func etag(rev int64) string { return `"` + strconv.FormatInt(rev, 10) + `"` }
