//go:build e2e

package sip_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"callas/tests/program"
)

// A proxy is a running Kamailio that asks callas: adapter/kamailio as it is shipped.
type proxy struct {
	*program.Process
	addr  string // where agents call
	trunk string // where every call to the outside goes: the customer's phone
	args  []string
}

// openProxy starts Kamailio; options are more of its own, such as -A CALLAS_TOPOLOGY.
func openProxy(t *testing.T, callasURL string, options ...string) *proxy {
	t.Helper()
	p := &proxy{addr: program.FreeAddr(t), trunk: program.FreeAddr(t)}
	p.args = append(kamailio(t, shipped(t, "kamailio.cfg"), callasURL), "-A", "LISTEN=udp:"+p.addr, "--substdef", "!TRUNK!sip:"+p.trunk+"!g")
	p.args = append(p.args, options...)
	p.open(t)
	return p
}

// shipped is the path of a file of adapter/kamailio.
func shipped(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("../../adapter/kamailio", name))
	require.NoError(t, err)
	return path
}

// kamailio are the arguments that run a configuration on loopback, small and in the foreground.
func kamailio(t *testing.T, config, callasURL string) []string {
	t.Helper()
	return []string{"-DD", "-E", "-f", config, "-m", "64", "-M", "8", "-Y", t.TempDir(),
		"--substdef", "!CALLAS_URL!" + callasURL + "!g"}
}

// open starts the proxy, again where it was.
func (p *proxy) open(t *testing.T) {
	t.Helper()
	p.Process = program.Start(t, "kamailio", p.args...)
	p.Listens(t, p.addr)
}
