package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"
)

// A face is one listener with who answers on it.
type face struct {
	name     string // platform, admin
	listener net.Listener
	server   interface {
		Serve() error
		Shutdown(context.Context) error
		Close() error
	}
	tls bool
}

// pages answer with net/http on one listener.
type pages struct {
	*http.Server
	listener net.Listener
}

func (p pages) Serve() error {
	if p.TLSConfig == nil {
		return p.Server.Serve(p.listener)
	}
	return p.ServeTLS(p.listener, "", "") // the config has the certificate
}

// listen opens a TCP address.
func listen(ctx context.Context, name, address string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		var op *net.OpError
		if errors.As(err, &op) {
			err = op.Err
		}
		return nil, fmt.Errorf("%s listener on %s: %w: is another callas running? --%s takes another address", name, address, err, name)
	}
	return l, nil
}

// socketMode lets the owner and the group connect: the platform's user joins the group.
const socketMode = 0o660

// listenSocket opens a unix socket. One that nobody answers any more is replaced.
func listenSocket(ctx context.Context, path string) (net.Listener, error) {
	fail := func(err error) (net.Listener, error) { return nil, fmt.Errorf("platform socket %s: %w", path, err) }
	if info, err := os.Lstat(path); err == nil {
		if info.Mode()&os.ModeSocket == 0 {
			return fail(errors.New("there is a file that is no socket: choose another path"))
		}
		if c, err := net.DialTimeout("unix", path, time.Second); err == nil {
			c.Close()
			return fail(errors.New("another process answers there"))
		}
		if err := os.Remove(path); err != nil {
			return fail(err)
		}
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "unix", path)
	if err != nil {
		return fail(err)
	}
	if err := os.Chmod(path, socketMode); err != nil {
		return fail(errors.Join(err, l.Close()))
	}
	return l, nil
}

// onlyHere reports whether an address can be reached from this machine only.
func onlyHere(address string) (bool, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return false, fmt.Errorf("%q is no address: write host:port, such as 127.0.0.1:8181", address)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return false, fmt.Errorf("%q: the port is a number up to 65535", address)
	}
	if host == "localhost" {
		return true, nil
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback(), nil
}

// answer serves the faces until ctx ends, then drains: it stops accepting, waits for
// the answers under way for at most grace, and cuts off the rest. hurry, when it ends
// during that, ends the waiting.
func answer(ctx, hurry context.Context, faces []face, log *slog.Logger, grace time.Duration, draining func()) error {
	ended := make(chan error, len(faces))
	for _, f := range faces {
		log.Info("listening", "face", f.name, "on", f.listener.Addr().String(), "tls", f.tls)
		go func() { ended <- f.server.Serve() }()
	}
	var failed error
	left := len(faces)
	select {
	case <-ctx.Done():
	case failed = <-ended:
		left--
	}
	draining()
	waiting, cancel := context.WithTimeout(hurry, grace)
	defer cancel()
	began := time.Now()
	log.Info("stopping: waiting for answers under way", "at most", grace)
	shut := make(chan error, len(faces))
	for _, f := range faces {
		go func() { shut <- f.server.Shutdown(waiting) }()
	}
	for range faces {
		if err := <-shut; err != nil {
			log.Warn("answers were cut off", "after", time.Since(began).Round(time.Millisecond), "because", err)
		}
	}
	for _, f := range faces {
		f.server.Close()
	}
	for ; left > 0; left-- {
		<-ended
	}
	log.Info("stopped", "after", time.Since(began).Round(time.Millisecond))
	return failed
}
