//go:build e2e

package sip_test

import (
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// An office is a running callas demo.
type office struct {
	*process
	platform, admin string // URLs
}

// openOffice starts callas demo and waits until it is ready.
func openOffice(t *testing.T) *office {
	t.Helper()
	platform, admin := freeAddr(t), freeAddr(t)
	o := &office{platform: "http://" + platform, admin: "http://" + admin}
	o.process = start(t, os.Getenv("CALLAS_BIN"), "demo", "--platform", platform, "--admin", admin)
	for range 200 {
		answer, err := http.Get(o.platform + "/readyz")
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return o
			}
		}
		if o.ends(50 * time.Millisecond) {
			break
		}
	}
	t.Fatal("callas demo is not ready")
	return nil
}

// patch changes a service as the demo's admin and returns the status and body of the answer.
func (o *office) patch(t *testing.T, service, change string) (int, string) {
	t.Helper()
	q, err := http.NewRequest(http.MethodPatch, o.admin+"/v1/services/"+service, strings.NewReader(change))
	require.NoError(t, err)
	q.Header.Set("Authorization", "Bearer demo-admin")
	q.Header.Set("Content-Type", "application/merge-patch+json")
	answer, err := http.DefaultClient.Do(q)
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, string(body)
}
