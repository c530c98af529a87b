//go:build e2e

package sip_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTheAgentStaysBehind(t *testing.T) {
	t.Parallel()
	oracle := openOracle(t)

	t.Run("in a body of two parts and a bare contact", func(t *testing.T) {
		proxy := openProxy(t, oracle.URL)
		c := call{agent: "anna", to: customersPhone, agents: "agent-located"}
		got := proxy.makes(t, c)
		asService(t, c, got, helpFrom)
		require.Contains(t, got.invite(t).body(), "m=audio ")
	})

	t.Run("in Contact even where nothing masks it", func(t *testing.T) {
		proxy := openProxy(t, oracle.URL, "-A", "CALLAS_TOPOLOGY")
		c := call{agent: "anna", to: customersPhone, agents: "agent-hold", customer: "customer-hold"}
		got := proxy.makes(t, c)
		agentSeesItself(t, c, got)
		for _, m := range got.customer {
			if contact, ok := m.header("Contact"); ok && !m.sent {
				require.Regexp(t, `^<sip:127\.0\.0\.1:\d+;transport=udp>$`, contact)
			}
		}
	})

	t.Run("when Kamailio is restarted during the call", func(t *testing.T) {
		proxy := openProxy(t, oracle.URL)
		c := call{agent: "anna", to: customersPhone, talk: 3 * time.Second}
		c.during = func() {
			time.Sleep(time.Second)
			proxy.stop()
			proxy.open(t)
		}
		got := proxy.makes(t, c)
		asService(t, c, got, helpFrom)
		bye := received(got.customer, "BYE")
		require.NotEmpty(t, bye)
		require.Regexp(t, `^"Anonymous" <sip:anonymous@anonymous.invalid>;tag=`, bye[0].value(t, "From"))
	})
}
