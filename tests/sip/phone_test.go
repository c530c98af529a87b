//go:build e2e

package sip_test

import (
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas/tests/program"
)

// A call is what an agent dials, on which phones.
type call struct {
	agent    string // id, user name and password of the demo company
	to       string // request URI
	media    string // "audio" where empty
	agents   string // scenario of the agent's phone, "agent" where empty
	customer string // scenario of the customer's phone, "customer" where empty
	answers  string // address of the phone that rings, the trunk where empty
	times    int    // 1 where 0
	rate     int    // calls a second, 10 where 0
	talk     time.Duration
	during   func() // runs once the phones are off
}

// name is how an agent of the demo company calls themselves.
func (c call) name() string {
	return map[string]string{"anna": "Anna Meier", "ben": "Ben Carter", "clara": "Clara Hughes", "dora": "Dora Bennett", "emil": "Emil Fraser"}[c.agent]
}

// from is what the agent's phone writes into From, before the tag.
func (c call) from() string {
	return `"` + c.name() + `" <sip:` + c.agent + `@nordhang.example>`
}

// An outcome is what the two phones saw of a call. The call was completed.
type outcome struct {
	agent, customer []message
}

// invite is the INVITE that reached the customer.
func (o outcome) invite(t *testing.T) message {
	t.Helper()
	got := received(o.customer, "INVITE")
	require.NotEmpty(t, got, "no INVITE reached the customer")
	return got[0]
}

// makes a call through the proxy; both phones must come to the end of their scenarios.
func (p *proxy) makes(t *testing.T, c call) outcome {
	t.Helper()
	if c.agents == "" {
		c.agents = "agent"
	}
	if c.customer == "" {
		c.customer = "customer"
	}
	if c.answers == "" {
		c.answers = p.trunk
	}
	customer, heard := phone(t, c.customer, c.answers, c)
	customer.Listens(t, c.answers)
	agent, said := phone(t, c.agents, program.FreeAddr(t), c, p.addr)
	if c.during != nil {
		c.during()
	}
	for who, phone := range map[string]*program.Process{"agent": agent, "customer": customer} {
		require.True(t, phone.Ends(30*time.Second), "the %s's phone is still busy", who)
		require.Zero(t, phone.ExitCode(), "the %s's phone did not come to the end of its call", who)
	}
	return outcome{agent: messages(t, said), customer: messages(t, heard)}
}

// phone starts sipp at addr and returns the file where it logs its messages.
func phone(t *testing.T, scenario, addr string, c call, target ...string) (*program.Process, string) {
	t.Helper()
	file := scenario
	if !filepath.IsAbs(file) {
		var err error
		file, err = filepath.Abs(filepath.Join("testdata", scenario+".xml"))
		require.NoError(t, err)
	}
	log := filepath.Join(t.TempDir(), "messages.log")
	host, port, _ := strings.Cut(addr, ":")
	media := c.media
	if media == "" {
		media = "audio"
	}
	args := append(target, "-sf", file, "-i", host, "-p", port, "-mi", host,
		"-m", strconv.Itoa(max(c.times, 1)), "-r", strconv.Itoa(max(c.rate, 10)), "-d", strconv.FormatInt(max(c.talk.Milliseconds(), 100), 10),
		"-nostdin", "-timeout", "25", "-timeout_error", "-trace_msg", "-message_file", log,
		"-au", c.agent, "-ap", c.agent, "-key", "agent", c.agent, "-key", "name", c.name(), "-key", "media", media, "-key", "ruri", c.to,
		"-cid_str", "%u-%p-"+c.agent+"@%s")
	return program.Start(t, "sipp", args...), log
}
