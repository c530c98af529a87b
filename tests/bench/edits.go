package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"callas"
	"callas/tests/bench/company"
)

// An edit asks a contestant to change an agent's direction.
type edit func(agent string, from, to callas.Direction) (method, url, media, body string)

// editors is how many changes may be under way at once.
const editors = 16

// A writer changes settings of agents at a steady rate while calls go on.
type writer struct {
	edit   edit
	token  string
	rate   float64 // changes a second
	first  int     // the agents from here on are changed
	now    []callas.Direction
	dice   *rand.Rand
	client *http.Client

	mu   sync.Mutex
	done int
	took []time.Duration
}

func newWriter(firm company.Company, e edit, token string, rate float64, first int) *writer {
	return &writer{
		edit: e, token: token, rate: rate, first: first, now: firm.Directions(), dice: rand.New(rand.NewPCG(5, 5)),
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: editors}, Timeout: 20 * time.Second},
	}
}

// run changes one agent after another until ctx ends. It does not wait for a change
// before the next, as supervisors do not.
func (w *writer) run(ctx context.Context) error {
	var all sync.WaitGroup
	defer all.Wait()
	failed := make(chan error, 1)
	slots := make(chan struct{}, editors)
	tick := time.NewTicker(time.Duration(float64(time.Second) / w.rate))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-failed:
			return err
		case <-tick.C:
		}
		i := w.first + w.dice.IntN(len(w.now)-w.first)
		from := w.now[i]
		to := callas.DirectionExternal
		if from == to {
			to = callas.DirectionAll
		}
		w.now[i] = to
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			if err := w.send(w.edit(company.Agent(i), from, to)); err != nil {
				select {
				case failed <- err:
				default:
				}
			}
		})
	}
}

func (w *writer) send(method, url, media, body string) error {
	req, err := http.NewRequest(method, url, bytes.NewReader([]byte(body)))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", media)
	if w.token != "" {
		req.Header.Set("Authorization", "Bearer "+w.token)
	}
	began := time.Now()
	resp, err := w.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("%s %s: %s: %.1000s", method, url, resp.Status, answer)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done++
	w.took = append(w.took, time.Since(began))
	return nil
}

// inAdmin is the change as callas' admin listener takes it.
func inAdmin(addr string) edit {
	return func(agent string, _, to callas.Direction) (string, string, string, string) {
		return http.MethodPatch, "http://" + addr + "/v1/agents/" + agent, "application/merge-patch+json", fmt.Sprintf(`{"direction":%q}`, to)
	}
}
