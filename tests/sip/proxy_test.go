//go:build e2e

package sip_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A proxy is a running Kamailio that asks callas: adapter/kamailio as it is shipped.
type proxy struct {
	*process
	addr  string // where agents call
	trunk string // where every call to the outside goes: the customer's phone
	args  []string
}

// openProxy starts Kamailio; options are more of its own, such as -A CALLAS_TOPOLOGY.
func openProxy(t *testing.T, callasURL string, options ...string) *proxy {
	t.Helper()
	config, err := filepath.Abs("../../adapter/kamailio/kamailio.cfg")
	require.NoError(t, err)
	p := &proxy{addr: freeAddr(t), trunk: freeAddr(t)}
	p.args = append([]string{"-DD", "-E", "-f", config, "-l", "udp:" + p.addr, "-m", "64", "-M", "8", "-Y", t.TempDir(),
		"--substdef", "!CALLAS_URL!" + callasURL + "!g", "--substdef", "!TRUNK!sip:" + p.trunk + "!g"}, options...)
	p.open(t)
	return p
}

// open starts the proxy, again where it was.
func (p *proxy) open(t *testing.T) {
	t.Helper()
	p.process = start(t, "kamailio", p.args...)
	p.listens(t, p.addr)
}
