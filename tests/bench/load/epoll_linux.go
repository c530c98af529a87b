package load

import (
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"
	"unsafe"
)

// patience is how long a round waits for answers after its end.
const patience = 10 * time.Second

// A client asks over its connections from one thread. The kernel is called
// without telling Go's scheduler, which would otherwise watch every call; the
// client's processor is its own while it runs.
type client struct {
	questions Questions
	plan      Plan
	poll      int
	conns     []conn
	start     time.Time
	next      int
	open      int   // connections with a question under way
	free      []int // the others, where questions wait until they are due
	due       int   // how many questions have been
	result    Result
}

type conn struct {
	index int
	fd    int
	asked time.Duration // since start
	at    int           // the question under way
	got   []byte        // of its answer, so far
	buf   []byte
}

// Run asks the questions in turn. Any answer but 200 ends it with an error.
func Run(addr string, q Questions, plan Plan) (*Result, error) {
	if q.Len() == 0 {
		return nil, errors.New("load: no questions")
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	wakeOnTime(1)
	defer wakeOnTime(0)
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // a collection beside it would be in the figures
	c := client{questions: q, plan: plan, next: plan.From}
	defer c.close()
	if err := c.dial(addr); err != nil {
		return nil, fmt.Errorf("load on %s: %w", addr, err)
	}
	before := spent()
	c.start = time.Now()
	err := c.run()
	c.result.Elapsed, c.result.CPU, c.result.Next = time.Since(c.start), spent()-before, c.next
	if err != nil {
		return nil, fmt.Errorf("load on %s: %w", addr, err)
	}
	return &c.result, nil
}

// dial opens all connections before the first question.
func (c *client) dial(addr string) (err error) {
	if c.poll, err = syscall.EpollCreate1(syscall.EPOLL_CLOEXEC); err != nil {
		return os.NewSyscallError("epoll_create1", err)
	}
	for i := range c.plan.Conns {
		fd, err := connect(addr)
		if err != nil {
			return err
		}
		c.conns = append(c.conns, conn{index: i, fd: fd, buf: make([]byte, 64<<10)})
		event := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(i)}
		if err := syscall.EpollCtl(c.poll, syscall.EPOLL_CTL_ADD, fd, &event); err != nil {
			return os.NewSyscallError("epoll_ctl", err)
		}
	}
	return nil
}

// connect opens a connection and takes its descriptor out of Go's hands.
func connect(addr string) (int, error) {
	nc, err := net.Dial(network(addr), addr)
	if err != nil {
		return 0, err
	}
	defer nc.Close()
	f, err := nc.(interface{ File() (*os.File, error) }).File()
	if err != nil {
		return 0, err
	}
	defer f.Close()
	fd, err := syscall.Dup(int(f.Fd()))
	if err != nil {
		return 0, os.NewSyscallError("dup", err)
	}
	return fd, os.NewSyscallError("setnonblock", syscall.SetNonblock(fd, true))
}

func (c *client) close() {
	for i := range c.conns {
		_ = syscall.Close(c.conns[i].fd)
	}
	_ = syscall.Close(c.poll)
}

func (c *client) run() error {
	for i := range c.conns {
		if c.plan.Rate > 0 {
			c.free = append(c.free, i)
		} else if err := c.ask(&c.conns[i], time.Since(c.start)); err != nil {
			return err
		}
	}
	var events [64]syscall.EpollEvent
	for {
		wait, err := c.askDue()
		if err != nil || wait < 0 && c.open == 0 {
			return err
		}
		n, errno := c.wait(events[:], wait)
		if errno == syscall.EINTR {
			continue
		}
		if errno != 0 {
			return os.NewSyscallError("epoll_pwait2", errno)
		}
		for i := range n {
			if err := c.read(&c.conns[events[i].Fd]); err != nil {
				return err
			}
		}
		if n == 0 && time.Since(c.start) > c.plan.For+patience {
			return fmt.Errorf("%d questions were not answered within %s", c.open, patience)
		}
	}
}

// poll is how often a client looks up though nothing has come.
const poll = 100 * time.Millisecond

