package main

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// lookEvery is how often at most a certificate's files are looked at: a renewed one is in
// use for new connections within a second, and a rush of them costs one look.
const lookEvery = time.Second

// A certificate is a chain and its key in two files, read again when they change. While
// what is there does not fit together (a renewal writes one file after the other), the
// last that did is used.
type certificate struct {
	chain, key string // paths
	log        *slog.Logger
	now        func() time.Time

	mu     sync.Mutex
	loaded *tls.Certificate
	seen   [2]stamp // of the files when they were read last
	looked time.Time
}

// A stamp tells a file from what it was.
type stamp struct {
	at   time.Time
	size int64
}

// openCertificate reads a certificate for the first time: one that cannot be used ends the start.
func openCertificate(chain, key string, log *slog.Logger, now func() time.Time) (*certificate, error) {
	c := &certificate{chain: chain, key: key, log: log, now: now, looked: now()}
	var err error
	if c.seen, err = c.stamps(); err == nil {
		err = c.load()
	}
	if err != nil {
		return nil, fmt.Errorf("admin_tls_cert, admin_tls_key: %w", err)
	}
	return c, nil
}

func (c *certificate) load() error {
	pair, err := tls.LoadX509KeyPair(c.chain, c.key)
	if err == nil {
		c.loaded = &pair
	}
	return err
}

func (c *certificate) stamps() (out [2]stamp, err error) {
	for i, path := range []string{c.chain, c.key} {
		info, err := os.Stat(path)
		if err != nil {
			return out, err
		}
		out[i] = stamp{info.ModTime(), info.Size()}
	}
	return out, nil
}

// current is the certificate for a new connection.
func (c *certificate) current(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(); now.Sub(c.looked).Abs() >= lookEvery {
		c.looked = now
		c.refresh()
	}
	return c.loaded, nil
}

func (c *certificate) refresh() {
	is, err := c.stamps()
	if err == nil && is == c.seen {
		return
	}
	if err == nil {
		if err = c.load(); err == nil {
			c.log.Info("admin certificate read again", "until", c.loaded.Leaf.NotAfter)
		}
		c.seen = is
	}
	if err != nil {
		c.log.Warn("the admin certificate cannot be read: the last one stays in use", "err", err)
	}
}

// config is for a listener. Browsers speak HTTP/2 over it, which lets a page keep a stream
// open in every tab: HTTP/1.1 allows six connections in all.
func (c *certificate) config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.current}
}
