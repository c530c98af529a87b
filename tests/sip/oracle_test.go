//go:build e2e

package sip_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// An oracle stands where callas does and gives the answers that callas never gives.
type oracle struct {
	*httptest.Server
	mu     sync.Mutex
	answer http.HandlerFunc
	asked  []question
}

// A question is what was posted to the oracle, and how.
type question struct {
	path, contentType, authorization, from, body string
}

func openOracle(t *testing.T) *oracle {
	t.Helper()
	o := &oracle{answer: says(200, good)}
	o.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		o.mu.Lock()
		o.asked = append(o.asked, question{r.URL.Path, r.Header.Get("Content-Type"), r.Header.Get("Authorization"), r.RemoteAddr, string(body)})
		answer := o.answer
		o.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(o.Close)
	return o
}

// answers sets what the oracle says from now on.
func (o *oracle) answers(answer http.HandlerFunc) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.answer = answer
}

// questions are those asked since the last time.
func (o *oracle) questions() []question {
	o.mu.Lock()
	defer o.mu.Unlock()
	asked := o.asked
	o.asked = nil
	return asked
}

// good is the answer of the scenario, as callas writes it.
const good = `{"decision":"d1","as":"service","service":"help",` +
	`"identity":{"name":"Help Call Center","number":"+442079460100","uri":"sip:help@nordhang.example","asserted":"+442079460100"},` +
	`"target":{"class":"pstn","number":"+447700900123","country":"GB"},"reasons":[],"revision":"1.x","policy":"sha256:0","stale":false}`

// service is an answer that says to go out under that identity.
func service(t *testing.T, identity any) string {
	t.Helper()
	b, err := json.Marshal(identity)
	require.NoError(t, err)
	return fmt.Sprintf(`{"as":"service","service":"help","identity":%s,"target":{"class":"pstn"},"reasons":[]}`, b)
}

func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}
