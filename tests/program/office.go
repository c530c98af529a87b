package program

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// An Office is a running callas.
type Office struct {
	*Process
	Platform, Admin string // URLs
}

// Demo starts callas demo and waits until it is ready.
func Demo(t testing.TB) *Office {
	t.Helper()
	return DemoAt(t, FreeAddr(t), FreeAddr(t))
}

// DemoAt is Demo at given addresses, where another listened before.
func DemoAt(t testing.TB, platform, admin string) *Office {
	t.Helper()
	return open(t, platform, admin, "demo")
}

// Serve starts callas serve with further flags and waits until it is ready.
func Serve(t testing.TB, platform, admin string, flags ...string) *Office {
	t.Helper()
	return open(t, platform, admin, append([]string{"serve"}, flags...)...)
}

func open(t testing.TB, platform, admin string, args ...string) *Office {
	t.Helper()
	o := &Office{Platform: "http://" + platform, Admin: "http://" + admin}
	o.Process = Start(t, Callas(), append(args, "--platform", platform, "--admin", admin)...)
	for range 400 {
		answer, err := http.Get(o.Platform + "/readyz")
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return o
			}
		}
		if o.Ends(50 * time.Millisecond) {
			break
		}
	}
	t.Fatalf("callas %s is not ready", args[0])
	return nil
}

// Ask sends JSON to the admin listener with a token and returns the status and body of
// the answer.
func (o *Office) Ask(t testing.TB, token, method, path, body string) (int, string) {
	t.Helper()
	return o.Send(t, token, method, path, "application/json", body)
}

// Send is Ask with something that need not be JSON.
func (o *Office) Send(t testing.TB, token, method, path, media, body string) (int, string) {
	t.Helper()
	q, err := http.NewRequest(method, o.Admin+path, strings.NewReader(body))
	require.NoError(t, err)
	q.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		q.Header.Set("Content-Type", media)
	}
	answer, err := http.DefaultClient.Do(q)
	require.NoError(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, string(text)
}

// Resolve is how a call is answered: "service help", "agent".
func (o *Office) Resolve(t testing.TB, agent, target string) string {
	t.Helper()
	q, err := http.Post(o.Platform+"/v1/resolve", "application/json", strings.NewReader(fmt.Sprintf(`{"agent":%q,"target":%q}`, agent, target)))
	require.NoError(t, err)
	defer q.Body.Close()
	var d struct{ As, Service string }
	require.NoError(t, json.NewDecoder(q.Body).Decode(&d))
	return strings.TrimSpace(d.As + " " + d.Service)
}

// Patch changes a row as the demo's administrator: "services/help", {"call_as_enabled":false}.
func (o *Office) Patch(t testing.TB, row, change string) (int, string) {
	t.Helper()
	return o.Ask(t, "demo-admin", http.MethodPatch, "/v1/"+row, change)
}
