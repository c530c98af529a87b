package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"callas/client"
)

// Streams carry what changes to the pages that show it. A page has one: GET /events?topic=.
// It relays the API's own stream of that topic (GET /v1/events, which says who may follow
// what), each event in the words of the page:
//
//	event: html     a region of the page, whole; id is the revision
//	event: beat     nothing is new, and the server is there; data is the time on its clock
//	event: bye      the server stops: come back in a moment
//	event: out      nobody is signed in any more
//
// The first event is a snapshot, so that nothing that was missed needs to be told again.
func (w *Web) liveRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /events", w.events)
}

// A teller makes of an API's event what a page's stream says; nothing where it says nothing.
type teller func(v *visit, event string, data json.RawMessage) (name string, text []byte, err error)

// tellers by topic.
func (w *Web) tellers() map[string]teller {
	return map[string]teller{"me": w.tellMe(), "changes": asItCame, "decisions": w.decisionTeller()}
}

// asItCame hands an event on for the script, which asks for what it shows of it.
func asItCame(_ *visit, event string, data json.RawMessage) (string, []byte, error) {
	return event, data, nil
}

// writeTime is how long one event may take to go out: whoever reads slower is cut, and
// comes back to a snapshot.
const writeTime = 5 * time.Second

func (w *Web) events(rw http.ResponseWriter, r *http.Request) {
	v := w.stranger(rw, r)
	topic := r.URL.Query().Get("topic")
	tell := w.tellers()[topic]
	if tell == nil {
		http.Error(rw, fmt.Sprintf("there is no topic %.64q", topic), http.StatusNotFound)
		return
	}
	v.api = w.api.As(w.token(r))
	h := rw.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	err := v.api.Do(r.Context(), client.Request{Method: http.MethodGet, Path: "/v1/me"}, &v.me)
	l := &relay{visit: v, topic: topic, tell: tell, out: http.NewResponseController(rw)}
	if err == nil {
		var in eventReader
		err = v.api.Follow(r.Context(), client.Request{Method: http.MethodGet, Path: "/v1/events", Query: r.URL.Query()},
			func(text []byte) error { return in.read(text, l.pass) })
	}
	switch {
	case l.begun || err == nil: // the stream has ended, or the reader has left
	case signedOut(err): // a browser tells the page no status of a stream, so it is told here
		_, _ = rw.Write(written("out", "", []byte(v.say("err.signed_out"))))
	default:
		w.fail(v, err)
	}
}

// A relay passes one stream's events on to its page.
type relay struct {
	*visit
	topic string
	tell  teller
	out   *http.ResponseController
	begun bool
}

// pass sends an event as the page has it. An error ends the stream.
func (l *relay) pass(e event) (err error) {
	w, name, text := l.web, e.name, e.data
	l.begun = true
	switch name {
	case "bye":
	case "beat":
		text = []byte(l.clock(w.Now().In(w.Zone)))
	default:
		if name, text, err = l.tell(l.visit, e.name, e.data); err != nil {
			w.Log.Error("event failed", "topic", l.topic, "event", e.name, "err", err)
			return err // the page comes back to a snapshot
		}
		if name == "" {
			return nil
		}
	}
	_ = l.out.SetWriteDeadline(w.Now().Add(writeTime))
	if _, err := l.w.Write(written(name, e.id, text)); err != nil {
		return err
	}
	return l.out.Flush()
}

// signedOut reports whether a token is none, or none any more.
func signedOut(err error) bool {
	var p *client.Problem
	return errors.As(err, &p) && p.Status == http.StatusUnauthorized
}

// written spells an event; a line break in its data begins another data line.
func written(name, id string, data []byte) []byte {
	data = bytes.TrimRight(data, "\n")
	b := make([]byte, 0, len(data)+len("data: ")*(bytes.Count(data, []byte("\n"))+1)+len(name)+len(id)+16)
	b = append(append(append(b, "event: "...), name...), '\n')
	if id != "" {
		b = append(append(append(b, "id: "...), id...), '\n')
	}
	for line := range bytes.SplitSeq(data, []byte("\n")) {
		b = append(append(append(b, "data: "...), line...), '\n')
	}
	return append(b, '\n')
}
