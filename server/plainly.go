package server

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"

	"callas"
	"callas/server/hatch"
	"callas/server/wire"
)

// Hatch returns the platform's face on a listener, with a hatch for calls: a question with
// which nothing is wrong is answered before net/http and gin have looked at it, in the
// same words. Everything else is answered by face. Only the caller starts it, and shuts
// it down.
func (s *Server) Hatch(l net.Listener, face http.Handler, log *slog.Logger) *hatch.Server {
	return hatch.New(l, resolvePath, s.plainly, HTTP(face, log), log)
}

// plainly answers a call, or leaves it to resolve, which knows what to say about a
// question that cannot be answered as it is.
func (s *Server) plainly(r *hatch.Request, to []byte) (answered []byte) {
	defer func() {
		if p := recover(); p != nil {
			s.Log.Error("a plain question could not be answered: it is asked again in full", "err", p, "stack", string(debug.Stack()))
			answered = to
		}
	}()
	if string(r.ContentType) != jsonBody[0] && checkMedia(string(r.ContentType), jsonBody) != nil {
		return to
	}
	if _, err := s.comer(string(r.Origin), string(r.Authorization), platformOnly); err != nil {
		return to
	}
	q, err := wire.ReadQuestion(r.Body)
	if err != nil || q.MinRevision != "" && !s.reached(q.MinRevision) {
		return to
	}
	d := s.decide(context.Background(), s.call(&q)) // who has hung up is not waited for: it takes no longer than a deadline
	s.metrics.answered(resolvePath, http.MethodPost, http.StatusOK)
	body := d.AppendJSON(r.Room())
	return append(s.appendHeaders(r.AppendHead(to, body), r, &d), body...)
}

// appendHeaders writes those that headers sets on a decision.
func (s *Server) appendHeaders(to []byte, r *hatch.Request, d *callas.Decision) []byte {
	to = append(to, "Content-Type: application/json\r\nCallas-Revision: "...)
	to = append(to, s.spell(d.Revision)...)
	to = append(to, "\r\nX-Request-Id: "...)
	if echoable(r.ID) {
		to = append(to, r.ID...)
	} else {
		to = append(to, d.ID...)
	}
	return append(to, "\r\n\r\n"...)
}
