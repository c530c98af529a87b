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
	open      int // connections with a question under way
	result    Result
}

type conn struct {
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
		c.conns = append(c.conns, conn{fd: fd, buf: make([]byte, 64<<10)})
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
		if err := c.ask(&c.conns[i], time.Since(c.start)); err != nil {
			return err
		}
	}
	var events [64]syscall.EpollEvent
	for c.open > 0 {
		n, _, errno := syscall.RawSyscall6(syscall.SYS_EPOLL_PWAIT, uintptr(c.poll),
			uintptr(unsafe.Pointer(&events[0])), uintptr(len(events)), 100, 0, 0)
		if errno == syscall.EINTR {
			continue
		}
		if errno != 0 {
			return os.NewSyscallError("epoll_pwait", errno)
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
	return nil
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
	return c.ask(conn, now)
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
