package web

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
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
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	err := v.api.Do(ctx, client.Request{Method: http.MethodGet, Path: "/v1/me"}, &v.me)
	var res *http.Response
	if err == nil {
		res, err = v.api.Open(ctx, client.Request{Method: http.MethodGet, Path: "/v1/events", Query: r.URL.Query()})
	}
	h := rw.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	if signedOut(err) { // a browser tells the page no status of a stream, so it is told here
		_, _ = rw.Write(written("out", "", []byte(v.say("err.signed_out"))))
		return
	}
	if err != nil {
		w.fail(v, err)
		return
	}
	defer res.Body.Close()
	out := http.NewResponseController(rw)
	in := eventReader{bufio.NewReader(res.Body)}
	for {
		e, err := in.next()
		if err != nil {
			return // the stream has ended, or the reader has left
		}
		name, text := e.name, e.data
		if name == "beat" {
			text = []byte(v.clock(w.Now().In(w.Zone)))
		}
		if name != "beat" && name != "bye" {
			if name, text, err = tell(v, e.name, e.data); err != nil {
				w.Log.Error("event failed", "topic", topic, "event", e.name, "err", err)
				return // the page comes back to a snapshot
			}
			if name == "" {
				continue
			}
		}
		_ = out.SetWriteDeadline(w.Now().Add(writeTime))
		if _, err := rw.Write(written(name, e.id, text)); err != nil {
			return
		}
		if err := out.Flush(); err != nil {
			return
		}
	}
}

// signedOut reports whether a token is none, or none any more.
func signedOut(err error) bool {
	var p *client.Problem
	return errors.As(err, &p) && p.Status == http.StatusUnauthorized
}

// written spells an event; a line break in its data begins another data line.
func written(name, id string, data []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "event: %s\n", name)
	if id != "" {
		fmt.Fprintf(&b, "id: %s\n", id)
	}
	for line := range bytes.Lines(append(bytes.TrimRight(data, "\n"), '\n')) {
		b.WriteString("data: ")
		b.Write(line)
	}
	b.WriteByte('\n')
	return b.Bytes()
}

// An event of a stream (WHATWG HTML, "Server-sent events").
type event struct {
	name, id string
	data     []byte
}

type eventReader struct{ in *bufio.Reader }

// next reads up to the empty line that ends an event.
func (r eventReader) next() (event, error) {
	e := event{name: "message"}
	some := false
	for {
		line, err := r.in.ReadString('\n')
		if err != nil {
			return e, err
		}
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			if some {
				return e, nil
			}
			continue
		}
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "event":
			e.name = value
		case "id":
			e.id = value
		case "data":
			if some && len(e.data) > 0 {
				e.data = append(e.data, '\n')
			}
			e.data = append(e.data, value...)
		default:
			continue // a comment, or what is not known
		}
		some = true
	}
}
