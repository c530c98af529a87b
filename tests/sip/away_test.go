//go:build e2e

package sip_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas/tests/program"
)

// callas hangs, comes back, is killed: every call arrives and is completed.
func TestCallasIsAway(t *testing.T) {
	t.Parallel()
	office := program.Demo(t)
	proxy := openProxy(t, office.Platform)
	c := call{agent: "anna", to: customersPhone}
	asService(t, c, proxy.makes(t, c), helpFrom)

	t.Run("callas hangs: a call waits a second and goes out as the agent", func(t *testing.T) {
		office.Signal(t, syscall.SIGSTOP)
		asAgent(t, c, proxy.makes(t, c))
	})
	t.Run("callas hangs: 20 calls a second all arrive, as the agent", func(t *testing.T) {
		many := call{agent: "anna", to: customersPhone, times: 60, rate: 20}
		got := proxy.makes(t, many)
		arrived := map[string]bool{}
		for _, invite := range received(got.customer, "INVITE") {
			arrived[invite.value(t, "Call-ID")] = true
			require.Contains(t, invite.value(t, "From"), c.from())
		}
		require.Len(t, arrived, 60)
	})
	t.Run("callas is back: within seconds as the service again", func(t *testing.T) {
		office.Signal(t, syscall.SIGCONT)
		time.Sleep(6 * time.Second) // the breaker stays open for 5
		asService(t, c, proxy.makes(t, c), helpFrom)
	})
	t.Run("callas is killed: as the agent, at once", func(t *testing.T) {
		office.Signal(t, syscall.SIGKILL)
		require.True(t, office.Ends(5*time.Second))
		for range 5 {
			asAgent(t, c, proxy.makes(t, c))
		}
	})
}

// Three failures in a row open the breaker for 5 s; then one call finds out.
func TestTheBreaker(t *testing.T) {
	t.Parallel()
	oracle := openOracle(t)
	proxy := openProxy(t, oracle.URL)
	c := call{agent: "anna", to: customersPhone}

	oracle.answers(says(500, "{}"))
	for range 5 {
		asAgent(t, c, proxy.makes(t, c))
	}
	require.Len(t, oracle.questions(), 3, "nobody asks while it is open")

	time.Sleep(6 * time.Second)
	for range 3 {
		asAgent(t, c, proxy.makes(t, c))
	}
	require.Len(t, oracle.questions(), 1, "one call finds out that it is no better")

	oracle.answers(says(200, good))
	time.Sleep(6 * time.Second)
	for range 3 {
		asService(t, c, proxy.makes(t, c), helpFrom)
	}
	require.Len(t, oracle.questions(), 3, "all ask again")
}
