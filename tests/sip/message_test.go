//go:build e2e

package sip_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A message is one SIP message as sipp logged it.
type message struct {
	sent bool   // by the phone whose log it is
	raw  string // with CRLF
}

// header is the first value of a header, by its name or its compact form, and whether there is one.
func (m message) header(name string) (string, bool) {
	compact := map[string]string{"From": "f", "To": "t", "Contact": "m", "Call-ID": "i"}[name]
	head, _, _ := strings.Cut(m.raw, "\r\n\r\n")
	for _, line := range strings.Split(head, "\r\n")[1:] {
		k, v, ok := strings.Cut(line, ":")
		if k = strings.TrimSpace(k); ok && (strings.EqualFold(k, name) || k == compact) {
			return strings.TrimSpace(v), true
		}
	}
	return "", false
}

// value is the first value of a header that must be there.
func (m message) value(t *testing.T, name string) string {
	t.Helper()
	v, ok := m.header(name)
	require.True(t, ok, "no %s in:\n%s", name, m.raw)
	return v
}

func (m message) body() string {
	_, body, _ := strings.Cut(m.raw, "\r\n\r\n")
	return body
}

// is reports whether the message is a request of that method, or a reply "200 INVITE".
func (m message) is(kind string) bool {
	if code, method, ok := strings.Cut(kind, " "); ok {
		cseq, _ := m.header("CSeq")
		return strings.HasPrefix(m.raw, "SIP/2.0 "+code+" ") && strings.HasSuffix(cseq, " "+method)
	}
	return strings.HasPrefix(m.raw, kind+" ")
}

// received is what a phone got of one kind, in order.
func received(log []message, kind string) []message {
	var out []message
	for _, m := range log {
		if !m.sent && m.is(kind) {
			out = append(out, m)
		}
	}
	return out
}

// logged is one message's heading in a log of sipp -trace_msg.
var logged = regexp.MustCompile(`(?m)^UDP message (sent|received) [\[(](\d+)[\])]? ?bytes[)]? ?:\n\n`)

// messages reads a log of sipp -trace_msg.
func messages(t *testing.T, file string) []message {
	t.Helper()
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	log := string(b)
	var out []message
	for _, at := range logged.FindAllStringSubmatchIndex(log, -1) {
		var n int
		_, err := fmt.Sscan(log[at[4]:at[5]], &n)
		require.NoError(t, err)
		require.LessOrEqual(t, at[1]+n, len(log), "%s ends within a message", file)
		out = append(out, message{sent: log[at[2]:at[3]] == "sent", raw: log[at[1] : at[1]+n]})
	}
	return out
}
