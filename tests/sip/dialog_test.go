//go:build e2e

package sip_test

import (
	"slices"
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

	t.Run("with headers in their shortest forms", func(t *testing.T) {
		proxy := openProxy(t, oracle.URL)
		short := edited(t, "agent", `From: "[name]" <sip:[agent]@nordhang.example>`, "f: sip:[agent]@nordhang.example",
			"Contact:", "m:", "Subject:", "s:", "Referred-By:", "b:", "Supported:", "k:", "Session-Expires:", "x:", "Content-Type:", "c:", "Max-Forwards: 70\n      Content-Length:", "Max-Forwards: 70\n      l:")
		c := call{agent: "anna", to: customersPhone, agents: short}
		asService(t, c, proxy.makes(t, c), helpFrom)
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
			proxy.Stop()
			proxy.open(t)
		}
		got := proxy.makes(t, c)
		bye := slices.IndexFunc(got.customer, func(m message) bool { return m.is("BYE") })
		require.Positive(t, bye)
		require.Regexp(t, `^"Anonymous" <sip:anonymous@anonymous.invalid>;tag=`, got.customer[bye].value(t, "From"))
		hides(t, c, got.customer[bye])
		asService(t, c, outcome{customer: got.customer[:bye]}, helpFrom)
	})
}
