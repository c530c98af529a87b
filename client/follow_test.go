package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"callas/client"
)

// both are clients of a handler, near and far.
func both(t *testing.T, h http.HandlerFunc) map[string]*client.Client {
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	far, err := client.New(client.Parts{Server: server.URL})
	require.NoError(t, err)
	return map[string]*client.Client{"within": client.Within(h), "over a network": far}
}

var events = client.Request{Method: http.MethodGet, Path: "/v1/events"}

func TestAnAnswerIsFollowedWhileItIsWritten(t *testing.T) {
	heard := make(chan string, 1)
	for where, c := range both(t, func(w http.ResponseWriter, _ *http.Request) {
		for _, said := range []string{"first", "second"} {
			fmt.Fprint(w, said)
			w.(http.Flusher).Flush()
			if got := <-heard; got != said {
				panic(got + " is heard in place of " + said)
			}
		}
	}) {
		t.Run(where, func(t *testing.T) {
			require.NoError(t, c.Follow(t.Context(), events, func(b []byte) error {
				heard <- string(b)
				return nil
			}))
		})
	}
}

func TestWhoStopsListeningEndsTheAnswer(t *testing.T) {
	ended := make(chan error, 1)
	enough := errors.New("enough")
	for where, c := range both(t, func(w http.ResponseWriter, r *http.Request) {
		for {
			if _, err := fmt.Fprintln(w, "more"); err != nil || r.Context().Err() != nil {
				ended <- nil
				return
			}
		}
	}) {
		t.Run(where, func(t *testing.T) {
			require.ErrorIs(t, c.Follow(t.Context(), events, func([]byte) error { return enough }), enough)
			require.NoError(t, <-ended)
		})
	}
}

func TestOfAProblemNothingIsTold(t *testing.T) {
	for where, c := range both(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"title":"Who are you?","status":401}`)
	}) {
		t.Run(where, func(t *testing.T) {
			err := c.Follow(t.Context(), events, func([]byte) error { return errors.New("told") })
			var p *client.Problem
			require.ErrorAs(t, err, &p)
			require.Equal(t, http.StatusUnauthorized, p.Status)
			require.Equal(t, "Who are you?", p.Title)
		})
	}
}

func TestFollowingEndsWithItsContext(t *testing.T) {
	for where, c := range both(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "hello")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}) {
		t.Run(where, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			require.ErrorIs(t, c.Follow(ctx, events, func([]byte) error {
				cancel()
				return nil
			}), context.Canceled)
		})
	}
}
