package decisionlog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Ship says where records go besides the disk: to a service that takes OPA's decision
// logs. Each arrives at least once, in order; decision_id tells the second from the first.
type Ship struct {
	URL      string        // http or https; events go to URL/logs, as OPA sends them
	Token    string        // sent as a bearer token; empty: none
	Batch    int           // events of a request at most; 1,000 where zero
	Every    time.Duration // how long to gather events; a second where zero
	MinDelay time.Duration // before the second try, doubled for each further one; a second where zero
	MaxDelay time.Duration // between tries at most; a minute where zero
	Client   *http.Client  // one with a limit of 30 seconds where nil
}

// A shipper follows the segments. It reads what is fsynced and nothing else, so that
// the service never knows of a record that a crash can take back.
type shipper struct {
	Ship
	log     *Log
	logs    string // where to
	labels  map[string]string
	next    uint64 // the first record that is not accepted
	batch   int    // at most Batch, less where the service finds that too large
	ctx     context.Context
	stop    context.CancelFunc
	stopped chan struct{}
}

func newShipper(l *Log, s Ship) (*shipper, error) {
	to, err := url.Parse(s.URL)
	if err != nil || to.Host == "" || to.Scheme != "http" && to.Scheme != "https" {
		return nil, fmt.Errorf("decision log: ship to %q: want http:// or https:// and a host", s.URL)
	}
	done, err := readCursor(l.cfg.Dir)
	if err != nil {
		return nil, err
	}
	if done > l.synced { // a disk that lost what it had promised: its numbers come again
		l.cfg.Log.Error("decision log: shipping: the record ends before what was shipped", "last", l.synced, "shipped", done)
		done = l.synced
	}
	s.Batch = orElse(s.Batch, 1000)
	s.Every = orElse(s.Every, time.Second)
	s.MinDelay = orElse(s.MinDelay, time.Second)
	s.MaxDelay = orElse(s.MaxDelay, time.Minute)
	if s.Client == nil {
		s.Client = &http.Client{Timeout: 30 * time.Second, Transport: http.DefaultTransport.(*http.Transport).Clone(),
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	p := &shipper{Ship: s, log: l, logs: strings.TrimSuffix(to.String(), "/") + "/logs", next: done + 1, batch: s.Batch,
		labels: map[string]string{"app": "callas", "id": l.cfg.Name}, stopped: make(chan struct{})}
	p.ctx, p.stop = context.WithCancel(context.Background())
	l.figures.Shipped = done
	return p, nil
}

func orElse[T int | time.Duration](v, zero T) T {
	if v <= 0 {
		return zero
	}
	return v
}

// run ships until stop. What is not shipped then is, after the next Open.
func (p *shipper) run() {
	defer close(p.stopped)
	defer p.Client.CloseIdleConnections()
	for failures := 0; p.ctx.Err() == nil; {
		p.log.mu.Lock()
		turned := p.log.turned
		p.log.mu.Unlock()
		events, last, err := p.gather()
		if err == nil && last < p.next {
			select {
			case <-turned:
			case <-p.ctx.Done():
			}
			p.sleep(p.Every)
			continue
		}
		if err == nil {
			err = p.send(events)
		}
		if err == nil {
			err = writeCursor(p.log.cfg.Dir, last)
		}
		if p.ctx.Err() != nil {
			return
		}
		p.tell(err, last)
		if err == nil {
			p.next, failures = last+1, 0
			continue
		}
		failures++
		p.sleep(p.delay(failures))
	}
}

// delay grows from MinDelay to MaxDelay; half of it is chance, so that a thousand
// sidecars do not come back at once.
func (p *shipper) delay(failures int) time.Duration {
	d := p.MaxDelay
	if shift := failures - 1; shift < 16 {
		d = min(d, p.MinDelay<<shift)
	}
	return d/2 + time.Duration(p.log.cfg.Rand()*float64(d/2))
}

func (p *shipper) sleep(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-p.ctx.Done():
	}
}

// errTooLarge is what a service answers to a request that is too large for it.
var errTooLarge = errors.New("413 Request Entity Too Large")

// send posts one batch. The answer's body is read to its end, and not believed.
func (p *shipper) send(events []event) error {
	if len(events) == 0 {
		return nil
	}
	body, err := pack(events)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(p.ctx, http.MethodPost, p.logs, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Content-Encoding", "gzip")
	if p.Token != "" {
		req.Header.Set("Authorization", "Bearer "+p.Token)
	}
	res, err := p.Client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10))
	switch {
	case res.StatusCode == http.StatusRequestEntityTooLarge:
		p.batch = max(1, len(events)/2)
		return errTooLarge
	case res.StatusCode/100 != 2:
		return fmt.Errorf("%s answers %s", p.logs, res.Status)
	}
	p.batch = min(p.Batch, p.batch*2)
	return nil
}

// tell keeps the figures, and logs when shipping stops and when it goes on.
func (p *shipper) tell(err error, last uint64) {
	l := p.log
	l.mu.Lock()
	was := l.figures.ShipError
	l.figures.ShipError = ""
	if err != nil {
		l.figures.ShipError = err.Error()
	} else {
		l.figures.Shipped = last
	}
	l.mu.Unlock()
	switch {
	case err != nil && was == "":
		l.cfg.Log.Warn("decision log: shipping: records wait on disk", "err", err)
	case err == nil && was != "":
		l.cfg.Log.Info("decision log: shipping goes on", "shipped", last)
	}
}
