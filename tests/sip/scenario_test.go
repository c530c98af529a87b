//go:build e2e

package sip_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas/tests/program"
)

const (
	customersPhone   = "sip:+447700900123@nordhang.example"
	customersAccount = "sip:customer@partner.example"
)

// The use case: the customer's phone sees the service, the customer's SIP account the
// agent, with the selection unchanged; and every other way in which a call is the agent's.
func TestTheScenarioOnTheWire(t *testing.T) {
	t.Parallel()
	office := program.Demo(t)
	proxy := openProxy(t, office.Platform)

	for note, c := range map[string]call{
		"a customer's phone":                            {agent: "anna", to: customersPhone},
		"a customer's phone, on video":                  {agent: "anna", to: customersPhone, media: "video"},
		"a customer's phone, dialled as in the office":  {agent: "anna", to: "sip:907700900123@nordhang.example"},
		"a customer's phone, as a telephone URI":        {agent: "anna", to: "tel:+447700900123"},
		"a customer's phone, by an agent who may do so": {agent: "ben", to: customersPhone},
	} {
		t.Run(note+": as the service", func(t *testing.T) { asService(t, c, proxy.makes(t, c), helpFrom) })
	}

	for note, c := range map[string]call{
		"a customer's SIP account, from outside alone": {agent: "anna", to: customersAccount},
		"an agent whose direction is none":             {agent: "clara", to: customersPhone},
		"an agent who is off duty":                     {agent: "dora", to: customersPhone},
		"an agent of a unit beside the service's":      {agent: "emil", to: customersPhone},
		"the emergency services":                       {agent: "anna", to: "sip:999@nordhang.example"},
		"the emergency services, anywhere":             {agent: "anna", to: "sip:112@nordhang.example;user=phone"},
		"the emergency services, over the prefix":      {agent: "anna", to: "sip:9-112@nordhang.example"},
		"the emergency services, by name":              {agent: "anna", to: "urn:service:sos"},
	} {
		t.Run(note+": as the agent", func(t *testing.T) { asAgent(t, c, proxy.makes(t, c)) })
	}

	for note, to := range map[string]string{"a customer's SIP account": customersAccount, "a colleague": "sip:2003@nordhang.example"} {
		t.Run(note+", by an agent of direction all: as the service", func(t *testing.T) {
			c := call{agent: "ben", to: to}
			asService(t, c, proxy.makes(t, c), `"Help Call Center" <sip:help@nordhang.example>`)
		})
	}

	t.Run("a colleague's phone, registered: as the agent, whom nobody outside sees", func(t *testing.T) {
		desk := program.FreeAddr(t)
		clara := call{agent: "clara"}
		register, _ := phone(t, "register", program.FreeAddr(t), clara, proxy.addr, "-key", "contact", desk)
		require.True(t, register.Ends(10*time.Second))
		require.Zero(t, register.ExitCode())
		c := call{agent: "anna", to: "sip:clara@nordhang.example", answers: desk}
		asAgent(t, c, proxy.makes(t, c))
	})

	t.Run("the switch is turned off: the very next call is the agent's", func(t *testing.T) {
		c := call{agent: "anna", to: customersPhone}
		status, body := office.Patch(t, "services/help", `{"call_as_enabled":false}`)
		require.Equal(t, http.StatusOK, status, body)
		asAgent(t, c, proxy.makes(t, c))
		status, body = office.Patch(t, "services/help", `{"call_as_enabled":true}`)
		require.Equal(t, http.StatusOK, status, body)
		asService(t, c, proxy.makes(t, c), helpFrom)
	})

	t.Run("a line break in a service's name is refused at entry", func(t *testing.T) {
		status, body := office.Patch(t, "services/help", `{"display_name":"Help\r\nX-Injected: 1"}`)
		require.Contains(t, []int{http.StatusBadRequest, http.StatusUnprocessableEntity}, status, body)
		c := call{agent: "anna", to: customersPhone}
		asService(t, c, proxy.makes(t, c), helpFrom)
	})

	t.Run("a call on hold from both sides", func(t *testing.T) {
		c := call{agent: "anna", to: customersPhone, agents: "agent-hold", customer: "customer-hold"}
		got := proxy.makes(t, c)
		asService(t, c, got, helpFrom)
		require.Len(t, received(got.customer, "INVITE"), 2)
		agentSeesItself(t, c, got)
	})

	t.Run("a call that is talked about while it rings", func(t *testing.T) {
		c := call{agent: "anna", to: customersPhone, agents: "agent-early", customer: "customer-early"}
		got := proxy.makes(t, c)
		asService(t, c, got, helpFrom)
		require.Len(t, received(got.customer, "PRACK"), 1)
		agentSeesItself(t, c, got)
	})

	t.Run("a call given up", func(t *testing.T) {
		c := call{agent: "anna", to: customersPhone, agents: "agent-cancel", customer: "customer-cancel"}
		got := proxy.makes(t, c)
		asService(t, c, got, helpFrom)
		require.Len(t, received(got.customer, "CANCEL"), 1)
		agentSeesItself(t, c, got)
	})
}

// agentSeesItself requires that the agent's phone hears of nobody but itself, and is
// called at the contact it gave.
func agentSeesItself(t *testing.T, c call, got outcome) {
	t.Helper()
	for _, m := range got.agent {
		if m.sent {
			continue
		}
		require.NotContains(t, m.raw, helpName)
		if m.is("INVITE") || m.is("UPDATE") || m.is("BYE") || m.is("ACK") && len(received(got.agent, "INVITE")) > 0 {
			require.Contains(t, m.value(t, "To"), c.from())
			require.Regexp(t, "^(INVITE|UPDATE|BYE|ACK) sip:"+c.agent+`@[0-9.]+:\d+;transport=udp`, m.raw)
		} else {
			require.Contains(t, m.value(t, "From"), c.from())
		}
	}
}
