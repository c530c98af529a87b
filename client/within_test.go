package client_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas/client"
)

func TestAHandlerIsAskedWithoutANetwork(t *testing.T) {
	c := client.Within(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		require.Equal(t, "/v1/agents/anna/menu", r.URL.Path)
		fmt.Fprintf(w, `{"agent":%q}`, r.Header.Get("Authorization"))
	}))
	for _, token := range []string{"callas_a_1", "callas_b_2"} {
		m, err := c.As(token).Menu(context.Background(), "anna")
		require.NoError(t, err)
		require.Equal(t, "Bearer "+token, m.Agent)
	}
}

func TestAnAnswerIsReadWhileItIsWrittenAndItsReaderMayLeave(t *testing.T) {
	left := make(chan struct{})
	c := client.Within(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "first")
		<-r.Context().Done()
		close(left)
	}))
	res, err := c.Open(context.Background(), client.Request{Method: http.MethodGet, Path: "/v1/events"})
	require.NoError(t, err)
	line, err := bufio.NewReader(res.Body).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "first\n", line)
	require.NoError(t, res.Body.Close())
	select {
	case <-left:
	case <-time.After(10 * time.Second):
		t.Fatal("the handler was not told that nobody listens")
	}
}

func TestAHandlerThatPanicsBreaksItsAnswerOff(t *testing.T) {
	c := client.Within(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"agent":`)
		panic(http.ErrAbortHandler)
	}))
	_, err := c.Menu(context.Background(), "anna")
	require.ErrorContains(t, err, "broke off")
}
