//go:build e2e

package sip_test

import (
	"encoding/base64"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	helpName = "Help Call Center"
	helpFrom = `"Help Call Center" <sip:+442079460100@nordhang.example>`
)

// asService requires that the customer sees the service in every place a phone may show,
// and the agent nowhere.
func asService(t *testing.T, c call, got outcome, from string) {
	t.Helper()
	asAsserted(t, c, got, from, from)
}

// asAsserted is asService where the network is told something else than the callee.
func asAsserted(t *testing.T, c call, got outcome, from, asserted string) {
	t.Helper()
	invite := got.invite(t)
	require.Regexp(t, "^"+regexp.QuoteMeta(from)+";tag=", invite.value(t, "From"))
	require.Equal(t, asserted, invite.value(t, "P-Asserted-Identity"))
	require.Regexp(t, "^"+regexp.QuoteMeta(from)+";party=calling", invite.value(t, "Remote-Party-ID"))
	for _, m := range got.customer {
		if m.sent {
			continue
		}
		hides(t, c, m)
		side := "From"
		if strings.HasPrefix(m.raw, "SIP/2.0 ") {
			side = "To" // of a reply to the customer's own request
		}
		require.Regexp(t, "^"+regexp.QuoteMeta(from)+";tag=", m.value(t, side), "in:\n%s", m.raw)
	}
}

// asAgent requires that the customer's INVITE says what the agent's phone said.
func asAgent(t *testing.T, c call, got outcome) {
	t.Helper()
	invite := got.invite(t)
	require.Regexp(t, "^"+regexp.QuoteMeta(c.from())+";tag=", invite.value(t, "From"))
	require.NotContains(t, invite.raw, helpName)
	var sent message
	for _, m := range got.agent {
		if m.sent && m.is("INVITE") {
			sent = m // the last one carries the password
		}
	}
	for _, header := range []string{"P-Preferred-Identity", "P-Asserted-Identity", "Remote-Party-ID", "Privacy", "Diversion", "User-Agent"} {
		require.Equal(t, sent.value(t, header), invite.value(t, header), "as the agent, the message is not touched")
	}
	require.Equal(t, sent.body(), invite.body())
}

// masked is what topoh writes in place of Via, Contact and Call-ID: by chance it spells anything.
var masked = regexp.MustCompile(`(z9hG4bKsr-|line=sr-|!!:)[A-Za-z0-9.*-]+`)

// extension finds 2001 where it stands for itself, not within a longer string.
var extension = regexp.MustCompile(`(^|[^0-9a-z])2001([^0-9a-z]|$)`)

// hides requires that nothing in a message tells the agent: as it stands, decoded from
// base64, or decoded from the XOR of two URIs that Kamailio's uac writes by default.
func hides(t *testing.T, c call, m message) {
	t.Helper()
	first, last, _ := strings.Cut(c.name(), " ")
	plain := strings.ToLower(masked.ReplaceAllString(m.raw, ""))
	for _, trace := range []string{c.agent, first, last, "9460201", "7946 0201"} {
		require.NotContains(t, plain, strings.ToLower(trace), "in:\n%s", m.raw)
	}
	require.NotRegexp(t, extension, plain, "in:\n%s", m.raw)
	require.NotContains(t, plain, ";vsf=")
	require.NotContains(t, plain, ";vst=")

	from := m.value(t, "From")
	if to := m.value(t, "To"); strings.Contains(to, helpName) {
		from = to
	}
	_, uri, _ := strings.Cut(from, "<")
	uri, _, _ = strings.Cut(uri, ">")
	for _, text := range decoded(m.raw, uri) {
		for _, trace := range []string{c.agent + "@", first + " ", last, "9460201"} {
			require.NotContains(t, text, trace, "decoded from:\n%s", m.raw)
		}
	}
}

// token is whatever may be a base64 text, in any of its alphabets.
var token = regexp.MustCompile(`[A-Za-z0-9+/_.-]{8,}`)

// decoded is all that an eager reader may make of a text with uri at hand.
func decoded(text, uri string) []string {
	var out []string
	toURL := strings.NewReplacer("+", "-", "/", "_", ".", "-")
	for _, found := range token.FindAllString(text, -1) {
		for skip := range 4 {
			part := toURL.Replace(found[skip:])
			b, err := base64.RawURLEncoding.DecodeString(part[:len(part)-len(part)%4])
			if err != nil {
				continue
			}
			xored := make([]byte, len(b))
			for i := range b {
				xored[i] = b[i] ^ uri[i%len(uri)]
			}
			out = append(out, string(b), string(xored))
		}
	}
	return out
}
