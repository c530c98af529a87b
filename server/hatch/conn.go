package hatch

import (
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"sync"
	"time"
)

const (
	// room is how much of a request is looked at, in bytes: an ordinary question with its
	// headers has some 300. One that is longer goes to net/http.
	room = 4 << 10

	// full is the length of answers not yet sent at which they are, should more requests
	// have come than one.
	full = 4 << 10

	// often is how long a connection's deadlines are left alone: setting one costs as much
	// as deciding. So a limit may be passed by that much.
	often = time.Second

	// late is how long a shutdown waits for the rest of a request: many clients send the
	// body in a packet of its own.
	late = time.Second
)

// A conn is a connection that has had plain requests only.
type conn struct {
	net.Conn
	server *Server
	in     []byte    // received, and not answered yet
	out    []byte    // answers, not sent yet
	set    time.Time // when the deadlines were
	begun  bool      // the deadline is of a request that is to arrive: see expect
	until  time.Time // a shutdown waits for the rest of a request; zero: there is none
	date   date
	body   []byte // room for that of an answer
}

// A date is the header of that name, of one second.
type date struct {
	second int64
	text   []byte
}

func (d *date) is(now time.Time) {
	if second := now.Unix(); second != d.second || len(d.text) == 0 {
		d.second, d.text = second, now.UTC().AppendFormat(d.text[:0], http.TimeFormat)
	}
}

// run answers until the connection ends or is handed over. A panic is one connection's
// problem.
func (c *conn) run() {
	defer func() {
		if p := recover(); p != nil {
			c.server.log.Error("a connection is closed", "panic", p, "stack", string(debug.Stack()))
			c.Close()
		}
	}()
	c.extend(time.Now())
	c.expect() // who opens a connection asks at once
	for {
		// A shutdown is told before it wakes who reads: either it is seen here or the
		// reading ends.
		if c.server.closing.Load() && !c.linger() {
			c.Close()
			return
		}
		n, err := c.Read(c.in[len(c.in):cap(c.in)])
		c.in = c.in[:len(c.in)+n]
		if os.IsTimeout(err) && c.server.closing.Load() {
			continue
		}
		if err != nil {
			c.broken(err)
			return
		}
		now := time.Now()
		c.extend(now)
		c.date.is(now)
		if end := c.answerAll(); end {
			return
		}
	}
}

// linger waits for the rest of a request while the server stops, and reports whether there
// is one to wait for.
func (c *conn) linger() bool {
	now := time.Now()
	if c.until.IsZero() {
		c.until = now.Add(late)
	}
	if len(c.in) == 0 || !now.Before(c.until) {
		return false
	}
	_ = c.SetReadDeadline(c.until)
	return true
}

// broken ends a connection that nothing can be read from. Who stopped in the middle of a
// request has net/http's word, but for who was too slow.
func (c *conn) broken(err error) {
	if len(c.in) > 0 && !os.IsTimeout(err) {
		c.pass()
		return
	}
	c.Close()
}

// answerAll answers every request that has come, and reports whether that was all that
// will be answered here.
func (c *conn) answerAll() (end bool) {
	r := Request{rest: c.in, conn: c}
	for len(r.rest) > 0 {
		came := r.rest
		switch r.read(c.server.line) {
		case partly:
			c.in = append(c.in[:0], came...)
			if len(c.in) == cap(c.in) {
				return c.handOver()
			}
			c.expect()
			return !c.send()
		case plain:
			before := len(c.out)
			if c.out = c.server.answer(&r, c.out); len(c.out) > before {
				break
			}
			fallthrough
		default:
			c.in = append(c.in[:0], came...)
			return c.handOver()
		}
		if c.begun { // it has all come, so its deadline is over
			c.begun, c.set = false, time.Time{}
			c.extend(time.Now())
		}
		if r.Close {
			c.send()
			c.Close()
			return true
		}
		if len(c.out) >= full && !c.send() {
			return true
		}
	}
	c.in = c.in[:0]
	return !c.send()
}

// send sends what was answered, and reports whether that went well.
func (c *conn) send() bool {
	if len(c.out) == 0 {
		return true
	}
	_, err := c.Write(c.out)
	if c.out = c.out[:0]; err != nil {
		c.Close()
		return false
	}
	return true
}

// handOver lets net/http go on from the first request that is not answered.
func (c *conn) handOver() (end bool) {
	if c.send() {
		c.pass()
	}
	return true
}

// pass hands the connection over. It is net/http's from then on: a shutdown that came to
// it here after that would end net/http's reading.
func (c *conn) pass() {
	c.server.forget(c)
	_ = c.SetDeadline(time.Time{}) // net/http sets its own
	c.server.mute.Add(1)
	c.server.rest.pass(&begun{Conn: c.Conn, read: c.in, spoke: sync.OnceFunc(c.server.mute.Done)})
}

// expect gives a request, of which perhaps a part has come, its time to arrive.
func (c *conn) expect() {
	if !c.begun {
		c.begun = true
		_ = c.SetReadDeadline(after(time.Now(), c.server.http.ReadTimeout))
	}
}

// extend gives the connection its times anew.
func (c *conn) extend(now time.Time) {
	if c.begun || now.Sub(c.set) < often {
		return
	}
	c.set = now
	_ = c.SetReadDeadline(after(now, c.server.http.IdleTimeout))
	_ = c.SetWriteDeadline(after(now, c.server.http.WriteTimeout))
}

// after is a deadline; none where the limit is zero, as in net/http.
func after(now time.Time, limit time.Duration) time.Time {
	if limit == 0 {
		return time.Time{}
	}
	return now.Add(limit)
}
