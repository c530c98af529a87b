package server

import (
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"callas"
)

// Limits of streams.
const (
	// MaxStreams bounds the streams that are open at a time. One costs about 90 kB of
	// the process, most of it net/http's and goroutines' stacks: so many take 360 MB, and
	// are four times the Assistants that one machine is meant for.
	MaxStreams = 4_000
	// MaxStreamsOfOne bounds those of one principal, so that nobody takes everybody's: a
	// person has a dozen tabs at most, a wall board perhaps as many again.
	MaxStreamsOfOne = 48
	// maxWaiting is how many bytes may wait for a stream's reader before it is cut: a
	// hundred of the largest events. It comes back to a snapshot, which tells it all.
	maxWaiting = 256 << 10
)

// A rhythm is when a stream does what nobody asked for.
type rhythm struct {
	beat    time.Duration // the longest that a stream is silent
	check   time.Duration // until a token that was taken back ends its streams
	write   time.Duration // the longest that a reader may keep its stream waiting
	gather  time.Duration // between two messages of one topic: what comes meanwhile is told as one
	records time.Duration // the same for decisions, which nobody reads faster
}

// shippedRhythm: pages take a stream for dead after three beats.
var shippedRhythm = rhythm{beat: 4 * time.Second, check: 28 * time.Second, write: 10 * time.Second,
	gather: 20 * time.Millisecond, records: 250 * time.Millisecond}

// A stream is one reader of a topic. Whoever has something to tell puts it, and never
// waits; the reader's own goroutine writes it.
type stream struct {
	by   callas.Principal
	wake chan struct{} // there is something waiting, or too much

	mu      sync.Mutex
	waiting [][]byte // events as they travel, shared with other streams: constants
	bytes   int      // of them
	slow    bool     // too much: the stream is to end

	// What a topic knows of the stream. Only its watcher touches it once it has joined.
	agent   string // of whom it tells
	greeted bool
	choice  recordChoice
}

func newStream(by callas.Principal) *stream { return &stream{by: by, wake: make(chan struct{}, 1)} }

// put adds events to what waits. The text is shared, and must not change any more: so a
// stream that waits for something to tell keeps no room for it.
func (st *stream) put(text []byte) {
	st.mu.Lock()
	if st.slow = st.slow || st.bytes+len(text) > maxWaiting; !st.slow {
		st.waiting = append(st.waiting, text)
		st.bytes += len(text)
	}
	st.mu.Unlock()
	select {
	case st.wake <- struct{}{}:
	default:
	}
}

// take hands over what waits.
func (st *stream) take() (texts [][]byte, slow bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	texts, st.waiting, st.bytes = st.waiting, nil, 0
	return texts, st.slow
}

// event writes a server-sent event: https://html.spec.whatwg.org/multipage/server-sent-events.html
//
//	event: menu
//	id: 42.k3JxQ0c1
//	data: {"agent":"anna", ...}
func event(name, id string, data any) ([]byte, error) {
	text, err := json.Marshal(data) // of one line
	if err != nil {
		return nil, err
	}
	b := append(append([]byte("event: "), name...), '\n')
	if id != "" {
		b = append(append(append(b, "id: "...), id...), '\n')
	}
	return append(append(append(b, "data: "...), text...), "\n\n"...), nil
}

// Why a stream ends by itself: what its last event, bye, says.
const (
	byeShutdown = "shutdown" // come back in a moment
	byeToken    = "token"    // the token is no longer good for it
	byeSlow     = "slow"     // too much has waited: come back to a snapshot
)

// A teller writes a stream to its reader.
type teller struct {
	*Server
	*stream
	w    http.ResponseWriter
	conn *http.ResponseController
}

// run writes until the reader has gone, is too slow, or is no longer let in.
func (t *teller) run(r *request, still func() error) {
	if !t.write([]byte("retry: 1000\n\n")) {
		return
	}
	beat := time.NewTicker(t.rhythm.beat)
	defer beat.Stop()
	checked := time.Now()
	for {
		select {
		case <-r.ctx.Done():
			return
		case <-t.drained:
			t.say("bye", farewell{byeShutdown})
			return
		case <-t.wake:
			texts, slow := t.take()
			if len(texts) > 0 && !t.write(texts...) {
				return
			}
			if slow {
				t.say("bye", farewell{byeSlow})
				return
			}
		case now := <-beat.C:
			if now.Sub(checked) >= t.rhythm.check {
				if checked = now; still() != nil {
					t.say("bye", farewell{byeToken})
					return
				}
			}
			if !t.say("beat", pulse{t.Now().UTC()}) {
				return
			}
		}
	}
}

type farewell struct {
	Because string `json:"because"`
}

type pulse struct {
	At time.Time `json:"at"`
}

func (t *teller) say(name string, data any) bool {
	text, err := event(name, "", data)
	return err == nil && t.write(text)
}

// write sends at once, and reports whether anybody reads.
func (t *teller) write(texts ...[]byte) bool {
	_ = t.conn.SetWriteDeadline(time.Now().Add(t.rhythm.write))
	for _, text := range texts {
		if _, err := t.w.Write(text); err != nil {
			return false
		}
	}
	return t.conn.Flush() == nil
}