// wait returns when an answer has come, or after a time.
func (c *client) wait(events []syscall.EpollEvent, atMost time.Duration) (int, syscall.Errno) {
	if atMost < 0 || atMost > poll {
		atMost = poll
	}
	const epollPwait2 = 441 // of Linux 5.11 on every architecture; epoll_pwait knows milliseconds only
	until := syscall.NsecToTimespec(int64(atMost))
	n, _, errno := syscall.RawSyscall6(epollPwait2, uintptr(c.poll),
		uintptr(unsafe.Pointer(&events[0])), uintptr(len(events)), uintptr(unsafe.Pointer(&until)), 0, 0)
	return int(n), errno
}

// askDue asks what is due on the connections that are free, and tells how long it is
// until the next question; negative where none will fall due before an answer comes.
func (c *client) askDue() (time.Duration, error) {
	if c.plan.Rate == 0 {
		return -1, nil
	}
	for {
		due := time.Duration(c.due) * time.Second / time.Duration(c.plan.Rate)
		if due > c.plan.For || len(c.free) == 0 {
			return -1, nil
		}
		if early := due - time.Since(c.start); early > 0 {
			return early, nil
		}
		conn := &c.conns[c.free[len(c.free)-1]]
		c.free = c.free[:len(c.free)-1]
		c.due++
		if err := c.ask(conn, due); err != nil {
			return 0, err
		}
	}
}

// ask writes the next question, unless the round is over.
func (c *client) ask(conn *conn, now time.Duration) error {
	if now > c.plan.For || c.plan.Once && c.next == c.questions.Len() {
		return nil
	}
	conn.at, conn.asked, conn.got = c.next, now, conn.buf[:0]
	c.next++
	c.open++
	request := c.questions.at(conn.at)
	n, _, errno := syscall.RawSyscall(syscall.SYS_WRITE, uintptr(conn.fd), uintptr(unsafe.Pointer(&request[0])), uintptr(len(request)))
	if errno != 0 {
		return os.NewSyscallError("write", errno)
	}
	if int(n) != len(request) {
		return fmt.Errorf("a question of %d bytes does not fit into the socket's buffer", len(request))
	}
	return nil
}

// read takes what has come on a connection, and asks on when the answer is whole.
func (c *client) read(conn *conn) error {
	room := conn.buf[len(conn.got):]
	if len(room) == 0 {
		return fmt.Errorf("answer to %.2000s: longer than %d bytes", c.questions.at(conn.at), len(conn.buf))
	}
	n, _, errno := syscall.RawSyscall(syscall.SYS_READ, uintptr(conn.fd), uintptr(unsafe.Pointer(&room[0])), uintptr(len(room)))
	switch {
	case errno == syscall.EAGAIN || errno == syscall.EINTR:
		return nil
	case errno != 0:
		return fmt.Errorf("answer to %.2000s: %w", c.questions.at(conn.at), os.NewSyscallError("read", errno))
	case n == 0:
		return fmt.Errorf("answer to %.2000s: the connection was closed", c.questions.at(conn.at))
	}
	conn.got = conn.buf[:len(conn.got)+int(n)]
	whole, err := complete(conn.got)
	if err != nil {
		return fmt.Errorf("answer to %.2000s: %w", c.questions.at(conn.at), err)
	}
	if !whole {
		return nil
	}
	now := time.Since(c.start)
	c.open--
	c.result.Requests++
	c.result.Latencies.Add(now - conn.asked)
	if c.plan.Rate > 0 {
		c.free = append(c.free, conn.index)
		return nil
	}
	return c.ask(conn, now)
}

// wakeOnTime lets the kernel wake this thread so many nanoseconds late; 0: as it was.
func wakeOnTime(late uintptr) {
	const slack = 29 // PR_SET_TIMERSLACK, prctl(2)
	_, _, _ = syscall.RawSyscall(syscall.SYS_PRCTL, slack, late, 0)
}

// spent is the processor time of this thread, user and system.
func spent() time.Duration {
	var u syscall.Rusage
	const thread = 1 // RUSAGE_THREAD, getrusage(2)
	if err := syscall.Getrusage(thread, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
